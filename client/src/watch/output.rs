//! Standard output, and what ends a watch: a signal, or a reader that is gone.

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::io::AsyncWriteExt;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};

use crate::error::Error;

/// How long a signal waits for what is being written, so that no line is cut. A reader that doesn't read would keep
/// it waiting forever.
const LAST_WRITE: Duration = Duration::from_secs(1);

/// What ends a watch from this side.
pub(super) struct Stop {
    interrupt: Signal,
    terminate: Signal,
    /// Ends once nobody reads standard output any more. Otherwise that would be noticed only when the next event is
    /// written.
    reader: JoinHandle<()>,
    /// Whether it has happened.
    has_come: bool,
}

impl Stop {
    pub(super) fn new() -> Result<Self, Error> {
        let failed = |source| Error::System { what: "listen for signals", source };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
            reader: spawn_blocking(await_hangup),
            has_come: false,
        })
    }

    /// Waits for it. Returns at once if it has happened.
    async fn come(&mut self) {
        if self.has_come {
            return;
        }
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = &mut self.reader => {}
        }
        self.has_come = true;
    }

    /// Waits for `future`. Returns `None` if the watch is to end first.
    pub(super) async fn or<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.come() => None,
            value = future => Some(value),
        }
    }

    /// Writes to standard output. Returns false if nobody reads it any more, or if the watch is to end.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<bool, Error> {
        let mut stdout = tokio::io::stdout();
        let writing = async {
            stdout.write_all(bytes).await?;
            stdout.flush().await
        };
        tokio::pin!(writing);
        let written = tokio::select! {
            biased;
            written = &mut writing => written,
            () = self.come() => match timeout(LAST_WRITE, writing).await {
                Ok(written) => written,
                Err(_late) => return Ok(false),
            },
        };
        match written {
            Ok(()) => Ok(!self.has_come),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(source) => Err(Error::System { what: "write to standard output", source }),
        }
    }

    /// Waits this long. Returns false if the watch is to end first.
    pub(super) async fn sleep(&mut self, duration: Duration) -> bool {
        self.or(sleep(duration)).await.is_some()
    }
}

/// Waits until the reader of standard output is gone. At a terminal or a file, it waits forever.
fn await_hangup() {
    let stdout = io::stdout();
    // Errors and the hang-up are told unasked.
    while poll(&mut [PollFd::new(&stdout, PollFlags::empty())], None) == Err(Errno::INTR) {}
}
