//! Sends the input, a line at a time if the transport would lose what comes too fast.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

use super::progress::Progress;
use super::tally::Tally;
use crate::error::Error;
use crate::link::{Framing, GAP, Sender};

/// The largest read from the input, in bytes.
const READ_SIZE: usize = 64 * 1024;

/// The longest start of a line that is held back in a stream, in bytes.
const HELD_MAX: usize = 1 << 20;

/// Sends all of the input, then half-closes.
pub(super) async fn send_all(
    sender: &mut Sender,
    mut input: impl AsyncRead + Unpin,
    progress: &Progress,
    patience: Duration,
) -> Result<(), Error> {
    let failed = |source| Error::System { what: "read standard input", source };
    let mut buffer = vec![0; READ_SIZE];
    let mut tally = Tally::new(Framing::Lines);
    // The start of a line is held back until its end comes, as a peer may take a line in two writes for two
    // messages. In a stream it's held back no longer than the gap, and not if it's very long.
    let mut held = Vec::new();
    let mut written_off = None;
    loop {
        let read = input.read(&mut buffer);
        let read = match sender.framing() {
            Framing::Lines if !held.is_empty() => match timeout(GAP, read).await {
                Ok(read) => read,
                Err(_elapsed) => {
                    sender.send(&held).await?;
                    held.clear();
                    continue;
                }
            },
            Framing::Lines | Framing::Messages => read.await,
        };
        let len = read.map_err(failed)?;
        let before = held.len();
        held.extend_from_slice(&buffer[..len]);
        tally.take(&buffer[..len]);
        progress.last_line.set(tally.rest());
        let whole = match len {
            0 => held.len(),
            // What was held before has no line feed.
            _ => memchr::memrchr(b'\n', &held[before..]).map_or(0, |at| before + at + 1),
        };
        let begun = held.len() - whole;
        let whole = match sender.framing() {
            Framing::Lines if begun > HELD_MAX => held.len(),
            _ => whole,
        };
        sender.check_length(begun)?;
        if sender.window(0).is_some() {
            for line in held[..whole].split_inclusive(|byte| *byte == b'\n') {
                if let Some(window) = sender.window(line.len())
                    && !has_room(window, progress, &mut written_off, patience).await
                {
                    return Ok(());
                }
                progress.lines.set(progress.lines.get() + 1);
                sender.send(line).await?;
            }
        } else {
            progress.lines.set(tally.count());
            sender.send(&held[..whole]).await?;
        }
        held.drain(..whole);
        if len == 0 {
            sender.half_close().await;
            return Ok(());
        }
    }
}

/// How many lines were written off, and how many replies there had been then.
type WrittenOff = Option<(u64, u64)>;

/// Waits until the window has room for one more line. Returns false if the peer must be given up.
///
/// If the window stays full for as long as `patience`, its lines were lost, and are written off. If no reply
/// at all has come since the last time, so is the peer.
async fn has_room(
    window: u64,
    progress: &Progress,
    written_off: &mut WrittenOff,
    patience: Duration,
) -> bool {
    loop {
        let (lines, replies) = (progress.lines.get(), progress.replies.get());
        let (off, replies_then) = written_off.unwrap_or((0, u64::MAX));
        if lines.saturating_sub(replies + off) < window {
            return true;
        }
        if timeout(patience, progress.heard.notified()).await.is_err() {
            if replies == replies_then {
                return false;
            }
            *written_off = Some((lines - replies, replies));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::cell::Cell;
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use tokio::io::{ReadBuf, repeat};

    use crate::link::{Link, over_stream};

    /// Input that counts what was read of it.
    struct Counted<'a, R> {
        input: R,
        read: &'a Cell<usize>,
    }

    impl<R: AsyncRead + Unpin> AsyncRead for Counted<'_, R> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            into: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let polled = Pin::new(&mut self.input).poll_read(cx, into);
            self.read.set(self.read.get() + into.filled().len());
            polled
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_of_a_line_is_read_than_is_held_back_while_the_peer_does_not_read() {
        const INPUT: usize = 64 << 20;
        let (near, _far) = tokio::io::duplex(5);
        let Link { mut sender, .. } = over_stream(near);
        let read = Cell::new(0);
        let input = Counted { input: repeat(b'x').take(INPUT as u64), read: &read };
        let progress = Progress::default();
        let sending = send_all(&mut sender, input, &progress, Duration::MAX);
        assert!(timeout(GAP, sending).await.is_err());
        assert!(read.get() <= HELD_MAX + READ_SIZE, "{}", read.get());
        assert_eq!((progress.lines.get(), progress.last_line.get()), (1, read.get()));
    }
}
