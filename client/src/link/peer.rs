//! The other end of a link.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

/// The other end of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Its address.
    pub(crate) address: String,
    /// Whether the address is this computer's own. The service may still be elsewhere, behind a tunnel.
    pub(crate) is_here: bool,
}

impl Peer {
    /// The peer at this address of a socket that has the address `local`.
    pub(super) fn new(address: SocketAddr, local: io::Result<SocketAddr>) -> Self {
        let is_own = local.is_ok_and(|local| local.ip() == address.ip());
        // 127.0.0.2 is reached from 127.0.0.1.
        let is_here = is_own || address.ip().is_loopback();
        Self { address: address.to_string(), is_here }
    }

    /// The peer at a Unix socket.
    pub(super) fn at(path: &Path) -> Self {
        Self { address: path.display().to_string(), is_here: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_with_an_address_of_this_computer_is_here() {
        for (address, local, is_here) in [
            ("127.0.0.1:7", "127.0.0.1:50000", true),
            ("127.0.0.2:7", "127.0.0.1:50000", true),
            ("[::1]:7", "[::1]:50000", true),
            ("192.0.2.1:7", "192.0.2.1:50000", true),
            ("192.0.2.1:7", "192.0.2.2:50000", false),
        ] {
            let peer = Peer::new(address.parse().unwrap(), Ok(local.parse().unwrap()));
            assert_eq!(peer, Peer { address: address.into(), is_here });
        }
        let unknown = Peer::new("192.0.2.1:7".parse().unwrap(), Err(io::ErrorKind::NotConnected.into()));
        assert!(!unknown.is_here);
        assert!(Peer::at(Path::new("socket")).is_here);
    }
}
