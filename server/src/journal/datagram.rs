//! Datagrams in the journal.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use wirestamp_arrival::{ArrivalTime, Reading};
use wirestamp_protocol::{Format, event};

use super::Journal;
use super::feed::Entrance;
use super::metrics::{Batch, Fault};
use super::watched::WatchedListener;
use crate::error::reason;
use crate::peer::{Transport, canonical};

/// Why a datagram is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DropReason {
    /// It came from a well-known port, so from a service rather than a client.
    LowPort,
    /// It is stamped already: another service like this one answers us.
    Stamped,
    /// Its reply would not fit into a datagram.
    TooLarge,
    /// Its source is over the rate.
    OverRate,
}

impl DropReason {
    /// Each, in the order of their numbers.
    const ALL: [Self; 4] = [Self::LowPort, Self::Stamped, Self::TooLarge, Self::OverRate];

    /// The name in the metrics.
    fn label(self) -> &'static str {
        match self {
            Self::LowPort => "low_port",
            Self::Stamped => "stamped",
            Self::TooLarge => "too_large",
            Self::OverRate => "over_rate",
        }
    }

    /// The name in events.
    fn told(self) -> event::DropReason {
        match self {
            Self::LowPort => event::DropReason::LowPort,
            Self::Stamped => event::DropReason::Stamped,
            Self::TooLarge => event::DropReason::TooLarge,
            Self::OverRate => event::DropReason::OverRate,
        }
    }

    /// In words, for the log.
    fn why(self) -> &'static str {
        match self {
            Self::LowPort => "it came from a port below 1024",
            Self::Stamped => "it is stamped already",
            Self::TooLarge => "its reply would not fit",
            Self::OverRate => "its source is over the rate",
        }
    }
}

/// What became of the datagrams of one listener, reported on drop.
pub(crate) struct DatagramTally {
    pub(super) journal: Journal,
    address: String,
    answered: u64,
    dropped: [u64; DropReason::ALL.len()],
    /// What the kernel dropped.
    overflowed: u64,
    /// How long each datagram of the batch waited in the kernel.
    waited: Vec<Duration>,
    watched: WatchedListener,
}

impl Journal {
    /// A UDP listener answers from now on.
    pub(crate) fn datagrams(&self, address: String, format: Format) -> DatagramTally {
        let dropped = [0; DropReason::ALL.len()];
        let number = self.0.listeners.fetch_add(1, Ordering::Relaxed);
        let entrance = Entrance { listener: address.clone(), format: Some(format), label: None };
        DatagramTally {
            journal: self.clone(),
            address,
            answered: 0,
            dropped,
            overflowed: 0,
            waited: Vec::new(),
            watched: WatchedListener::new(number, Arc::new(entrance)),
        }
    }
}

impl DatagramTally {
    /// A batch that was received at `read` has been answered.
    pub(crate) fn answered(&mut self, batch: Batch, read: Reading) {
        let took = read.monotonic.elapsed();
        self.answered += batch.replies;
        self.journal.0.metrics.of(Transport::Udp).datagrams(batch, self.waited.drain(..), took);
        self.watched.answered(&self.journal.0.feed, read, took);
    }

    /// A datagram gets an answer.
    pub(crate) fn heard(&mut self, from: SocketAddr, message: &[u8], arrival: &ArrivalTime) {
        self.log_payload(from, message);
        self.watched.datagram(&self.journal.0.feed, from, message, arrival, None);
    }

    /// A datagram was read.
    pub(crate) fn arrived(&mut self, from: SocketAddr, datagram: &[u8], arrival: &ArrivalTime) {
        self.waited.extend(arrival.waited());
        tracing::debug!(%from, bytes = datagram.len(), arrival = %arrival.source.name(), "read");
    }

    /// A datagram gets no answer.
    pub(crate) fn dropped(
        &mut self,
        from: SocketAddr,
        message: &[u8],
        arrival: &ArrivalTime,
        reason: DropReason,
    ) {
        self.dropped[reason as usize] += 1;
        self.journal.0.metrics.dropped(reason.label(), 1);
        tracing::debug!(%from, bytes = message.len(), why = reason.why(), "a datagram was dropped");
        self.watched.datagram(&self.journal.0.feed, from, message, arrival, Some(reason.told()));
    }

    /// The kernel dropped datagrams, because the socket's receive buffer was full.
    pub(crate) fn overflowed(&mut self, datagrams: u32) {
        if self.overflowed == 0 {
            tracing::warn!(
                transport = %Transport::Udp,
                address = %self.address,
                datagrams,
                "the receive buffer was full, and the kernel dropped datagrams: net.core.rmem_max limits its size; \
                 logged once, counted each time"
            );
        }
        self.overflowed += u64::from(datagrams);
        self.journal.0.metrics.dropped("kernel", u64::from(datagrams));
    }

    /// Replies could not be sent.
    pub(crate) fn reply_lost(&self, to: SocketAddr, count: usize, error: &io::Error) {
        self.journal.0.metrics.fault(Fault::Datagram);
        self.watched.reply_lost(&self.journal.0.feed, canonical(to), count);
        tracing::debug!(to = %canonical(to), error = %reason(error), "a reply was lost");
    }

    /// Receiving failed: the error of an earlier reply, reported late (udp(7)).
    pub(crate) fn receive_failed(&self, error: &io::Error) {
        tracing::debug!(error = %reason(error), "a datagram was lost");
    }
}

impl Drop for DatagramTally {
    fn drop(&mut self) {
        let [low_port, stamped, too_large, over_rate] = self.dropped;
        let Self { address, answered, overflowed, .. } = self;
        tracing::info!(
            transport = %Transport::Udp,
            %address,
            answered,
            low_port,
            stamped,
            too_large,
            over_rate,
            kernel = overflowed,
            "listener closed"
        );
    }
}
