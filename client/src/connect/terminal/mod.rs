//! A conversation at a terminal: typed lines are sent, replies are shown with their round trips.

mod editor;
mod history;
mod outstanding;
mod screen;
mod tally;

use std::io::Write;
use std::time::{Duration, Instant};

use tokio::signal::unix::{Signal, SignalKind, signal};
use wirestamp_arrival::ArrivalTime;
use wirestamp_protocol::plural;

use crate::args::ConnectArgs;
use crate::error::Error;
use crate::link::{BackgroundSender, Heard, Link, Receiver, Sender};
use crate::{deadline, show};
use editor::{Terminal, Typed};
use outstanding::Outstanding;
use tally::Tally;

/// How long to wait for missing replies before telling the user about the wait. Most are faster.
const SILENT_WAIT: Duration = Duration::from_millis(300);

/// Talks until the user ends it, then shows the remaining replies and a summary.
pub(super) async fn converse(link: Link, args: &ConnectArgs) -> Result<(), Error> {
    let mut signals = Signals::new()?;
    let Link { sender, mut receiver, peer } = link;
    let hello = greeting(&args.url.to_string(), &peer.address, args.keep_empty);
    // If the terminal is gone, reading lines fails too.
    let _ = std::io::stdout().write_all(hello.as_bytes());
    let mut here = Conversation::new(sender, args)?;
    let done = here.run(&mut receiver, &mut signals).await;
    here.terminal.show(here.tally.to_string()).await;
    here.terminal.end().await;
    if done.is_ok()
        && let Some(sender) = here.sender.into_sender()
    {
        Link { sender, receiver, peer }.close().await;
    }
    done
}

/// Returns the line that says what the user is connected to, and how to leave.
fn greeting(target: &str, peer: &str, keep_empty: bool) -> String {
    let peer = if target.contains(peer) { String::new() } else { format!(" ({peer})") };
    let how = if keep_empty { "Ctrl-D ends" } else { "an empty line or Ctrl-D ends" };
    format!("connected to {target}{peer}; {how} the conversation\n")
}

/// The signals that end a conversation.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> Result<Self, Error> {
        let failed = |source| Error::System { what: "listen for signals", source };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
        })
    }
}

/// What a conversation reacts to.
enum Event {
    /// What was being sent is sent.
    Sent(Result<(), Error>),
    /// Replies came, or the conversation's end. Each reply has the time of its arrival.
    Heard(Vec<(Vec<u8>, Instant)>, Result<Heard, Error>),
    /// The user typed a line, or ended the input.
    Typed(Option<Typed>),
    Signal(SignalKind),
    /// The user should learn that replies are missing.
    Waiting,
    /// The wait for missing replies is over.
    GiveUp,
}

/// The state of a conversation.
struct Conversation {
    target: String,
    terminal: Terminal,
    sender: BackgroundSender,
    /// The lines without a reply.
    outstanding: Outstanding,
    tally: Tally,
    look: Look,
    /// How long to wait for missing replies after the last line.
    timeout: Duration,
    /// When that time is over; `None` while the user is typing.
    give_up: Option<tokio::time::Instant>,
    /// When to tell the user about the wait.
    tell: Option<tokio::time::Instant>,
}

impl Conversation {
    fn new(sender: Sender, args: &ConnectArgs) -> Result<Self, Error> {
        Ok(Self {
            target: args.url.to_string(),
            terminal: Terminal::start(args.keep_empty)?,
            sender: BackgroundSender::new(sender),
            outstanding: Outstanding::default(),
            tally: Tally::default(),
            look: Look { raw: args.raw, dim: show::has_colours() },
            timeout: args.timeout,
            give_up: None,
            tell: None,
        })
    }

    async fn run(&mut self, receiver: &mut Receiver, signals: &mut Signals) -> Result<(), Error> {
        while !self.is_over() {
            match self.next(receiver, signals).await {
                Event::Sent(Ok(())) => {}
                Event::Sent(Err(error)) => return self.lost(error),
                Event::Heard(replies, heard) => {
                    self.show(replies).await;
                    match heard {
                        Ok(Heard::Replies) => {}
                        Ok(Heard::End(ended)) => return self.ended(ended),
                        Err(error) => return self.lost(error),
                    }
                }
                Event::Typed(Some(Typed::Line(line))) => self.send(&line),
                Event::Typed(None) => self.stop_typing(),
                Event::Signal(signal) if signal == SignalKind::terminate() && self.is_typing() => {
                    self.stop_typing()
                }
                Event::Typed(Some(Typed::Interrupt)) => return self.interrupted(SignalKind::interrupt()),
                Event::Signal(signal) => return self.interrupted(signal),
                Event::Waiting => self.tell_of_wait().await,
                Event::GiveUp => break,
            }
        }
        match self.tally.missing() {
            0 => Ok(()),
            _ => Err(Error::Silent {
                replies: self.tally.replies(),
                lines: self.tally.lines(),
                target: self.target.clone(),
                waited: self.timeout,
            }),
        }
    }

