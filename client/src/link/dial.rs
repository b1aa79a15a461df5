//! Connects to a service, or says why it can't.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use rustix::net::sockopt;
use tokio::net::{TcpStream, UdpSocket, UnixStream};
use tokio::time::timeout;
use wirestamp_arrival::ask_kernel;

use super::Peer;
use crate::error::{Error, reason};

/// How long to wait for a service to accept a connection.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Connects to the first of the host's addresses that accepts, and asks for the kernel's receive times. The connection is lost once the peer's computer has
/// acknowledged nothing for as long as `silence`; without that, the system decides, which takes a quarter of an hour.
pub(crate) async fn tcp(
    target: &str,
    host: &str,
    port: u16,
    silence: Option<Duration>,
) -> Result<(TcpStream, Peer), Error> {
    let mut last = None;
    for address in resolve(target, host, port).await? {
        let connected = in_time(TcpStream::connect(address)).await;
        match connected.and_then(|stream| set_up(&stream, silence).map(|()| stream)) {
            Ok(stream) => {
                let peer = Peer::new(address, stream.local_addr());
                return Ok((stream, peer));
            }
            Err(error) => last = Some(error),
        }
    }
    Err(unreachable(target, &last.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into())))
}

fn set_up(stream: &TcpStream, silence: Option<Duration>) -> io::Result<()> {
    if let Some(silence) = silence {
        let millis = u32::try_from(silence.as_millis()).unwrap_or(u32::MAX);
        sockopt::set_tcp_user_timeout(stream, millis)?;
    }
    // Without the kernel's times, those of the reads do.
    ask_kernel(stream);
    stream.set_nodelay(true)
}

/// Creates a socket connected to the host's first usable address: it receives from there only, and learns if
/// nobody listens. It comes with the kernel's receive times.
pub(super) async fn udp(target: &str, host: &str, port: u16) -> Result<(UdpSocket, Peer), Error> {
    let mut last = None;
    for address in resolve(target, host, port).await? {
        let any: SocketAddr = match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let connected = async {
            let socket = UdpSocket::bind(any).await?;
            ask_kernel(&socket);
            socket.connect(address).await.map(|()| socket)
        };
        match connected.await {
            Ok(socket) => {
                let peer = Peer::new(address, socket.local_addr());
                return Ok((socket, peer));
            }
            Err(error) => last = Some(error),
        }
    }
    Err(unreachable(target, &last.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into())))
}

/// Connects to a Unix stream socket.
pub(super) async fn unix(target: &str, path: &Path) -> Result<UnixStream, Error> {
    in_time(UnixStream::connect(path)).await.map_err(|error| unreachable(target, &error))
}

async fn in_time<T>(connect: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(CONNECT_TIMEOUT, connect).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn resolve(target: &str, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    match tokio::net::lookup_host((host, port)).await {
        Ok(found) => Ok(found.collect()),
        Err(error) => Err(Error::Resolve { target: target.to_owned(), reason: reason(&error) }),
    }
}

pub(super) fn unreachable(target: &str, error: &io::Error) -> Error {
    let advice = match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            "start a server there with 'wirestamp serve', or use another address"
        }
        io::ErrorKind::NotFound => "check the path, and that the server is running",
        io::ErrorKind::PermissionDenied => "you need permission to write to the socket",
        io::ErrorKind::TimedOut => "check the address, and for a firewall",
        _ => "check the address",
    };
    let reason = match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused: nobody listens there".into(),
        io::ErrorKind::TimedOut => format!("no answer in {} s", CONNECT_TIMEOUT.as_secs()),
        _ => reason(error),
    };
    Error::Reach { target: target.to_owned(), reason, advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_peer_that_vanished_is_noticed_in_time() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        for (silence, millis) in [(Some(Duration::from_secs(5)), 5000), (None, 0)] {
            let (stream, _) = tcp("tcp://peer", "127.0.0.1", port, silence).await.unwrap();
            assert_eq!(sockopt::tcp_user_timeout(&stream).unwrap(), millis);
        }
    }
}
