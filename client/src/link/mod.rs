//! A link to a timestamp service: carries lines to it and replies back, over any transport.

mod background;
mod datagram;
pub(crate) mod dial;
mod peer;
pub(crate) mod refusal;
mod stream;
mod websocket;

use std::io;
use std::num::NonZeroUsize;
use std::time::Duration;

pub(crate) use background::BackgroundSender;
use datagram::{DatagramReader, DatagramWriter};
pub(crate) use peer::Peer;
use stream::{StreamReader, StreamWriter};
use websocket::{WebSocketReader, WebSocketWriter};
use wirestamp_arrival::{ArrivalTime, Timed};

use crate::error::{Error, reason};
use crate::target::Target;

/// How long a stream must be silent for bytes without a line feed to count as a reply. A peer that was sent
/// no line feed answers with none. This is the default of the server's `--gap`, for the same reason.
pub(crate) const GAP: Duration = Duration::from_millis(50);

/// The longest reply, in bytes: more than the largest message that a server can be configured for, 16 MiB, and its
/// stamp.
const MAX_REPLY: NonZeroUsize = NonZeroUsize::new(17 << 20).unwrap();

/// An open link.
pub(crate) struct Link {
    /// Sends lines.
    pub(crate) sender: Sender,
    /// Receives replies.
    pub(crate) receiver: Receiver,
    /// The other end.
    pub(crate) peer: Peer,
}

/// The sending half of a link.
pub(crate) struct Sender {
    target: String,
    way: WayThere,
}

enum WayThere {
    Stream(StreamWriter),
    Datagram(DatagramWriter),
    WebSocket(WebSocketWriter),
}

/// The receiving half of a link.
pub(crate) struct Receiver {
    target: String,
    way: WayBack,
}

enum WayBack {
    Stream(StreamReader),
    Datagram(DatagramReader),
    WebSocket(WebSocketReader),
}

/// What was received.
pub(crate) enum Heard {
    /// At least one reply, which was passed on.
    Replies,
    /// The end of the conversation: who ended it, and how.
    End(String),
}

/// How replies are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// By line feeds.
    Lines,
    /// Each is a message of the transport, without a line feed.
    Messages,
}

/// Takes replies: the bytes, and when the last of them came.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&[u8], ArrivalTime);

/// Connects to a service. If it's over TCP, the connection is lost once the peer's computer has acknowledged nothing
/// for as long as `silence`; without that, the system decides.
///
/// # Errors
/// [`Error::Resolve`] or [`Error::Reach`].
pub(crate) async fn open(target: &Target, silence: Option<Duration>) -> Result<Link, Error> {
    let name = target.to_string();
    let (there, back, peer) = match target {
        Target::Tcp(place) => {
            let (stream, peer) = dial::tcp(&name, &place.host, place.port, silence).await?;
            let (reading, writing) = stream.into_split();
            let (reader, writer) = stream::over(Timed::by_kernel(reading), writing);
            (WayThere::Stream(writer), WayBack::Stream(reader), peer)
        }
        Target::Unix(path) => {
            let (reading, writing) = dial::unix(&name, path).await?.into_split();
            let (reader, writer) = stream::over(Timed::by_read(reading), writing);
            (WayThere::Stream(writer), WayBack::Stream(reader), Peer::at(path))
        }
        Target::Udp(place) => {
            let (socket, peer) = dial::udp(&name, &place.host, place.port).await?;
            let (reader, writer) = datagram::over(socket);
            (WayThere::Datagram(writer), WayBack::Datagram(reader), peer)
        }
        Target::WebSocket(uri) => {
            let (reader, writer, peer) = websocket::open(&name, uri, silence).await?;
            (WayThere::WebSocket(writer), WayBack::WebSocket(reader), peer)
        }
    };
    Ok(Link {
        sender: Sender { target: name.clone(), way: there },
        receiver: Receiver { target: name, way: back },
        peer,
    })
}

/// Creates a link over an open stream.
#[cfg(test)]
pub(crate) fn over_stream(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + 'static,
) -> Link {
    let (reading, writing) = tokio::io::split(stream);
    let (reader, writer) = stream::over(Timed::by_read(reading), writing);
    let target = "tcp://peer:7".to_owned();
    Link {
        sender: Sender { target: target.clone(), way: WayThere::Stream(writer) },
        receiver: Receiver { target: target.clone(), way: WayBack::Stream(reader) },
        peer: Peer { address: target, is_here: false },
    }
}

