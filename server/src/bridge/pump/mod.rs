//! Moving a bridge's bytes between its two sockets until both have ended.
//!
//! Each direction reads only when what it read before is written, so a slow end is never read ahead of. When
//! one side ends, the other is told by a half-close and its last bytes go out before the Close frame does.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::yield_now;
use tokio::time::{Instant, Sleep, sleep};

use super::frames::{Close, CloseCode};
use super::translate::{ClientEnd, Translator};
use crate::error::reason;
use crate::io::{READ_SIZE, poll_read};

/// How long one side may take, with nothing moving, once the other has ended.
const FAREWELL: Duration = Duration::from_secs(10);

/// How often a client is asked whether it is there, when nothing else comes from it. Proxies cut WebSockets
/// that are quiet for a minute.
pub(crate) const PING_EVERY: Duration = Duration::from_secs(20);

/// How many pings may go unanswered before the client is taken for gone.
const UNANSWERED_MAX: u32 = 2;

/// While more than this waits for the client, in bytes, it is not read from: else its pings alone could
/// make the bridge remember pongs without bound.
const OWED_MAX: usize = 64 * 1024;

/// What still comes from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FromClient {
    Frames,
    /// Bytes that mean nothing any more. They are read all the same: a socket closed over unread bytes is
    /// reset, and the reset would overtake our last words (RFC 1122, 4.2.2.13).
    Noise,
    Nothing,
}

pub(crate) struct Pump<'t, C, S> {
    client: C,
    service: S,
    talk: &'t mut Translator,
    from_client: FromClient,
    /// Whether the client can still be written to.
    to_client: bool,
    from_service: bool,
    to_service: bool,
    /// How the WebSocket is to be closed once the service's last bytes are through.
    farewell: Option<Option<Close>>,
    said_farewell: bool,
    /// Whether a read of this turn took all that it could, so that there may be more.
    more: bool,
    /// Runs while one side has ended and nothing moves.
    give_up: Option<Pin<Box<Sleep>>>,
    /// Runs while the client takes nothing of what waits for it.
    stall: Option<Pin<Box<Sleep>>>,
    stall_timeout: Duration,
    next_ping: Pin<Box<Sleep>>,
    /// When the client last sent something, or took something of what waited for it.
    alive: Instant,
    unanswered: u32,
    /// Why the client was given up, if it was.
    given_up: Option<GivenUp>,
}

/// How a turn of moving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// There may be more to move.
    More,
    /// There never will be.
    Over,
}

/// Why a client was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GivenUp {
    /// It does not read.
    Stalled,
    /// It answers no pings.
    Unanswered,
    /// It, or the service, did not end its side.
    Farewell,
}

