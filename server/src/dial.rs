//! Where the bridge finds its timestamp service.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::address::Address;
use crate::error::reason;

/// How long a timestamp service may take to accept.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A timestamp service that the bridge connects to, as netcat would.
#[derive(Debug, Clone)]
pub(crate) struct Upstream(Address);

impl Upstream {
    /// A service elsewhere.
    pub(crate) fn elsewhere(address: Address) -> Self {
        Self(address)
    }

    /// The service of this very program, which listens on `bound`.
    pub(crate) fn own(bound: SocketAddr) -> Self {
        let ip = match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        Self(Address { host: ip.to_string(), port: bound.port() })
    }

    /// Connects.
    ///
    /// # Errors
    /// A sentence that names the address and the reason, short enough for a close frame.
    pub(crate) async fn dial(&self) -> Result<TcpStream, String> {
        let connect = TcpStream::connect((self.0.host.as_str(), self.0.port));
        let connected = timeout(CONNECT_TIMEOUT, connect)
            .await
            .unwrap_or_else(|_| {
                Err(io::Error::other(format!("no answer in {} s", CONNECT_TIMEOUT.as_secs())))
            })
            .and_then(|stream| stream.set_nodelay(true).map(|()| stream));
        connected.map_err(|error| format!("cannot reach the timestamp service at {self}: {}", reason(&error)))
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_bound_to_every_address_is_reached_by_loopback() {
        for (bound, reached) in
            [("0.0.0.0:7", "127.0.0.1:7"), ("[::]:7", "[::1]:7"), ("127.0.0.2:7", "127.0.0.2:7")]
        {
            assert_eq!(Upstream::own(bound.parse().unwrap()).to_string(), reached);
        }
    }
}