impl Sender {
    /// Sends lines in as few writes as the transport allows. Each must end in a line feed, except perhaps the
    /// last.
    ///
    /// # Errors
    /// [`Error::Lost`], [`Error::Send`] if a line is too long for the transport, or [`Error::Reach`] if nobody takes
    /// datagrams.
    pub(crate) async fn send(&mut self, lines: &[u8]) -> Result<(), Error> {
        let sent = match &mut self.way {
            WayThere::Stream(writer) => writer.send(lines).await,
            WayThere::Datagram(writer) => writer.send(lines).await,
            WayThere::WebSocket(writer) => writer.send(lines).await,
        };
        sent.map_err(|error| match &self.way {
            WayThere::Datagram(_) if is_refused(&error) => dial::unreachable(&self.target, &error),
            _ if error.raw_os_error() == Some(rustix::io::Errno::MSGSIZE.raw_os_error()) => Error::Send {
                target: self.target.clone(),
                reason: reason(&error),
                advice: "a datagram holds at most 65507 bytes",
            },
            _ => Error::Lost { target: self.target.clone(), reason: reason(&error) },
        })
    }

    /// Tells a stream's peer that no more lines will come. Other transports can't.
    pub(crate) async fn half_close(&mut self) {
        if let WayThere::Stream(writer) = &mut self.way {
            // If the peer is gone, receiving will tell.
            let _ = writer.half_close().await;
        }
    }

    /// Returns how replies are separated.
    pub(crate) fn framing(&self) -> Framing {
        match self.way {
            WayThere::Stream(_) => Framing::Lines,
            WayThere::Datagram(_) | WayThere::WebSocket(_) => Framing::Messages,
        }
    }

    /// Checks the length of a line so far, if the transport can't send it in pieces.
    ///
    /// # Errors
    /// [`Error::Send`] if the line is longer than any server takes.
    pub(crate) fn check_length(&self, len: usize) -> Result<(), Error> {
        if self.framing() == Framing::Lines || len <= MAX_REPLY.get() {
            return Ok(());
        }
        Err(Error::Send {
            target: self.target.clone(),
            reason: format!("the line is over {} MiB", MAX_REPLY.get() >> 20),
            advice: "over TCP, lines have any length",
        })
    }

    /// Returns how many lines may be unanswered when one of this length is sent, if the transport loses what
    /// comes too fast.
    pub(crate) fn window(&self, len: usize) -> Option<u64> {
        match self.way {
            WayThere::Datagram(_) => Some(datagram::window(len)),
            WayThere::Stream(_) | WayThere::WebSocket(_) => None,
        }
    }
}

impl Receiver {
    /// Waits for the next replies, and passes each that has come to `each`. Cancel safe: no reply is lost if
    /// the future is dropped.
    ///
    /// # Errors
    /// [`Error::Lost`], or [`Error::Reach`] if nobody takes datagrams.
    pub(crate) async fn receive(&mut self, each: Each<'_>) -> Result<Heard, Error> {
        let heard = match &mut self.way {
            WayBack::Stream(reader) => reader.receive(each).await,
            WayBack::Datagram(reader) => reader.receive(each).await,
            WayBack::WebSocket(reader) => reader.receive(each).await,
        };
        let target = &self.target;
        match heard {
            Ok(None) => Ok(Heard::Replies),
            Ok(Some(how)) => Ok(Heard::End(format!("{target} {how}"))),
            Err(error) if matches!(self.way, WayBack::Datagram(_)) && is_refused(&error) => {
                Err(dial::unreachable(target, &error))
            }
            Err(error) => Err(Error::Lost { target: target.clone(), reason: reason(&error) }),
        }
    }
}

/// Returns whether nobody listens. For a datagram, the peer's computer says so in an ICMP message (udp(7)).
fn is_refused(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionRefused
}

impl Link {
    /// Closes a WebSocket with code 1000. Other transports are simply dropped.
    pub(crate) async fn close(self) {
        if let (WayThere::WebSocket(writer), WayBack::WebSocket(reader)) =
            (self.sender.way, self.receiver.way)
        {
            websocket::close(writer, reader).await;
        }
    }
}
