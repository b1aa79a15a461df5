//! Listeners, and of the clients that they let in in the journal.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;

use super::metrics::Fault;
use super::{Journal, SaidOnce};
use crate::error::reason;
use crate::peer::Peer;

impl Journal {
    /// One of a host's addresses does not exist on this computer.
    pub(crate) fn address_skipped(&self, address: SocketAddr, error: &io::Error) {
        let error = reason(error);
        tracing::warn!(%address, %error, "skipped an address; the host's other addresses are bound");
    }

    /// A UDP listener can be reached from other computers.
    pub(crate) fn udp_is_exposed(&self, address: SocketAddr, rate: Option<NonZeroU32>) {
        let rate = rate.map_or_else(|| "any number of".to_owned(), |rate| format!("up to {rate}"));
        tracing::warn!(
            %address,
            "UDP is open beyond this computer: anyone who can reach it can have {rate} replies a second sent to a \
             forged source address, each one stamp longer than the datagram"
        );
    }

    /// A client was gone before it was accepted.
    pub(crate) fn gone_before_accept(&self, error: &io::Error) {
        self.0.metrics.fault(Fault::Lost);
        tracing::debug!(error = %reason(error), "a client was gone before it was accepted");
    }

    /// The system could not accept a client.
    pub(crate) fn cannot_accept(&self, error: &io::Error, said: &SaidOnce) {
        self.0.metrics.fault(Fault::Accept);
        if said.is_first() {
            tracing::warn!(error = %reason(error), "cannot accept; clients wait in the backlog");
        }
    }

    /// What comes before a connection's first message failed.
    pub(crate) fn greeting_failed(&self, peer: Peer, why: &dyn Display) {
        self.0.metrics.fault(Fault::Greeting);
        tracing::debug!(%peer, %why, "a connection failed before its first message");
    }

    /// All places of some listeners are taken.
    pub(crate) fn limit_reached(&self, listeners: &'static str, limit: usize, said: &SaidOnce) {
        self.0.metrics.limit_reached(listeners);
        if said.is_first() {
            tracing::warn!(
                listeners,
                limit,
                "at the limit of connections: new clients wait until others leave, and over HTTP are told so; \
                 logged once, counted each time"
            );
        }
    }

    /// An address has all its connections already.
    pub(crate) fn refused_per_address(&self, peer: Peer, limit: usize) {
        self.0.metrics.refused("per_ip");
        tracing::debug!(%peer, limit, "refused: its address is at the limit of connections");
    }
}
