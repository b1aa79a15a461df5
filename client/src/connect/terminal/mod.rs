//! A conversation at a terminal: typed lines are sent, replies are shown with their round trips.

mod editor;
mod history;
mod outstanding;
mod screen;

use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use crate::args::ConnectArgs;
use crate::error::Error;
use crate::link::{BackgroundSender, Heard, Link, Sender};
use crate::{deadline, show};
use editor::Terminal;
use outstanding::Outstanding;

/// Talks until an empty line, Ctrl-D, Ctrl-C or SIGTERM, then shows the remaining replies.
pub(super) async fn converse(link: Link, args: &ConnectArgs) -> Result<(), Error> {
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|source| Error::System { what: "listen for signals", source })?;
    let Link { sender, mut receiver, peer } = link;
    let mut here = Conversation::new(sender, args)?;
    let done = loop {
        if here.is_over() {
            break Ok(());
        }
        let mut replies = Vec::new();
        let mut each = |reply: &[u8], at: Instant| replies.push((reply.to_vec(), at));
        // Sending goes first, as it starts the round trip.
        let heard = tokio::select! {
            biased;
            sent = here.sender.sent(), if !here.sender.is_idle() => match sent {
                Ok(()) => continue,
                Err(error) => Err(error),
            },
            heard = receiver.receive(&mut each) => heard,
            line = here.terminal.lines.recv(), if here.is_typing() && here.sender.is_idle() => {
                match line {
                    Some(line) => here.send(&line),
                    None => here.stop_typing(),
                }
                continue;
            }
            _ = terminate.recv() => {
                if !here.is_typing() {
                    break Ok(());
                }
                here.stop_typing();
                continue;
            }
            () = deadline::reached(here.give_up) => break Ok(()),
        };
        here.show(replies).await;
        match heard {
            Ok(Heard::Replies) => {}
            Ok(Heard::End(ended)) if here.is_typing() => break Err(Error::Ended { ended }),
            Err(error) if here.is_typing() => break Err(error),
            Ok(Heard::End(_)) | Err(_) => break Ok(()),
        }
    };
    here.terminal.end().await;
    if done.is_ok()
        && let Some(sender) = here.sender.into_sender()
    {
        Link { sender, receiver, peer }.close().await;
    }
    done
}

/// The state of a conversation.
struct Conversation {
    terminal: Terminal,
    sender: BackgroundSender,
    /// The lines without a reply.
    outstanding: Outstanding,
    look: Look,
    /// How long to wait for missing replies after the last line.
    timeout: Duration,
    /// When that time is over; `None` while the user is typing.
    give_up: Option<tokio::time::Instant>,
}

impl Conversation {
    fn new(sender: Sender, args: &ConnectArgs) -> Result<Self, Error> {
        Ok(Self {
            terminal: Terminal::start()?,
            sender: BackgroundSender::new(sender),
            outstanding: Outstanding::default(),
            look: Look { raw: args.raw, dim: has_colours() },
            timeout: args.timeout,
            give_up: None,
        })
    }

    fn is_typing(&self) -> bool {
        self.give_up.is_none()
    }

    fn is_over(&self) -> bool {
        !self.is_typing() && self.outstanding.is_empty() && self.sender.is_idle()
    }

    fn send(&mut self, line: &str) {
        self.outstanding.sent(line.as_bytes(), Instant::now());
        self.sender.send(format!("{line}\n").into_bytes());
    }

    fn stop_typing(&mut self) {
        self.sender.half_close();
        self.give_up = Some(deadline::after(self.timeout));
    }

    async fn show(&mut self, replies: Vec<(Vec<u8>, Instant)>) {
        for (reply, at) in replies {
            let reply = reply.strip_suffix(b"\n").unwrap_or(&reply);
            let round_trip = self.outstanding.answered(reply, at);
            self.terminal.show(self.look.line(reply, round_trip)).await;
        }
    }
}

/// How to show replies.
struct Look {
    raw: bool,
    dim: bool,
}

impl Look {
    /// Formats a reply's line, followed by its round trip.
    fn line(&self, reply: &[u8], round_trip: Option<Duration>) -> String {
        let text = if self.raw { String::from_utf8_lossy(reply).into_owned() } else { show::escaped(reply) };
        match round_trip.map(show::brief) {
            Some(time) if self.dim => format!("{text}  \x1b[2m{time}\x1b[0m\n"),
            Some(time) => format!("{text}  {time}\n"),
            None => format!("{text}\n"),
        }
    }
}

/// Returns whether the user and the terminal allow dim text; see <https://no-color.org>.
fn has_colours() -> bool {
    let unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
    unset("NO_COLOR") && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_followed_by_its_round_trip_dim_if_allowed() {
        let time = Some(Duration::from_micros(412));
        let looks = |raw, dim| Look { raw, dim }.line(b"[then] \x1b[1mhi\xff", time);
        assert_eq!(looks(false, true), "[then] \\x1b[1mhi\\xff  \u{1b}[2m412 µs\u{1b}[0m\n");
        assert_eq!(looks(false, false), "[then] \\x1b[1mhi\\xff  412 µs\n");
        assert_eq!(looks(true, false), "[then] \u{1b}[1mhi\u{fffd}  412 µs\n");
        assert_eq!(Look { raw: false, dim: true }.line(b"unsolicited", None), "unsolicited\n");
    }
}
