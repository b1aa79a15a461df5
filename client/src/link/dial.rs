//! Reaching a service, or saying why not.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use tokio::net::{TcpStream, UdpSocket, UnixStream};
use tokio::time::timeout;

use crate::error::{Error, reason};

/// How long a service may take to accept.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Connects to the first address of the host that accepts.
pub(super) async fn tcp(target: &str, host: &str, port: u16) -> Result<(TcpStream, SocketAddr), Error> {
    let mut last = None;
    for address in resolve(target, host, port).await? {
        let connected = in_time(TcpStream::connect(address)).await;
        match connected.and_then(|stream| stream.set_nodelay(true).map(|()| stream)) {
            Ok(stream) => return Ok((stream, address)),
            Err(error) => last = Some(error),
        }
    }
    Err(unreachable(target, &last.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into())))
}

/// A socket that hears the host's first address alone, and is told when nobody listens there.
pub(super) async fn udp(target: &str, host: &str, port: u16) -> Result<(UdpSocket, SocketAddr), Error> {
    let mut last = None;
    for address in resolve(target, host, port).await? {
        let any: SocketAddr = match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let connected = async {
            let socket = UdpSocket::bind(any).await?;
            socket.connect(address).await.map(|()| socket)
        };
        match connected.await {
            Ok(socket) => return Ok((socket, address)),
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

fn unreachable(target: &str, error: &io::Error) -> Error {
    let advice = match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            "start a server there, as 'wirestamp serve' does, or name another"
        }
        io::ErrorKind::NotFound => "there is no such socket; check the path, and that the server runs",
        io::ErrorKind::PermissionDenied => "ask the socket's owner to let you write to it",
        io::ErrorKind::TimedOut => "check the address, and what stands between",
        _ => "check the address",
    };
    let reason = match error.kind() {
        io::ErrorKind::TimedOut => format!("no answer in {} s", CONNECT_TIMEOUT.as_secs()),
        _ => reason(error),
    };
    Error::Reach { target: target.to_owned(), reason, advice }
}
