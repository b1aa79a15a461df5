//! A conversation at a terminal: lines typed there, replies shown with their round trips.

use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use super::editor::Terminal;
use super::outstanding::Outstanding;
use crate::args::ConnectArgs;
use crate::error::Error;
use crate::link::{BackgroundSender, Heard, Link, Sender};
use crate::{deadline, show};

/// Talks until an empty line, Ctrl-D or Ctrl-C, or SIGTERM; then shows the replies still to come.
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
        // The way there first, as a round trip begins with it.
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

/// A conversation from the terminal's side.
struct Conversation {
    terminal: Terminal,
    sender: BackgroundSender,
    /// Lines that have no reply yet.
    outstanding: Outstanding,
    look: Look,
    /// How long to wait for them once nothing more is typed.
    timeout: Duration,
    /// When that is over. None while lines are typed.
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

/// How replies look.
struct Look {
    raw: bool,
    dim: bool,
}

impl Look {
    /// A reply's line, with its round trip behind it.
    fn line(&self, reply: &[u8], round_trip: Option<Duration>) -> String {
        let text = if self.raw { String::from_utf8_lossy(reply).into_owned() } else { show::escaped(reply) };
        match round_trip.map(show::brief) {
            Some(time) if self.dim => format!("{text}  \x1b[2m{time}\x1b[0m\n"),
            Some(time) => format!("{text}  {time}\n"),
            None => format!("{text}\n"),
        }
    }
}

/// Whether the user and the terminal take dim text; see no-color.org.
fn has_colours() -> bool {
    let unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
    unset("NO_COLOR") && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_has_its_round_trip_behind_it_dim_if_that_may_be() {
        let time = Some(Duration::from_micros(412));
        let looks = |raw, dim| Look { raw, dim }.line(b"[then] \x1b[1mhi\xff", time);
        assert_eq!(looks(false, true), "[then] \\x1b[1mhi\\xff  \u{1b}[2m412 µs\u{1b}[0m\n");
        assert_eq!(looks(false, false), "[then] \\x1b[1mhi\\xff  412 µs\n");
        assert_eq!(looks(true, false), "[then] \u{1b}[1mhi\u{fffd}  412 µs\n");
        assert_eq!(Look { raw: false, dim: true }.line(b"unasked", None), "unasked\n");
    }
}