impl<'t, C, S> Pump<'t, C, S>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    pub(crate) fn new(client: C, service: S, stall_timeout: Duration, talk: &'t mut Translator) -> Self {
        Self {
            client,
            service,
            talk,
            from_client: FromClient::Frames,
            to_client: true,
            from_service: true,
            to_service: true,
            farewell: None,
            said_farewell: false,
            more: false,
            give_up: None,
            stall: None,
            stall_timeout,
            next_ping: Box::pin(sleep(PING_EVERY)),
            alive: Instant::now(),
            unanswered: 0,
            given_up: None,
        }
    }

    /// Takes bytes that came from the client before the pump ran.
    pub(crate) fn feed(&mut self, early: &[u8]) {
        if let Some(end) = self.talk.client_sent(early) {
            self.client_ended(end);
        }
    }

    /// Stops listening to the client; the WebSocket will be closed with `close`.
    pub(crate) fn stop(&mut self, close: Close) {
        if self.from_client == FromClient::Frames {
            self.client_ended(ClientEnd::AtFault(close));
        }
    }

    /// How the WebSocket was closed, once it is: by whichever side ended first.
    pub(crate) fn farewell(&self) -> Option<&Close> {
        self.farewell.as_ref()?.as_ref()
    }

    /// Why the client was given up, if it was.
    pub(crate) fn given_up(&self) -> Option<GivenUp> {
        self.given_up
    }

    /// Moves what there is to move until both sides have ended, or one is given up. It may be dropped and run
    /// anew.
    pub(crate) async fn run(&mut self) {
        // Who sends faster than this takes turns with the others, a read at a time.
        while poll_fn(|cx| self.poll(cx)).await == Turn::More {
            yield_now().await;
        }
    }

    /// Moves what can be moved.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Turn> {
        loop {
            self.more = false;
            let mut moved = self.move_to_service(cx) | self.move_to_client(cx);
            if self.is_over() {
                return Poll::Ready(Turn::Over);
            }
            if moved {
                self.give_up = None;
            }
            moved |= self.poll_ping(cx);
            if self.more {
                return Poll::Ready(Turn::More);
            }
            if !moved {
                self.given_up = self.poll_deadlines(cx);
                return if self.given_up.is_some() { Poll::Ready(Turn::Over) } else { Poll::Pending };
            }
        }
    }

    fn move_to_service(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        if self.from_client != FromClient::Nothing
            && self.talk.to_service.is_empty()
            && self.talk.to_client.len() <= OWED_MAX
        {
            let mut end = None;
            let parse = self.from_client == FromClient::Frames;
            let Self { client, talk, .. } = self;
            let read = poll_read(client, READ_SIZE, cx, |bytes| {
                if parse {
                    end = talk.client_sent(bytes);
                }
            });
            match read {
                Poll::Ready(Ok(read @ 1..)) => {
                    moved = true;
                    self.more |= read == READ_SIZE;
                    // Whatever came, someone is there.
                    self.alive = Instant::now();
                    self.unanswered = 0;
                }
                Poll::Ready(Ok(0) | Err(_)) => {
                    moved = true;
                    self.from_client = FromClient::Nothing;
                    self.farewell.get_or_insert(None);
                }
                Poll::Pending => {}
            }
            if let Some(end) = end {
                self.client_ended(end);
            }
        }
        if !self.to_service {
            // Dropping is moving: what waited for it to be gone goes on.
            moved |= !self.talk.to_service.is_empty();
            self.talk.to_service.clear();
        } else if !self.talk.to_service.is_empty() {
            match self.talk.to_service.poll_write(&mut self.service, cx) {
                Poll::Ready(Ok(())) => moved = true,
                Poll::Ready(Err(error)) => {
                    moved = true;
                    self.to_service = false;
                    // What it said before is read all the same. If it had said all (EPIPE, not ECONNRESET:
                    // its end came first), it ended in order, and reading tells.
                    if error.kind() != io::ErrorKind::BrokenPipe {
                        self.service_broke(&error);
                    }
                }
                Poll::Pending => {}
            }
        }
        let said_all = self.from_client != FromClient::Frames && self.talk.to_service.is_empty();
        if self.to_service && said_all && Pin::new(&mut self.service).poll_shutdown(cx).is_ready() {
            moved = true;
            self.to_service = false;
        }
        moved
    }

    fn move_to_client(&mut self, cx: &mut Context<'_>) -> bool {
        let mut moved = false;
        if self.from_service && self.talk.to_client.is_empty() {
            let Self { service, talk, .. } = self;
            match poll_read(service, READ_SIZE, cx, |bytes| talk.service_sent(bytes)) {
                Poll::Ready(Ok(read @ 1..)) => {
                    moved = true;
                    self.more |= read == READ_SIZE;
                }
                Poll::Ready(Ok(0)) => {
                    moved = true;
                    self.from_service = false;
                    let close = Close::new(CloseCode::Normal, "the timestamp service ended the session");
                    self.farewell.get_or_insert(Some(close));
                }
                Poll::Ready(Err(error)) => {
                    moved = true;
                    self.from_service = false;
                    self.to_service = false;
                    self.service_broke(&error);
                }
                Poll::Pending => {}
            }
        }
        if !self.from_service && !self.said_farewell {
            self.said_farewell = true;
            self.talk.end_line();
            self.talk.close(self.farewell.as_ref().and_then(Option::as_ref));
        }
        if !self.to_client {
            moved |= !self.talk.to_client.is_empty();
            self.talk.to_client.clear();
        } else if !self.talk.to_client.is_empty() {
            let owed = self.talk.to_client.len();
            let written = self.talk.to_client.poll_write(&mut self.client, cx);
            if self.talk.to_client.len() < owed {
                self.stall = None;
                self.alive = Instant::now();
            }
            match written {
                Poll::Ready(Ok(())) => moved = true,
                Poll::Ready(Err(_)) => {
                    moved = true;
                    self.to_client = false;
                    self.from_client = FromClient::Nothing;
                }
                Poll::Pending => {}
            }
        } else if self.said_farewell
            && self.from_client != FromClient::Frames
            && Pin::new(&mut self.client).poll_shutdown(cx).is_ready()
        {
            moved = true;
            self.to_client = false;
        }
        moved
    }

    fn client_ended(&mut self, end: ClientEnd) {
        let (close, rest) = match end {
            ClientEnd::Closed(close) => (close, FromClient::Nothing),
            ClientEnd::AtFault(close) => (Some(close), FromClient::Noise),
        };
        self.farewell.get_or_insert(close);
        self.from_client = rest;
    }

    fn service_broke(&mut self, error: &io::Error) {
        let words = format!("the connection to the timestamp service broke: {}", reason(error));
        self.farewell.get_or_insert(Some(Close::new(super::SERVICE_FAILED, words)));
    }

    fn is_over(&self) -> bool {
        self.from_client == FromClient::Nothing && !self.to_client && !self.from_service
    }

    /// Pings a client that was quiet. Never behind data: while some waits for it, that is what tells whether
    /// it is there, and a ping that queues behind a slow download would end it.
    fn poll_ping(&mut self, cx: &mut Context<'_>) -> bool {
        if self.farewell.is_some() || self.next_ping.as_mut().poll(cx).is_pending() {
            return false;
        }
        let now = Instant::now();
        let quiet = now - self.alive >= PING_EVERY;
        let due = if quiet { now } else { self.alive } + PING_EVERY;
        self.next_ping.as_mut().reset(due);
        if quiet && self.talk.to_client.is_empty() {
            self.unanswered += 1;
            if self.unanswered <= UNANSWERED_MAX {
                self.talk.ping();
            }
        }
        // The timer has to be looked at again, and the ping written.
        true
    }

    fn poll_deadlines(&mut self, cx: &mut Context<'_>) -> Option<GivenUp> {
        if self.unanswered > UNANSWERED_MAX {
            return Some(GivenUp::Unanswered);
        }
        if !self.talk.to_client.is_empty() {
            let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(self.stall_timeout)));
            if stall.as_mut().poll(cx).is_ready() {
                return Some(GivenUp::Stalled);
            }
        }
        if self.farewell.is_some() {
            let give_up = self.give_up.get_or_insert_with(|| Box::pin(sleep(FAREWELL)));
            if give_up.as_mut().poll(cx).is_ready() {
                return Some(GivenUp::Farewell);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
