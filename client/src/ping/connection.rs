//! A connection that is made again when it's lost, as while a device reboots.

use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::sleep;

use crate::error::Error;
use crate::link::{self, BackgroundSender, Each, Heard, Link, Peer, Receiver};
use crate::target::Target;

/// How long to wait before each attempt to connect again.
const RETRY: Duration = Duration::from_millis(500);

/// How long a peer's computer may acknowledge nothing before the connection counts as lost. A device that lost its
/// power doesn't say so.
const SILENCE: Duration = Duration::from_secs(5);

/// Connects to the service.
///
/// # Errors
/// If it can't be reached.
pub(super) async fn dial(target: &Target) -> Result<Link, Error> {
    link::open(target, Some(SILENCE)).await
}

/// A connection to the service, perhaps lost at the moment.
pub(super) struct Connection {
    target: Target,
    state: State,
    losses: u64,
}

#[expect(clippy::large_enum_variant, reason = "there is only one")]
enum State {
    Up {
        sender: BackgroundSender,
        receiver: Receiver,
        peer: Peer,
        /// Whether the last that was heard is that datagrams don't arrive.
        is_refused: bool,
    },
    Down(Pin<Box<dyn Future<Output = Link>>>),
}

/// What became of the connection.
pub(super) enum Change {
    /// Nothing that the user needs to know.
    Nothing,
    /// It is lost, for this reason.
    Lost(String),
    /// It is made again, with this peer.
    Connected(String),
}

impl Connection {
    pub(super) fn new(link: Link, target: Target) -> Self {
        Self { target, state: State::up(link), losses: 0 }
    }

    /// Returns how often the connection was lost.
    pub(super) fn losses(&self) -> u64 {
        self.losses
    }

    /// Returns whether [`Connection::send`] can be called.
    pub(super) fn takes_a_probe(&self) -> bool {
        match &self.state {
            State::Up { sender, .. } => sender.is_idle(),
            State::Down(_) => true,
        }
    }

    /// Starts to send a probe, which [`Connection::next`] continues. Without a connection, the probe is lost.
    pub(super) fn send(&mut self, line: Vec<u8>) {
        if let State::Up { sender, .. } = &mut self.state {
            sender.send(line);
        }
    }

    /// Waits for replies, which it passes on, or for what becomes of the connection. Cancel safe.
    ///
    /// # Errors
    /// If the probes are too long for the transport.
    pub(super) async fn next(&mut self, each: Each<'_>) -> Result<Change, Error> {
        let (sender, receiver, is_refused) = match &mut self.state {
            State::Up { sender, receiver, is_refused, .. } => (sender, receiver, is_refused),
            State::Down(dialing) => {
                let link = dialing.await;
                let peer = link.peer.address.clone();
                self.state = State::up(link);
                return Ok(Change::Connected(peer));
            }
        };
        let heard = tokio::select! {
            biased;
            sent = sender.sent(), if !sender.is_idle() => match sent {
                Ok(()) => return Ok(Change::Nothing),
                Err(error @ Error::Send { .. }) => return Err(error),
                Err(error) => {
                    // If the peer is gone, replies that it sent before still count.
                    while let Some(Ok(Heard::Replies)) = receiver.receive(each).now_or_never() {}
                    Err(error)
                }
            },
            heard = receiver.receive(each) => heard,
        };
        let how = match heard {
            Ok(Heard::Replies) => {
                *is_refused = false;
                return Ok(Change::Nothing);
            }
            Ok(Heard::End(how)) => how,
            Err(Error::Lost { target, reason }) => format!("lost the connection to {target}: {reason}"),
            Err(Error::Reach { target, reason, .. }) => format!("cannot reach {target}: {reason}"),
            Err(error) => error.to_string(),
        };
        if let Target::Udp(_) = self.target {
            // There's no connection to lose. It may go on as soon as somebody listens.
            let is_new = !std::mem::replace(is_refused, true);
            return Ok(if is_new { Change::Lost(how) } else { Change::Nothing });
        }
        self.losses += 1;
        self.state = State::Down(Box::pin(connect_again(self.target.clone())));
        Ok(Change::Lost(how))
    }

    /// Closes a WebSocket in order.
    pub(super) async fn close(self) {
        if let State::Up { sender, receiver, peer, .. } = self.state
            && let Some(sender) = sender.into_sender()
        {
            Link { sender, receiver, peer }.close().await;
        }
    }
}

impl State {
    fn up(Link { sender, receiver, peer }: Link) -> Self {
        Self::Up { sender: BackgroundSender::new(sender), receiver, peer, is_refused: false }
    }
}

/// Connects as soon as the service is there again.
async fn connect_again(target: Target) -> Link {
    loop {
        sleep(RETRY).await;
        if let Ok(link) = dial(&target).await {
            return link;
        }
    }
}
