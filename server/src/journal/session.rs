//! Sessions in the journal.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use wirestamp_protocol::Counts;

use super::Journal;
use super::metrics::TransportMetrics;
use crate::ending::{Ending, How, Party};
use crate::peer::{Peer, Transport};

/// A session's number, from 1 and never used twice in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionId(u64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Debug, Default)]
pub(super) struct Ids(AtomicU64);

impl Ids {
    fn next(&self) -> SessionId {
        SessionId(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// One client's session. It belongs to the owner of the client's socket, and dropping it reports the end.
pub(crate) struct OpenSession {
    journal: Journal,
    id: SessionId,
    transport: Transport,
    peer: Peer,
    opened: Instant,
    counts: Counts,
    /// `None` until the session has ended. Boxed, so that an open session is small.
    ending: Option<Box<Ending>>,
}

impl Journal {
    /// A client has connected.
    pub(crate) fn opened(&self, transport: Transport, peer: Peer) -> OpenSession {
        let id = self.0.sessions.next();
        tracing::info!(session = id.0, %transport, %peer, "session opened");
        self.0.metrics.of(transport).opened();
        OpenSession {
            journal: self.clone(),
            id,
            transport,
            peer,
            opened: Instant::now(),
            counts: Counts::default(),
            ending: None,
        }
    }
}

impl OpenSession {
    /// Takes what has gone through so far.
    pub(crate) fn counted(&mut self, now: Counts) {
        self.metrics().add(&now, &self.counts);
        self.counts = now;
    }

    /// Replies were written, so long after the read that they answer.
    pub(crate) fn replied(&self, took: Duration) {
        self.metrics().replied(took);
    }

    /// Sets the ending that is reported when the session is dropped.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.ending = Some(Box::new(ending));
    }

    /// The service that the bridge talks to cannot be reached. That ends the session, and its operator has to know.
    pub(crate) fn unreachable(&self, reason: &str) {
        tracing::warn!(session = self.id.0, peer = %self.peer, "{reason}");
    }

    fn metrics(&self) -> &TransportMetrics {
        self.journal.0.metrics.of(self.transport)
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        let Self { id, transport, peer, counts, .. } = &*self;
        let ending = self.ending.as_deref().unwrap_or(&Ending { by: Party::Server, how: How::Cut });
        self.journal.0.metrics.closed(*transport, ending);
        tracing::info!(
            session = id.0,
            %transport,
            %peer,
            reads = counts.reads,
            messages = counts.messages(),
            bytes_in = counts.bytes_in,
            bytes_out = counts.bytes_out,
            seconds = self.opened.elapsed().as_secs_f64(),
            by = %ending.by.name(),
            how = %ending.how.name(),
            code = ending.how.code(),
            reason = ending.how.detail().map(tracing::field::debug),
            "session closed"
        );
    }
}
