//! Moving a bridge's bytes between its client and its service until both have ended.
//!
//! Each direction reads only when what it read before is written, so a slow end is never read ahead of. When
//! one side ends, the other is told by a half-close, and its last bytes go out before the Close frame does.

mod deadlines;

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::yield_now;

use super::frames::{Close, CloseCode};
use super::translate::{ClientEnd, Translator};
use crate::ending::{Ending, How, Party};
use crate::error::reason;
use crate::io::{READ_SIZE, poll_read};
use deadlines::{Deadlines, Expired};

/// While more than this waits for the client, in bytes, it is not read from. Otherwise its pings alone could fill
/// the memory with pongs.
const OWED_MAX: usize = 64 * 1024;

pub(crate) struct Pump<'t, C, S> {
    client: C,
    service: S,
    talk: &'t mut Translator,
    phase: Phase,
    inbound: Inbound,
    /// Whether the client can still be written to.
    client_open: bool,
    /// Whether the service can still be written to.
    service_open: bool,
    deadlines: Deadlines,
}

/// How far a bridge is on the way to its end.
enum Phase {
    /// Both sides talk.
    Talking,
    /// One side has ended. The client's last bytes go to the service, and the service's to the client.
    Ending(Farewell),
    /// The service has ended, and the Close frame follows its last bytes.
    Closing(Farewell),
}

/// How a bridge ends: by whichever side ended first.
struct Farewell {
    ending: Ending,
    close: Option<Close>,
}

/// What still comes from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inbound {
    Frames,
    /// Bytes that are ignored. They are still read: a socket closed with unread bytes is reset, and the reset would
    /// overtake the last replies (RFC 1122, 4.2.2.13).
    Noise,
    Nothing,
}

/// The result of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    /// There was nothing to move, or no room for it.
    None,
    Some,
    /// A read filled its buffer, so that there may be more.
    Full,
}

