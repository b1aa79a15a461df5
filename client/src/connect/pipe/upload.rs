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
    // messages. In a stream it's held back no longer than the gap.
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
