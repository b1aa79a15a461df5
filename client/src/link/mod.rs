//! A link to a timestamp service: lines there, replies back, whatever carries them.

mod background;
mod datagram;
mod dial;
mod stream;
mod websocket;

use std::time::{Duration, Instant};

pub(crate) use background::BackgroundSender;

use crate::error::{Error, reason};
use crate::target::Target;

/// How long a stream is quiet before what came without a line feed is a reply: a peer that was sent no line
/// feed answers with none. The server's own `--gap`, for the same reason.
pub(crate) const GAP: Duration = Duration::from_millis(50);

/// An open link.
pub(crate) struct Link {
    /// The way there.
    pub(crate) sender: Sender,
    /// The way back.
    pub(crate) receiver: Receiver,
    /// What it is connected to, resolved.
    pub(crate) peer: String,
}

/// The way there.
pub(crate) struct Sender {
    target: String,
    way: WayThere,
}

enum WayThere {
    Stream(stream::Writer),
    Datagram(datagram::Writer),
    WebSocket(websocket::Writer),
}

/// The way back.
pub(crate) struct Receiver {
    target: String,
    way: WayBack,
}

enum WayBack {
    Stream(stream::Reader),
    Datagram(datagram::Reader),
    WebSocket(websocket::Reader),
}

/// What the way back brought.
pub(crate) enum Heard {
    /// At least one reply, each handed over.
    Replies,
    /// The end: who ended it, and how.
    End(String),
}

/// How replies are told from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// By their line feeds.
    Lines,
    /// Each is a message of the transport's, without a line feed.
    Messages,
}

/// Where a reader puts replies: the bytes, and when the last of them came.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&[u8], Instant);

/// Connects.
///
/// # Errors
/// [`Error::Resolve`] and [`Error::Reach`], with what to do.
pub(crate) async fn open(target: &Target) -> Result<Link, Error> {
    let name = target.to_string();
    let (there, back, peer) = match target {
        Target::Tcp(place) => {
            let (stream, peer) = dial::tcp(&name, &place.host, place.port).await?;
            let (reader, writer) = stream::over(stream);
            (WayThere::Stream(writer), WayBack::Stream(reader), peer.to_string())
        }
        Target::Unix(path) => {
            let (reader, writer) = stream::over(dial::unix(&name, path).await?);
            (WayThere::Stream(writer), WayBack::Stream(reader), path.display().to_string())
        }
        Target::Udp(place) => {
            let (socket, peer) = dial::udp(&name, &place.host, place.port).await?;
            let (reader, writer) = datagram::over(socket);
            (WayThere::Datagram(writer), WayBack::Datagram(reader), peer.to_string())
        }
        Target::WebSocket(uri) => {
            let (reader, writer, peer) = websocket::open(&name, uri).await?;
            (WayThere::WebSocket(writer), WayBack::WebSocket(reader), peer.to_string())
        }
    };
    Ok(Link {
        sender: Sender { target: name.clone(), way: there },
        receiver: Receiver { target: name, way: back },
        peer,
    })
}

impl Sender {
    /// Sends lines, each with its line feed except perhaps the last, in as few writes as the transport can.
    ///
    /// # Errors
    /// [`Error::Lost`], or [`Error::Send`] for a line that the transport cannot take.
    pub(crate) async fn send(&mut self, lines: &[u8]) -> Result<(), Error> {
        let sent = match &mut self.way {
            WayThere::Stream(writer) => writer.send(lines).await,
            WayThere::Datagram(writer) => writer.send(lines).await,
            WayThere::WebSocket(writer) => writer.send(lines).await,
        };
        sent.map_err(|error| match error.kind() {
            _ if error.raw_os_error() == Some(rustix::io::Errno::MSGSIZE.raw_os_error()) => Error::Send {
                target: self.target.clone(),
                reason: reason(&error),
                advice: "a datagram holds 65507 bytes at most",
            },
            _ => Error::Lost { target: self.target.clone(), reason: reason(&error) },
        })
    }

    /// Tells a stream's peer that no more lines come. The other transports have no way to say so.
    pub(crate) async fn half_close(&mut self) {
        if let WayThere::Stream(writer) = &mut self.way {
            // A peer that is gone already shows on the way back.
            let _ = writer.half_close().await;
        }
    }

    /// How replies are told from each other.
    pub(crate) fn framing(&self) -> Framing {
        match self.way {
            WayThere::Stream(_) => Framing::Lines,
            WayThere::Datagram(_) | WayThere::WebSocket(_) => Framing::Messages,
        }
    }

    /// How many lines may wait for their replies before one of this length goes, if the transport would lose
    /// what comes too fast.
    pub(crate) fn window(&self, len: usize) -> Option<u64> {
        match self.way {
            WayThere::Datagram(_) => Some(datagram::window(len)),
            WayThere::Stream(_) | WayThere::WebSocket(_) => None,
        }
    }
}

impl Receiver {
    /// Awaits what comes next, and hands over each reply that there is by then. Nothing is lost if it is
    /// dropped before it is done.
    ///
    /// # Errors
    /// [`Error::Lost`].
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
            Err(error) => Err(Error::Lost { target: target.clone(), reason: reason(&error) }),
        }
    }
}

impl Link {
    /// Takes leave: a WebSocket is closed with code 1000. The others simply end.
    pub(crate) async fn close(self) {
        if let (WayThere::WebSocket(writer), WayBack::WebSocket(reader)) =
            (self.sender.way, self.receiver.way)
        {
            websocket::close(writer, reader).await;
        }
    }
}
