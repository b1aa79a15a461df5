//! Moving a bridge's bytes between its two sockets until both have ended.
//!
//! Each direction reads only when what it read before is written, so a slow end is never read ahead of. When
//! one side ends, the other is told by a half-close and its last bytes go out before the Close frame does.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Sleep, sleep};

use super::frames::{Close, CloseCode};
use super::translate::{ClientEnd, Translator};
use crate::error::reason;
use crate::io::poll_read;

/// How long one side may take, with nothing moving, once the other has ended.
const FAREWELL: Duration = Duration::from_secs(10);

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
    give_up: Option<Pin<Box<Sleep>>>,
}

impl<'t, C, S> Pump<'t, C, S>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    pub(crate) fn new(client: C, service: S, talk: &'t mut Translator) -> Self {
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
            give_up: None,
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

    /// Moves what can be moved; ready once both sides have ended.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let moved = self.move_to_service(cx) | self.move_to_client(cx);
            if self.is_over() {
                return Poll::Ready(());
            }
            if !moved {
                return self.poll_give_up(cx);
            }
            self.give_up = None;
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
            let read = poll_read(client, cx, |bytes| {
                if parse {
                    end = talk.client_sent(bytes);
                }
            });
            match read {
                Poll::Ready(Ok(1..)) => moved = true,
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
            self.talk.to_service.clear();
        } else if !self.talk.to_service.is_empty() {
            match self.talk.to_service.poll_write(&mut self.service, cx) {
                Poll::Ready(Ok(())) => moved = true,
                Poll::Ready(Err(error)) => {
                    moved = true;
                    self.service_broke(&error);
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
            match poll_read(service, cx, |bytes| talk.service_sent(bytes)) {
                Poll::Ready(Ok(1..)) => moved = true,
                Poll::Ready(Ok(0)) => {
                    moved = true;
                    self.from_service = false;
                    let close = Close::new(CloseCode::Normal, "the timestamp service ended the session");
                    self.farewell.get_or_insert(Some(close));
                }
                Poll::Ready(Err(error)) => {
                    moved = true;
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
            self.talk.to_client.clear();
        } else if !self.talk.to_client.is_empty() {
            match self.talk.to_client.poll_write(&mut self.client, cx) {
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
        self.from_service = false;
        self.to_service = false;
        let words = format!("the connection to the timestamp service broke: {}", reason(error));
        self.farewell.get_or_insert(Some(Close::new(super::SERVICE_FAILED, words)));
    }

    fn is_over(&self) -> bool {
        self.from_client == FromClient::Nothing && !self.to_client && !self.from_service
    }

    fn poll_give_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.farewell.is_none() {
            return Poll::Pending;
        }
        let deadline = self.give_up.get_or_insert_with(|| Box::pin(sleep(FAREWELL)));
        deadline.as_mut().poll(cx)
    }
}