    async fn next(&mut self, receiver: &mut Receiver, signals: &mut Signals) -> Event {
        let mut replies = Vec::new();
        let mut each =
            |reply: &[u8], arrival: ArrivalTime| replies.push((reply.to_vec(), arrival.monotonic()));
        let can_take_a_line = self.is_typing() && self.sender.is_idle();
        // Sending goes first, as it starts the round trip.
        tokio::select! {
            biased;
            sent = self.sender.sent(), if !self.sender.is_idle() => Event::Sent(sent),
            heard = receiver.receive(&mut each) => Event::Heard(replies, heard),
            typed = self.terminal.lines.recv(), if can_take_a_line => Event::Typed(typed),
            _ = signals.interrupt.recv() => Event::Signal(SignalKind::interrupt()),
            _ = signals.terminate.recv() => Event::Signal(SignalKind::terminate()),
            () = deadline::reached(self.tell) => Event::Waiting,
            () = deadline::reached(self.give_up) => Event::GiveUp,
        }
    }

    fn is_typing(&self) -> bool {
        self.give_up.is_none()
    }

    fn is_over(&self) -> bool {
        !self.is_typing() && self.outstanding.is_empty() && self.sender.is_idle()
    }

    fn send(&mut self, line: &str) {
        self.tally.sent();
        self.outstanding.sent(line.as_bytes(), Instant::now());
        self.sender.send(format!("{line}\n").into_bytes());
    }

    fn stop_typing(&mut self) {
        self.sender.half_close();
        self.give_up = Some(deadline::after(self.timeout));
        self.tell = Some(deadline::after(SILENT_WAIT));
    }

    async fn tell_of_wait(&mut self) {
        self.tell = None;
        let missing = self.outstanding.len() as u64;
        if missing == 0 {
            return;
        }
        let replies = plural(missing, "reply", "replies");
        let text = format!("waiting for {missing} {replies}; Ctrl-C ends the wait\n");
        self.terminal.show(text).await;
    }

    async fn show(&mut self, replies: Vec<(Vec<u8>, Instant)>) {
        for (reply, at) in replies {
            let reply = reply.strip_suffix(b"\n").unwrap_or(&reply);
            let round_trip = self.outstanding.answered(reply, at);
            self.tally.answered(round_trip);
            self.terminal.show(self.look.line(reply, round_trip)).await;
        }
    }

    /// The peer ended the conversation.
    fn ended(&self, ended: String) -> Result<(), Error> {
        match self.tally.missing() {
            _ if self.is_typing() => Err(Error::Ended { ended }),
            0 => Ok(()),
            _ => Err(Error::Missing { replies: self.tally.replies(), lines: self.tally.lines(), ended }),
        }
    }

    /// The connection broke.
    fn lost(&self, error: Error) -> Result<(), Error> {
        if self.is_typing() || self.tally.missing() > 0 { Err(error) } else { Ok(()) }
    }

    /// The user didn't want to wait.
    fn interrupted(&self, signal: SignalKind) -> Result<(), Error> {
        match self.tally.missing() {
            0 => Ok(()),
            missing => {
                Err(Error::Interrupted { missing, lines: self.tally.lines(), signal: signal.as_raw_value() })
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_names_the_peer_and_how_to_leave() {
        let named =
            "connected to tcp://localhost:7 (127.0.0.1:7); an empty line or Ctrl-D ends the conversation\n";
        assert_eq!(greeting("tcp://localhost:7", "127.0.0.1:7", false), named);
        let by_address = "connected to tcp://127.0.0.1:7; Ctrl-D ends the conversation\n";
        assert_eq!(greeting("tcp://127.0.0.1:7", "127.0.0.1:7", true), by_address);
    }

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
