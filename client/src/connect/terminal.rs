//! A conversation at a terminal: lines typed there, replies shown with their round trips.

use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep_until;

use super::editor::Terminal;
use super::outstanding::Outstanding;
use crate::args::ConnectArgs;
use crate::error::Error;
use crate::link::{Heard, Link, Outbox};
use crate::show;

/// Talks until an empty line, Ctrl-D or Ctrl-C, or SIGTERM; then shows the replies still to come.
pub(super) async fn converse(link: Link, args: &ConnectArgs) -> Result<(), Error> {
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|source| Error::System { what: "listen for signals", source })?;
    let look = Look { raw: args.raw, dim: has_colours() };
    let Link { sender, mut receiver, peer } = link;
    let mut outbox = Outbox::new(sender);
    let mut terminal = Terminal::start()?;
    let mut outstanding = Outstanding::default();
    let mut typing = true;
    let mut give_up = tokio::time::Instant::now();
    let done = loop {
        if !typing && outstanding.is_empty() && outbox.is_idle() {
            break Ok(());
        }
        let mut replies = Vec::new();
        let mut each = |reply: &[u8], at: Instant| replies.push((reply.to_vec(), at));
        // The way there first, as a round trip begins with it.
        let heard = tokio::select! {
            biased;
            sent = outbox.sent(), if !outbox.is_idle() => match sent {
                Ok(()) => continue,
                Err(error) => Err(error),
            },
            heard = receiver.receive(&mut each) => heard,
            line = terminal.lines.recv(), if typing && outbox.is_idle() => {
                match line {
                    Some(line) => {
                        outstanding.sent(line.as_bytes(), Instant::now());
                        outbox.send(format!("{line}\n").into_bytes());
                    }
                    None => {
                        outbox.half_close();
                        typing = false;
                        give_up = tokio::time::Instant::now() + args.timeout;
                    }
                }
                continue;
            }
            _ = terminate.recv() => {
                if !typing {
                    break Ok(());
                }
                outbox.half_close();
                typing = false;
                give_up = tokio::time::Instant::now() + args.timeout;
                continue;
            }
            () = sleep_until(give_up), if !typing => break Ok(()),
        };
        for (reply, at) in replies {
            let reply = reply.strip_suffix(b"\n").unwrap_or(&reply);
            terminal.show(look.at(reply, outstanding.answered(reply, at))).await;
        }
        match heard {
            Ok(Heard::Replies) => {}
            Ok(Heard::End(ended)) if typing => break Err(Error::Ended { ended }),
            Err(error) if typing => break Err(error),
            Ok(Heard::End(_)) | Err(_) => break Ok(()),
        }
    };
    terminal.end().await;
    if done.is_ok()
        && let Some(sender) = outbox.into_sender()
    {
        Link { sender, receiver, peer }.close().await;
    }
    done
}

/// How replies look.
struct Look {
    raw: bool,
    dim: bool,
}

impl Look {
    /// A reply's line, with its round trip behind it.
    fn at(&self, reply: &[u8], round_trip: Option<Duration>) -> String {
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
        let looks = |raw, dim| Look { raw, dim }.at(b"[then] \x1b[1mhi\xff", time);
        assert_eq!(looks(false, true), "[then] \\x1b[1mhi\\xff  \u{1b}[2m412 µs\u{1b}[0m\n");
        assert_eq!(looks(false, false), "[then] \\x1b[1mhi\\xff  412 µs\n");
        assert_eq!(looks(true, false), "[then] \u{1b}[1mhi\u{fffd}  412 µs\n");
        assert_eq!(Look { raw: false, dim: true }.at(b"unasked", None), "unasked\n");
    }
}
