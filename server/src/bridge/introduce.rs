//! How the service knows who stands behind its own bridge.
//!
//! The bridge connects over TCP as anyone does, and nothing on that wire could be told from a client's bytes.
//! So it is introduced beside the wire: before it connects it binds its end, and leaves word of that address
//! here. As long as it holds the address nobody else can come from there, so nobody can pretend to be
//! another.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wirestamp_protocol::Format;

use crate::peer::{Peer, canonical};

/// Who stands behind a connection of the bridge.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) peer: Peer,
    /// The format that its stamps are to have; `None`: the listener's.
    pub(crate) format: Option<Format>,
}

/// Connections of the bridge that the service has not accepted yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Introductions(Arc<Mutex<HashMap<SocketAddr, Client>>>);

/// Word left of one connection, taken back on drop.
#[derive(Debug)]
pub(crate) struct Introduction {
    of: SocketAddr,
    among: Introductions,
}

impl Introductions {
    /// Leaves word that `client` stands behind the connection that comes from `address`. To be kept as long
    /// as the address is.
    pub(crate) fn introduce(&self, address: SocketAddr, client: Client) -> Introduction {
        let of = canonical(address);
        self.lock().insert(of, client);
        Introduction { of, among: self.clone() }
    }

    /// Who stands behind the connection that came from `peer`, if it is the bridge's. Told once.
    pub(crate) fn take(&self, peer: Peer) -> Option<Client> {
        match peer {
            Peer::Ip(address) => self.lock().remove(&address),
            Peer::Process { .. } => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SocketAddr, Client>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Introduction {
    fn drop(&mut self) {
        self.among.lock().remove(&self.of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn browser() -> Client {
        Client { peer: address("192.0.2.1:5").into(), format: None }
    }

    #[test]
    fn a_client_is_introduced_once() {
        let all = Introductions::default();
        let _kept = all.introduce(address("127.0.0.1:7"), browser());
        assert_eq!(all.take(address("127.0.0.1:8").into()).map(|client| client.peer), None);
        assert_eq!(all.take(address("127.0.0.1:7").into()).map(|client| client.peer), Some(browser().peer));
        assert!(all.take(address("127.0.0.1:7").into()).is_none());
    }

    #[test]
    fn word_of_a_connection_that_is_given_up_is_taken_back() {
        let all = Introductions::default();
        drop(all.introduce(address("127.0.0.1:7"), browser()));
        assert!(all.take(address("127.0.0.1:7").into()).is_none());
    }

    #[test]
    fn a_listener_for_both_families_finds_it_too() {
        let all = Introductions::default();
        let _kept = all.introduce(address("127.0.0.1:7"), browser());
        assert!(all.take(address("[::ffff:127.0.0.1]:7").into()).is_some());
    }
}