/// The result of one turn.
enum Turn {
    /// There may be more to move.
    More,
    Over,
    Expired(Expired),
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
            phase: Phase::Talking,
            inbound: Inbound::Frames,
            client_open: true,
            service_open: true,
            deadlines: Deadlines::new(stall_timeout),
        }
    }

    /// Takes bytes that came from the client before the pump ran.
    pub(crate) fn feed(&mut self, early: &[u8]) {
        if let Some(end) = self.talk.client_sent(early) {
            self.client_ended(end);
        }
    }

    /// Stops listening to the client; the WebSocket will be closed with `close`.
    pub(crate) fn stop(&mut self, ending: Ending, close: Close) {
        if self.inbound == Inbound::Frames {
            self.inbound = Inbound::Noise;
            self.begin_ending(ending, Some(close));
        }
    }

    /// Moves bytes until both sides have ended or one is abandoned, and returns how the first one ended. It may be
    /// dropped and run again.
    pub(crate) async fn run(&mut self) -> Ending {
        let expired = loop {
            match poll_fn(|cx| self.poll(cx)).await {
                // Yield, so that a flooding side can't starve the rest.
                Turn::More => yield_now().await,
                Turn::Over => break None,
                Turn::Expired(expired) => break Some(expired),
            }
        };
        match (&self.phase, expired) {
            (Phase::Ending(farewell) | Phase::Closing(farewell), _) => farewell.ending.clone(),
            (Phase::Talking, Some(Expired::Stall)) => Ending::by_server(How::Stalled),
            (Phase::Talking, Some(Expired::Pings)) => Ending::by_server(How::PingTimeout),
            (Phase::Talking, Some(Expired::Farewell) | None) => Ending::by_server(How::Cut),
        }
    }

    /// Moves what can be moved.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Turn> {
        loop {
            let closing = matches!(self.phase, Phase::Closing(_));
            let (listening, service_open) = (self.inbound == Inbound::Frames, self.service_open);
            let (heard, told) = (self.read_client(cx), self.write_service(cx));
            let (got, gave) = (self.read_service(cx), self.write_client(cx));
            if self.is_over() {
                return Poll::Ready(Turn::Over);
            }
            // What a client sends that goes nowhere must not keep its bridge from ending.
            let inward =
                service_open && !closing && (told > Progress::None || listening && heard > Progress::None);
            let moved = inward || got.max(gave) > Progress::None;
            if moved {
                self.deadlines.moved();
            }
            let progress = heard.max(told).max(got).max(gave).max(self.ping(cx));
            if !moved {
                let (owed, ending) = (!self.talk.to_client.is_empty(), self.is_ending());
                if let Some(expired) = self.deadlines.poll_expired(cx, owed, ending) {
                    return Poll::Ready(Turn::Expired(expired));
                }
            }
            match progress {
                Progress::Full => return Poll::Ready(Turn::More),
                Progress::Some => {}
                Progress::None => return Poll::Pending,
            }
        }
    }

    fn read_client(&mut self, cx: &mut Context<'_>) -> Progress {
        if self.inbound == Inbound::Nothing
            || !self.talk.to_service.is_empty()
            || self.talk.to_client.len() > OWED_MAX
        {
            return Progress::None;
        }
        let mut end = None;
        let Self { client, talk, inbound, .. } = self;
        let read = poll_read(client, READ_SIZE, cx, |bytes| {
            if *inbound == Inbound::Frames {
                end = talk.client_sent(bytes);
            }
        });
        let progress = match read {
            Poll::Ready(Ok(read @ 1..)) => {
                self.deadlines.heard();
                progress_of(read)
            }
            Poll::Ready(Ok(0)) => {
                self.inbound = Inbound::Nothing;
                self.begin_ending(Ending::by_client(How::Fin), None);
                Progress::Some
            }
            Poll::Ready(Err(error)) => {
                self.inbound = Inbound::Nothing;
                self.begin_ending(Ending::of_error(Party::Client, &error), None);
                Progress::Some
            }
            Poll::Pending => Progress::None,
        };
        if let Some(end) = end {
            self.client_ended(end);
        }
        progress
    }

    fn write_service(&mut self, cx: &mut Context<'_>) -> Progress {
        let mut progress = Progress::None;
        if !self.talk.to_service.is_empty() {
            if !self.service_open {
                // Dropping counts as moving: whatever waited for these bytes to be gone can go on.
                self.talk.to_service.clear();
                return Progress::Some;
            }
            match self.talk.to_service.poll_write(&mut self.service, cx) {
                Poll::Ready(Ok(())) => progress = Progress::Some,
                Poll::Ready(Err(error)) => {
                    progress = Progress::Some;
                    self.service_open = false;
                    // What it sent before is still read. After EPIPE, unlike ECONNRESET, that includes its end.
                    if error.kind() != io::ErrorKind::BrokenPipe {
                        self.service_broke(&error);
                    }
                }
                Poll::Pending => {}
            }
        }
        let said_all = self.inbound != Inbound::Frames && self.talk.to_service.is_empty();
        if self.service_open && said_all && Pin::new(&mut self.service).poll_shutdown(cx).is_ready() {
            self.service_open = false;
            progress = Progress::Some;
        }
        progress
    }

    fn read_service(&mut self, cx: &mut Context<'_>) -> Progress {
        if matches!(self.phase, Phase::Closing(_)) || !self.talk.to_client.is_empty() {
            return Progress::None;
        }
        let Self { service, talk, .. } = self;
        match poll_read(service, READ_SIZE, cx, |bytes| talk.service_sent(bytes)) {
            Poll::Ready(Ok(read @ 1..)) => progress_of(read),
            Poll::Ready(Ok(0)) => {
                let close = Close::new(CloseCode::Normal, "the timestamp service ended the session");
                self.begin_ending(Ending { by: Party::Upstream, how: How::Fin }, Some(close));
                self.begin_closing();
                Progress::Some
            }
            Poll::Ready(Err(error)) => {
                self.service_open = false;
                self.service_broke(&error);
                self.begin_closing();
                Progress::Some
            }
            Poll::Pending => Progress::None,
        }
    }

    fn write_client(&mut self, cx: &mut Context<'_>) -> Progress {
        if !self.talk.to_client.is_empty() {
            if !self.client_open {
                self.talk.to_client.clear();
                return Progress::Some;
            }
            let owed = self.talk.to_client.len();
            let written = self.talk.to_client.poll_write(&mut self.client, cx);
            if self.talk.to_client.len() < owed {
                self.deadlines.taken();
            }
            match written {
                Poll::Ready(Ok(())) => Progress::Some,
                Poll::Ready(Err(error)) => {
                    self.client_open = false;
                    self.inbound = Inbound::Nothing;
                    self.begin_ending(Ending::of_error(Party::Client, &error), None);
                    Progress::Some
                }
                Poll::Pending => Progress::None,
            }
        } else if self.client_open
            && matches!(self.phase, Phase::Closing(_))
            && self.inbound != Inbound::Frames
            && Pin::new(&mut self.client).poll_shutdown(cx).is_ready()
        {
            self.client_open = false;
            Progress::Some
        } else {
            Progress::None
        }
    }

    /// Pings a quiet client.
    fn ping(&mut self, cx: &mut Context<'_>) -> Progress {
        if self.is_ending() {
            return Progress::None;
        }
        let Some(ping) = self.deadlines.poll_ping(cx, !self.talk.to_client.is_empty()) else {
            return Progress::None;
        };
        if ping {
            self.talk.ping();
        }
        // The timer has to be polled again, and the ping written.
        Progress::Some
    }

    fn client_ended(&mut self, end: ClientEnd) {
        match end {
            ClientEnd::Closed(close) => {
                self.inbound = Inbound::Nothing;
                let told = close.as_ref().map(|Close { code, reason }| (u16::from(*code), reason.clone()));
                self.begin_ending(Ending::by_client(How::Close(told)), close);
            }
            ClientEnd::AtFault(close) => {
                self.inbound = Inbound::Noise;
                let how = How::Violation(close.code.into(), close.reason.clone());
                self.begin_ending(Ending::by_client(how), Some(close));
            }
        }
    }

    fn service_broke(&mut self, error: &io::Error) {
        let words = format!("the connection to the timestamp service broke: {}", reason(error));
        let ending = Ending { by: Party::Upstream, how: How::Broken(reason(error)) };
        self.begin_ending(ending, Some(Close::new(super::SERVICE_FAILED, words)));
    }

    /// Only the first ending counts.
    fn begin_ending(&mut self, ending: Ending, close: Option<Close>) {
        if matches!(self.phase, Phase::Talking) {
            self.phase = Phase::Ending(Farewell { ending, close });
        }
    }

    /// Nothing more comes from the service: the Close frame follows its last bytes.
    fn begin_closing(&mut self) {
        if let Phase::Ending(farewell) = std::mem::replace(&mut self.phase, Phase::Talking) {
            self.talk.end_line();
            self.talk.close(farewell.close.as_ref());
            self.phase = Phase::Closing(farewell);
        }
    }

    fn is_ending(&self) -> bool {
        !matches!(self.phase, Phase::Talking)
    }

    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Closing(_)) && self.inbound == Inbound::Nothing && !self.client_open
    }
}

fn progress_of(read: usize) -> Progress {
    if read == READ_SIZE { Progress::Full } else { Progress::Some }
}

#[cfg(test)]
mod tests;
