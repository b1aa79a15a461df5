//! The far end of a connection, and the transport that it uses.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use tokio::net::unix::UCred;

pub(crate) use wirestamp_protocol::event::Transport;

/// The far end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// An address and a port. IPv4 addresses are never IPv4-mapped.
    Ip(SocketAddr),
    /// A process on this computer. A client's Unix socket has no name, but the kernel knows who opened it.
    Process { pid: Option<i32>, uid: u32 },
}

impl From<SocketAddr> for Peer {
    fn from(address: SocketAddr) -> Self {
        Self::Ip(canonical(address))
    }
}

impl From<UCred> for Peer {
    fn from(cred: UCred) -> Self {
        Self::Process { pid: cred.pid(), uid: cred.uid() }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Process { pid: Some(pid), uid } => write!(f, "pid:{pid},uid:{uid}"),
            Self::Process { pid: None, uid } => write!(f, "uid:{uid}"),
        }
    }
}

/// Converts an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2), as a listener for both families reports it, to IPv4.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => SocketAddr::new(ip.into(), address.port()),
            None => address,
        },
        IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_clients_of_a_listener_for_both_families_are_shown_as_ipv4() {
        for (seen, shown) in
            [("[::ffff:192.0.2.1]:5", "192.0.2.1:5"), ("192.0.2.1:5", "192.0.2.1:5"), ("[::1]:5", "[::1]:5")]
        {
            assert_eq!(Peer::from(seen.parse::<SocketAddr>().unwrap()).to_string(), shown);
        }
    }
}
