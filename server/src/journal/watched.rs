//! What sessions and listeners feed to those who watch.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use wirestamp_arrival::{ArrivalTime, Reading};
use wirestamp_protocol::event::{DropReason, Timestamp};
use wirestamp_protocol::{Counts, Cut};

use super::feed::{Answered, Arrived, Closed, Entrance, Feed, Missed, Opened, Record};
use super::metrics::Turn;
use crate::ending::Ending;
use crate::peer::{Peer, Transport};

/// One session in the feed.
pub(super) struct Watched {
    entrance: Arc<Entrance>,
    /// The epoch of the feed in which the session was introduced.
    epoch: u32,
    missed: Missed,
}

/// What the feed has to know of a session.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    pub(super) session: u64,
    pub(super) transport: Transport,
    pub(super) peer: Peer,
    pub(super) opened: Instant,
    pub(super) counts: Counts,
}

impl Watched {
    pub(super) fn new(entrance: Arc<Entrance>) -> Self {
        Self { entrance, epoch: 0, missed: Missed::default() }
    }

    /// Whether those who watch now haven't been told of the session yet.
    #[inline]
    pub(super) fn is_new(&self, feed: &Feed) -> bool {
        self.epoch != feed.epoch()
    }

    /// Tells of the session itself. `arrival` is when its first bytes arrived, which may have been before it was accepted.
    pub(super) fn introduce(
        &mut self,
        feed: &Feed,
        who: Identity,
        arrival: Option<Duration>,
        is_probe: bool,
    ) {
        let Identity { session, transport, peer, opened, counts: before } = who;
        let accepted = now().saturating_sub(opened.elapsed());
        let at = Timestamp(arrival.map_or(accepted, |arrival| arrival.min(accepted)));
        let entrance = Arc::clone(&self.entrance);
        let opened = Opened { session, transport, peer, entrance, at, is_probe, before };
        if feed.push_always(|| Record::Opened(Box::new(opened))) {
            self.epoch = feed.epoch();
        }
    }

    pub(super) fn read(&mut self, feed: &Feed, session: u64, bytes: &[u8], arrival: &ArrivalTime) {
        let arrival = Arrived::from(arrival);
        if !feed.push_read(bytes, |bytes| Record::Read { session, arrival, bytes }) {
            self.missed.add(bytes.len());
        }
    }

    pub(super) fn ended(&self, feed: &Feed, session: u64, cut: Cut) {
        feed.push_always(|| Record::Ended { session, cut });
    }

    pub(super) fn held_back(&self, feed: &Feed, session: u64) {
        feed.push_always(|| Record::HeldBack { session });
    }

    pub(super) fn turned(&mut self, feed: &Feed, session: u64, counts: Counts, turn: Turn) {
        if turn.took.is_none() && self.missed.is_none() {
            return;
        }
        let at = turn.took.map(|took| Timestamp(turn.read.map_or_else(now, |read| read.wall + took)));
        let (messages, bytes_out) = (counts.messages(), counts.bytes_out);
        let answered = Answered { at, messages, bytes_out, missed: self.missed };
        if feed.push_always(|| Record::Answered { session, answered }) {
            self.missed = Missed::default();
        }
    }

    pub(super) fn closed(&self, feed: &Feed, who: Identity, ending: &Ending, is_probe: bool) {
        let closed = Closed {
            session: who.session,
            peer: who.peer,
            ending: ending.clone(),
            is_probe,
            counts: who.counts,
            at: Timestamp(now()),
            missed: self.missed,
        };
        feed.push_always(|| Record::Closed(Box::new(closed)));
    }
}

/// One UDP listener in the feed.
pub(super) struct WatchedListener {
    listener: u32,
    entrance: Arc<Entrance>,
    epoch: u32,
    missed: Missed,
}

impl WatchedListener {
    pub(super) fn new(listener: u32, entrance: Arc<Entrance>) -> Self {
        Self { listener, entrance, epoch: 0, missed: Missed::default() }
    }

    pub(super) fn datagram(
        &mut self,
        feed: &Feed,
        from: SocketAddr,
        bytes: &[u8],
        arrival: &ArrivalTime,
        unanswered: Option<DropReason>,
    ) {
        let (epoch, listener) = (feed.epoch(), self.listener);
        if epoch == 0 {
            return;
        }
        if epoch != self.epoch {
            let entrance = Arc::clone(&self.entrance);
            if feed.push_always(|| Record::Listener { listener, entrance }) {
                self.epoch = epoch;
            }
        }
        let arrival = Arrived::from(arrival);
        let record = |bytes| Record::Datagram { listener, from, arrival, bytes, unanswered };
        if !feed.push_read(bytes, record) {
            self.missed.add(bytes.len());
        }
    }

    pub(super) fn reply_lost(&self, feed: &Feed, to: SocketAddr, count: usize) {
        if feed.epoch() != 0 {
            feed.push_always(|| Record::RepliesLost { listener: self.listener, to, count });
        }
    }

    pub(super) fn answered(&mut self, feed: &Feed, read: Reading, took: Duration) {
        let (listener, missed) = (self.listener, self.missed);
        if feed.epoch() == 0 {
            return;
        }
        let at = Timestamp(read.wall + took);
        if feed.push_always(|| Record::DatagramsAnswered { listener, at, missed }) {
            self.missed = Missed::default();
        }
    }
}

fn now() -> Duration {
    Reading::now().wall
}
