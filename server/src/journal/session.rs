//! Sessions in the journal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use wirestamp_arrival::ArrivalTime;
use wirestamp_protocol::{Counts, Cut, Decoder};

use super::Journal;
use super::feed::Entrance;
use super::metrics::{TransportMetrics, Turn};
use super::watched::{Identity, Watched};
use crate::ending::{Ending, How, Party};
use crate::io::Room;
use crate::peer::{Peer, Transport};

/// A session's number, from 1 and never used twice in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionId(pub(super) u64);

#[derive(Debug, Default)]
pub(super) struct Ids(AtomicU64);

impl Ids {
    pub(super) fn next(&self) -> SessionId {
        SessionId(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// How long a client that sends nothing may be a probe. A load balancer that checks whether a port is open connects and
/// leaves at once.
pub(crate) const PROBE_MAX: Duration = Duration::from_secs(1);

/// One client's session. It belongs to the owner of the client's socket, and dropping it reports the end.
pub(crate) struct OpenSession {
    pub(super) journal: Journal,
    pub(super) id: SessionId,
    transport: Transport,
    pub(super) peer: Peer,
    opened: Instant,
    counts: Counts,
    watched: Watched,
    /// Whether it's been told that the session was opened. It is once the client can't be a probe.
    is_told: bool,
    /// Finds the messages, if each is logged.
    pub(super) messages: Option<Box<Decoder<Room>>>,
    /// `None` until the session has ended. Boxed, so that an open session is small.
    ending: Option<Box<Ending>>,
}

impl Journal {
    /// A client has connected.
    pub(crate) fn opened(&self, transport: Transport, peer: Peer, entrance: Arc<Entrance>) -> OpenSession {
        let id = self.0.sessions.next();
        self.0.metrics.of(transport).opened();
        let mut session = OpenSession {
            journal: self.clone(),
            id,
            transport,
            peer,
            opened: Instant::now(),
            counts: Counts::default(),
            watched: Watched::new(entrance),
            is_told: false,
            messages: None,
            ending: None,
        };
        // A WebSocket has shown by its handshake that it isn't a probe.
        if transport == Transport::Ws {
            session.not_a_probe();
        }
        session
    }
}

impl OpenSession {
    /// Bytes were read from the client.
    pub(crate) fn arrived(&mut self, bytes: &[u8], arrival: &ArrivalTime) {
        tracing::debug!(session = self.id.0, bytes = bytes.len(), arrival = %arrival.source.name(), "read");
        self.heard(bytes);
        if let Some(feed) = self.journal.feed() {
            if self.watched.is_new(feed) {
                let who = self.identity();
                self.watched.introduce(feed, who, Some(arrival.at), false);
            }
            self.watched.read(feed, self.id.0, bytes, arrival);
        }
    }

    /// The message that has begun ends here.
    pub(crate) fn message_ended(&mut self, cut: Cut) {
        self.heard_end(cut);
        if let Some(feed) = self.journal.feed() {
            self.watched.ended(feed, self.id.0, cut);
        }
    }

    /// Replies wait for the client.
    pub(crate) fn held_back(&mut self, now: Counts) {
        self.counted(now);
        if let Some(feed) = self.journal.feed() {
            self.watched.held_back(feed, self.id.0);
        }
    }

    /// Takes what has gone through so far.
    pub(crate) fn counted(&mut self, now: Counts) {
        self.metrics().add(&now, &self.counts);
        self.went_through(now);
    }

    /// Takes what has gone through by the end of a turn.
    pub(crate) fn turned(&mut self, now: Counts, turn: Turn) {
        self.metrics().add_turn(&now, &self.counts, turn);
        self.went_through(now);
        if let Some(feed) = self.journal.feed() {
            self.watched.turned(feed, self.id.0, now, turn);
        }
    }

    fn went_through(&mut self, now: Counts) {
        self.counts = now;
        if !self.is_told && now.bytes_in > 0 {
            self.not_a_probe();
        }
    }

    /// When the session was opened.
    pub(crate) fn opened_at(&self) -> Instant {
        self.opened
    }

    /// When [`not_a_probe`](Self::not_a_probe) has to be said of a client that sends nothing; `None` once it was.
    pub(crate) fn settles_at(&self) -> Option<Instant> {
        if self.is_told { None } else { Some(self.opened + PROBE_MAX) }
    }

    /// The client is no probe.
    pub(crate) fn not_a_probe(&mut self) {
        self.is_told = true;
        let Self { id, transport, peer, .. } = &*self;
        tracing::info!(session = id.0, %transport, %peer, "session opened");
        if let Some(feed) = self.journal.feed()
            && self.watched.is_new(feed)
        {
            let who = self.identity();
            self.watched.introduce(feed, who, None, false);
        }
    }

    fn identity(&self) -> Identity {
        let Self { id, transport, peer, opened, counts, .. } = self;
        Identity { session: id.0, transport: *transport, peer: *peer, opened: *opened, counts: *counts }
    }

    /// Sets the ending that is reported when the session is dropped.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.ending = Some(Box::new(ending));
    }

    /// The service that the bridge talks to cannot be reached. That ends the session, and its operator has to know.
    pub(crate) fn unreachable(&self, reason: &str) {
        tracing::warn!(session = self.id.0, peer = %self.peer, "{reason}");
    }

    /// How long it has been open.
    fn lasted(&self) -> Duration {
        self.opened.elapsed()
    }

    fn metrics(&self) -> &TransportMetrics {
        self.journal.0.metrics.of(self.transport)
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        let ending = self.ending.take();
        let ending = ending.as_deref().unwrap_or(&Ending { by: Party::Server, how: How::Cut });
        let is_probe =
            !self.is_told && ending.by == Party::Client && matches!(ending.how, How::Fin | How::Reset);
        self.journal.0.metrics.closed(self.transport, ending, is_probe);
        if let Some(feed) = self.journal.feed() {
            let who = self.identity();
            if self.watched.is_new(feed) {
                self.watched.introduce(feed, who, None, is_probe);
            }
            self.watched.closed(feed, who, ending, is_probe);
        }
        if is_probe {
            tracing::debug!(transport = %self.transport, peer = %self.peer, how = %ending.how.name(), "probe");
            return;
        }
        if !self.is_told {
            self.not_a_probe();
        }
        let Self { id, transport, peer, counts, .. } = &*self;
        tracing::info!(
            session = id.0,
            %transport,
            %peer,
            reads = counts.reads,
            messages = counts.messages(),
            bytes_in = counts.bytes_in,
            bytes_out = counts.bytes_out,
            lasted = self.lasted().as_secs_f64(),
            by = %ending.by.name(),
            how = %ending.how.name(),
            code = ending.how.code(),
            reason = ending.how.detail().map(tracing::field::debug),
            "session closed"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn how_long_a_session_lasted_does_not_depend_on_the_wall_clock() {
        let session =
            Journal::new(false).opened(Transport::Tcp, Peer::Process { pid: None, uid: 0 }, Entrance::test());
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(session.lasted(), Duration::from_secs(3));
    }
}
