//! The journal: everything that happens is reported here once, and becomes a log line and a metric.
//!
//! No other part of the server writes to the log or counts. Each occurrence is one method, named for what happened.
//! They are grouped by subject:
//!
//! - `session`: clients and what goes through.
//! - `listener`: binding, accepting and admission.
//! - `payload`: messages, if they are wanted in the log.
//! - `datagram`: the service over UDP.
//! - `http`: requests and the connections that they come on.
//! - `process`: the server as a whole.
//! - `feed`, `watched`: what those who watch are fed.
//!
//! Anything that came from outside is logged through `Debug`, which escapes control characters. A peer's mistake is
//! a debug line and a counter, never a warning.

mod datagram;
pub(crate) mod feed;
mod http;
mod listener;
mod metrics;
mod payload;
mod process;
mod session;
mod watched;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use feed::Feed;
use metrics::Metrics;

pub(crate) use datagram::DropReason;
pub(crate) use metrics::{Batch, FORMAT as METRICS_FORMAT, Turn};
pub(crate) use session::{OpenSession, PROBE_MAX};

/// The journal. Clones share it.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

struct Shared {
    metrics: Metrics,
    sessions: session::Ids,
    listeners: AtomicU32,
    feed: Feed,
    logs_payload: bool,
}

impl Journal {
    /// A journal in which nothing has happened yet. With `logs_payload`, each message is logged.
    pub fn new(logs_payload: bool) -> Self {
        Self(Arc::new(Shared {
            metrics: Metrics::new(),
            sessions: session::Ids::default(),
            listeners: AtomicU32::new(0),
            feed: Feed::default(),
            logs_payload,
        }))
    }

    /// What those who watch are fed from.
    pub(crate) fn all_feed(&self) -> &Feed {
        &self.0.feed
    }

    /// The feed, if somebody watches.
    #[inline]
    fn feed(&self) -> Option<&Feed> {
        let feed = &self.0.feed;
        if feed.epoch() == 0 { None } else { Some(feed) }
    }

    /// A number for a session that only those who watch see: of a UDP client.
    pub(crate) fn next_session(&self) -> u64 {
        self.0.sessions.next().0
    }

    /// Every metric, in Prometheus's text format.
    pub(crate) fn metrics(&self) -> Vec<u8> {
        self.0.metrics.watching(self.0.feed.memory(), self.0.feed.left_out());
        self.0.metrics.text()
    }
}

/// Whether a warning that is logged only once has been logged.
#[derive(Debug, Default)]
pub(crate) struct SaidOnce(AtomicBool);

impl SaidOnce {
    fn is_first(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}
