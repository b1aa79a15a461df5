//! A conversation through a pipe: each line there, each reply back, until every line has its reply.

use std::cell::Cell;
use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};

use super::tally::Tally;
use crate::args::ConnectArgs;
use crate::error::Error;
use crate::link::{Framing, GAP, Heard, Link, Sender};

/// The most that one read of the input takes, in bytes.
const READ_SIZE: usize = 64 * 1024;

/// How far the conversation is, for both of its directions to see.
#[derive(Default)]
struct Progress {
    lines: Cell<u64>,
    replies: Cell<u64>,
    heard: Notify,
}

/// Copies `input` to the service and its replies to `output`, at the same time.
pub(super) async fn copy(
    link: Link,
    input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
    args: &ConnectArgs,
) -> Result<(), Error> {
    let Link { mut sender, mut receiver, peer } = link;
    let target = args.url.to_string();
    let framing = sender.framing();
    let progress = Progress::default();
    let mut tally = Tally::new(framing);
    let mut out = Vec::new();
    let mut lost = None;
    {
        let mut sending = pin!(send_all(&mut sender, input, &progress, args.timeout));
        let mut open = true;
        let mut give_up = Instant::now();
        let mut complete = None;
        loop {
            if !open && lost.is_none() && progress.replies.get() >= progress.lines.get() {
                // A stream may have more to say than was counted: its end, or a moment's quiet, says not.
                let until = *complete.get_or_insert_with(|| Instant::now() + GAP);
                if framing == Framing::Messages || Instant::now() >= until {
                    break;
                }
                give_up = until;
            }
            let mut each = |reply: &[u8], _at| {
                tally.take(reply);
                out.extend_from_slice(reply);
                if framing == Framing::Messages {
                    out.push(b'\n');
                }
            };
            let heard = tokio::select! {
                heard = receiver.receive(&mut each) => heard,
                sent = &mut sending, if open => {
                    open = false;
                    give_up = Instant::now() + args.timeout;
                    match sent {
                        Ok(()) => {}
                        // Replies to what it did get may still be under way.
                        Err(Error::Lost { reason, .. }) => lost = Some(reason),
                        Err(error) => return Err(error),
                    }
                    continue;
                }
                () = sleep_until(give_up), if !open => {
                    if complete.is_some() {
                        break;
                    }
                    let (replies, lines) = (progress.replies.get(), progress.lines.get());
                    return Err(Error::Silent { replies, lines, target, waited: args.timeout });
                }
            };
            if !out.is_empty() {
                match write(&mut output, &out).await {
                    Ok(()) => out.clear(),
                    // Whoever read the replies has seen enough, as `head` does.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                    Err(source) => return Err(Error::System { what: "write to standard output", source }),
                }
                give_up = Instant::now() + args.timeout;
            }
            progress.replies.set(tally.count());
            progress.heard.notify_one();
            let ended = match heard {
                Ok(Heard::Replies) => continue,
                Ok(Heard::End(ended)) => ended,
                Err(Error::Lost { reason, .. }) => format!("the connection to {target} was lost: {reason}"),
                Err(error) => return Err(error),
            };
            // The end of the input may be there and not yet read.
            if open && timeout(GAP, &mut sending).await.is_ok_and(|sent| sent.is_ok()) {
                open = false;
            }
            let (replies, lines) = (progress.replies.get(), progress.lines.get());
            match open {
                true => return Err(Error::Early { replies, lines, ended }),
                false if replies < lines || lost.is_some() => {
                    return Err(Error::Missing { replies, lines, ended });
                }
                false => return Ok(()),
            }
        }
    }
    Link { sender, receiver, peer }.close().await;
    Ok(())
}

async fn write(output: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    output.write_all(bytes).await?;
    output.flush().await
}

/// Sends all of the input, and says that it was all.
async fn send_all(
    sender: &mut Sender,
    mut input: impl AsyncRead + Unpin,
    progress: &Progress,
    patience: Duration,
) -> Result<(), Error> {
    let failed = |source| Error::System { what: "read standard input", source };
    let mut buffer = vec![0; READ_SIZE];
    let mut tally = Tally::new(Framing::Lines);
    // The beginning of a line waits for its end: a peer may take a line in two writes for two messages. In a
    // stream it waits no longer than the input is quiet.
    let mut held = Vec::new();
    let mut written_off = None;
    loop {
        let read = input.read(&mut buffer);
        let read = match sender.framing() {
            Framing::Lines if !held.is_empty() => match timeout(GAP, read).await {
                Ok(read) => read,
                Err(_quiet) => {
                    sender.send(&held).await?;
                    held.clear();
                    continue;
                }
            },
            Framing::Lines | Framing::Messages => read.await,
        };
        let len = read.map_err(failed)?;
        held.extend_from_slice(&buffer[..len]);
        tally.take(&buffer[..len]);
        let whole = match len {
            0 => held.len(),
            _ => memchr::memrchr(b'\n', &held).map_or(0, |at| at + 1),
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

/// What a window's replies were, when it was written off.
type WrittenOff = Option<(u64, u64)>;

/// Waits until the window has room for one more line; false if the peer must be given up.
///
/// A window that stays full for as long as patience lasts was lost on the way, and is written off. If nothing
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
