//! Where the bridge finds its timestamp service.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::bridge::introduce::{Client, Introduction, Introductions};
use crate::error::reason;
use crate::listen::address::Address;
use crate::listen::bind::unpace_loopback;

/// How long a timestamp service may take to accept.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A timestamp service that the bridge connects to, as netcat would.
#[derive(Debug, Clone)]
pub(crate) enum Upstream {
    /// The service of this very program. It is told who stands behind each connection.
    Own { at: SocketAddr, introductions: Introductions },
    /// A service elsewhere, which knows the bridge alone.
    Elsewhere(Address),
}

/// A connection to the service. The introduction is dropped first: once the address is free, it is no longer
/// the client's.
pub(crate) struct Dialled {
    _introduction: Option<Introduction>,
    pub(crate) stream: TcpStream,
}

impl Upstream {
    /// The service of this program, which listens on `bound`.
    pub(crate) fn own(bound: SocketAddr, introductions: Introductions) -> Self {
        let ip = match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        Self::Own { at: SocketAddr::new(ip, bound.port()), introductions }
    }

    /// Connects in the name of `client`.
    ///
    /// # Errors
    /// A sentence that names the address and the reason, short enough for a close frame.
    pub(crate) async fn dial(&self, client: Client) -> Result<Dialled, String> {
        let connected = match timeout(CONNECT_TIMEOUT, self.connect(client)).await {
            Ok(connected) => connected.map_err(|error| reason(&error)),
            Err(_) => Err(format!("no answer in {} s", CONNECT_TIMEOUT.as_secs())),
        };
        connected.map_err(|reason| format!("cannot reach the timestamp service at {self}: {reason}"))
    }

    async fn connect(&self, client: Client) -> io::Result<Dialled> {
        let (stream, introduction) = match self {
            Self::Elsewhere(address) => {
                (TcpStream::connect((address.host.as_str(), address.port)).await?, None)
            }
            Self::Own { at, introductions } => {
                let socket = if at.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
                // The service's own address is one that it can be reached from.
                socket.bind(SocketAddr::new(at.ip(), 0))?;
                let introduction = introductions.introduce(socket.local_addr()?, client);
                (socket.connect(*at).await?, Some(introduction))
            }
        };
        stream.set_nodelay(true)?;
        unpace_loopback(&stream, stream.peer_addr()?);
        Ok(Dialled { _introduction: introduction, stream })
    }
}

impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own { at, .. } => at.fmt(f),
            Self::Elsewhere(address) => address.fmt(f),
        }
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
            let upstream = Upstream::own(bound.parse().unwrap(), Introductions::default());
            assert_eq!(upstream.to_string(), reached);
        }
    }
}
