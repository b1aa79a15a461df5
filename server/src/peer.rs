//! Who is at the other end, and how it came.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use tokio::net::unix::UCred;

/// How a client reached the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Tcp,
    Udp,
    Unix,
    /// Over the WebSocket bridge.
    Ws,
}

impl Transport {
    /// Each, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] = [Self::Tcp, Self::Udp, Self::Unix, Self::Ws];

    /// As it is shown, in the log and elsewhere.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Unix => "unix",
            Self::Ws => "ws",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// An address and a port; IPv4 as such, also on a listener for both.
    Ip(SocketAddr),
    /// A process of this computer. Unix sockets of clients have no name; the kernel knows who opened them.
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

/// An IPv4 address that a listener for both families shows as an IPv6 one (RFC 4291, 2.5.5.2), as itself.
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
    fn ipv4_clients_of_a_listener_for_both_are_shown_as_ipv4() {
        for (seen, shown) in
            [("[::ffff:192.0.2.1]:5", "192.0.2.1:5"), ("192.0.2.1:5", "192.0.2.1:5"), ("[::1]:5", "[::1]:5")]
        {
            assert_eq!(Peer::from(seen.parse::<SocketAddr>().unwrap()).to_string(), shown);
        }
    }
}
