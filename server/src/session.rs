//! One client of the timestamp service, from its first byte to its ending.
//!
//! Knows nothing of listeners and of kinds of socket: a stream is handed in, and so are the clock and the
//! word to stop.

use std::fmt;
use std::future::{pending, poll_fn};
use std::io;
use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use wirestamp_protocol::{Cut, Format, Responder};

use crate::clock::Clock;
use crate::error::reason;
use crate::io::{Outbox, poll_read};
use crate::peer::{Peer, Transport};

/// How long a client that is told to go may take to hang up. Closing a TCP socket with unread bytes resets
/// it, and the reset would overtake the last replies on their way (RFC 1122, 4.2.2.13).
const LINGER: Duration = Duration::from_secs(1);

/// What all sessions of a service share.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How long a sender is quiet before what it sent so far is a message; `None`: however long it takes.
    pub(crate) gap: Option<Duration>,
    pub(crate) max_message: NonZeroUsize,
    pub(crate) clock: Clock,
    pub(crate) format: Format,
}

/// Who ended a session, and how.
#[derive(Debug)]
enum Ending {
    /// The client ended its stream, and has every reply.
    Client,
    /// The connection broke.
    Lost(io::Error),
    /// The server is stopping.
    Stopped,
    /// The session was dropped in the middle.
    Cut,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => f.write_str("by the client"),
            Self::Lost(error) => write!(f, "lost: {}", reason(error)),
            Self::Stopped => f.write_str("by the server's stop"),
            Self::Cut => f.write_str("cut off"),
        }
    }
}

/// One client: where it came from, what went through, how it ended. Logs its coming, and its going on drop.
pub(crate) struct Session {
    transport: Transport,
    peer: Peer,
    settings: Settings,
    opened: Instant,
    responder: Responder,
    ending: Ending,
}

impl Session {
    pub(crate) fn open(transport: Transport, peer: Peer, settings: &Settings) -> Self {
        tracing::info!(%transport, %peer, "session opened");
        Self {
            transport,
            peer,
            opened: Instant::now(),
            responder: Responder::new(settings.max_message, settings.format.clone()),
            settings: settings.clone(),
            ending: Ending::Cut,
        }
    }

    /// Answers until the client ends its stream, the connection breaks or `stop` is cancelled; whatever was
    /// read by then is answered.
    pub(crate) async fn run<S>(mut self, mut stream: S, stop: &CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.ending = match self.answer(&mut stream, stop).await {
            Ok(ending) => ending,
            Err(error) => Ending::Lost(error),
        };
    }

    async fn answer<S>(&mut self, stream: &mut S, stop: &CancellationToken) -> io::Result<Ending>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let Self { settings: Settings { gap, clock, .. }, responder, .. } = self;
        let mut replies = Outbox::default();
        let mut quiet_at = None;
        let ending = loop {
            // Reading comes first, so that bytes which are there already outrun the end of the gap.
            let ending = tokio::select! {
                biased;
                read = poll_fn(|cx| {
                    poll_read(stream, cx, |bytes| responder.read(bytes, clock(), replies.bytes()))
                }) => (read? == 0).then_some(Ending::Client),
                () = stop.cancelled() => Some(Ending::Stopped),
                () = until(quiet_at) => {
                    responder.finish(Cut::Gap, replies.bytes());
                    None
                }
            };
            if ending.is_some() {
                responder.finish(Cut::Eof, replies.bytes());
            }
            // Nothing more is read while replies wait: a client that does not read is not read from.
            poll_fn(|cx| replies.poll_write(stream, cx)).await?;
            if let Some(ending) = ending {
                break ending;
            }
            quiet_at = if responder.is_pending() { gap.map(|gap| Instant::now() + gap) } else { None };
        };
        stream.shutdown().await?;
        if matches!(ending, Ending::Stopped) {
            let hang_up =
                async { while poll_fn(|cx| poll_read(stream, cx, |_| ())).await.is_ok_and(|n| n > 0) {} };
            let _ = timeout(LINGER, hang_up).await;
        }
        Ok(ending)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Self { transport, peer, ending, .. } = self;
        let counts = self.responder.counts();
        tracing::info!(
            %transport,
            %peer,
            reads = counts.reads,
            messages = counts.messages,
            bytes_in = counts.bytes_in,
            bytes_out = counts.bytes_out,
            seconds = self.opened.elapsed().as_secs_f64(),
            ended = %ending,
            "session closed"
        );
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(at) => sleep_until(at).await,
        None => pending().await,
    }
}

#[cfg(test)]
mod tests;
