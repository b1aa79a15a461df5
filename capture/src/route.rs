//! From where to where a packet goes.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use wirestamp_protocol::DEFAULT_PORT;
use wirestamp_protocol::event::About;

/// The ends of a session without addresses. They are kept for documentation (RFC 5737), so no real client has them.
const NO_CLIENT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const NO_LISTENER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);

/// The first of the ports that no service has (RFC 6335, 6), and how many there are.
const FIRST_DYNAMIC_PORT: u16 = 49_152;
const DYNAMIC_PORTS: u64 = 16_384;

/// The source and the destination of packets. They are of one family, as they are in a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    V4(SocketAddrV4, SocketAddrV4),
    V6(SocketAddrV6, SocketAddrV6),
}

impl Route {
    /// From the client to the listener. `None` if they aren't both addresses with a port.
    pub(crate) fn of(about: &About) -> Option<Self> {
        Some(Self::between(about.peer.parse().ok()?, about.listener.parse().ok()?))
    }

    /// For a session that has no addresses. The client's port tells it from others.
    pub(crate) fn made_up(session: u64) -> Self {
        // Below 65,536.
        let port = FIRST_DYNAMIC_PORT + (session % DYNAMIC_PORTS) as u16;
        Self::V4(SocketAddrV4::new(NO_CLIENT, port), SocketAddrV4::new(NO_LISTENER, DEFAULT_PORT))
    }

    /// The other way.
    pub(crate) fn back(self) -> Self {
        match self {
            Self::V4(source, destination) => Self::V4(destination, source),
            Self::V6(source, destination) => Self::V6(destination, source),
        }
    }

    fn between(client: SocketAddr, listener: SocketAddr) -> Self {
        match (client, listener) {
            (SocketAddr::V4(client), SocketAddr::V4(listener)) => Self::V4(client, listener),
            (SocketAddr::V6(client), SocketAddr::V6(listener)) => Self::V6(client, listener),
            // `[::]` listens for IPv4 too.
            (SocketAddr::V4(client), SocketAddr::V6(listener)) if listener.ip().is_unspecified() => {
                Self::V4(client, SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, listener.port()))
            }
            _ => Self::V6(as_v6(client), as_v6(listener)),
        }
    }
}

/// An IPv4 address as an IPv4-mapped one (RFC 4291, 2.5.5.2).
fn as_v6(address: SocketAddr) -> SocketAddrV6 {
    match address {
        SocketAddr::V6(address) => address,
        SocketAddr::V4(address) => SocketAddrV6::new(address.ip().to_ipv6_mapped(), address.port(), 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(client: &str, listener: &str) -> Route {
        Route::between(client.parse().unwrap(), listener.parse().unwrap())
    }

    #[test]
    fn both_ends_are_of_one_family() {
        let v4 = |text: &str| text.parse::<SocketAddrV4>().unwrap();
        let v6 = |text: &str| text.parse::<SocketAddrV6>().unwrap();
        for (client, listener, route) in [
            ("127.0.0.1:5", "127.0.0.1:6", Route::V4(v4("127.0.0.1:5"), v4("127.0.0.1:6"))),
            ("[::1]:5", "[::1]:6", Route::V6(v6("[::1]:5"), v6("[::1]:6"))),
            ("10.0.0.1:5", "[::]:6", Route::V4(v4("10.0.0.1:5"), v4("0.0.0.0:6"))),
            ("10.0.0.1:5", "[::2]:6", Route::V6(v6("[::ffff:10.0.0.1]:5"), v6("[::2]:6"))),
        ] {
            assert_eq!(between(client, listener), route);
        }
    }

    #[test]
    fn sessions_without_addresses_have_different_ports() {
        let ports = [0, 1, 16_383, u64::MAX].map(|session| match Route::made_up(session) {
            Route::V4(client, _) => client.port(),
            Route::V6(..) => 0,
        });
        assert_eq!(ports, [49_152, 49_153, 65_535, 65_535]);
    }
}
