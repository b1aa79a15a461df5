//! Binds TCP and UDP sockets on every address of a host, with one port.

use std::io;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::time::Duration;

use nix::sys::socket::{setsockopt, sockopt};
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use tokio::net::{TcpListener, UdpSocket};

use crate::error::Error;
use crate::journal::Journal;
use crate::listen::address::Address;
use crate::peer::canonical;

/// The number of connections that may wait to be accepted. The kernel uses the smaller of this and
/// `net.core.somaxconn` (listen(2)). With tokio's default of 1,024, clients are dropped when thousands come at
/// once.
pub(crate) const BACKLOG: i32 = 8192;

/// A TCP client that is quiet for this long is probed. If it was switched off, it is disconnected after four
/// unanswered probes, which takes two minutes in all (tcp(7)).
const KEEPALIVE_IDLE: Duration = Duration::from_secs(60);
const KEEPALIVE_PROBE: Duration = Duration::from_secs(15);

/// The receive buffer that UDP sockets ask for, in bytes. The kernel gives them `net.core.rmem_max` at most (socket(7),
/// `SO_RCVBUF`), and takes memory only for datagrams that wait. Its default of 208 KiB has room for fewer than 300 short
/// datagrams.
const RECEIVE_BUFFER: usize = 4 << 20;

/// How many free ports are tried to find one that is free on every address of the host.
const FREE_PORT_TRIES: usize = 16;

/// Listens for TCP on every address that `address` resolves to.
///
/// Port 0 picks a free port, the same on all of them. Addresses that this computer doesn't have, such as IPv6 ones
/// when IPv6 is switched off, are skipped with a warning, as long as one address is bound.
///
/// # Errors
/// [`Error::Resolve`] if the host has no address. [`Error::Listen`] if an address can't be bound; it names `flag`
/// as the way to choose another one.
pub(crate) async fn tcp(
    address: &Address,
    flag: &'static str,
    journal: &Journal,
) -> Result<Vec<TcpListener>, Error> {
    bind(address, flag, journal, |address| {
        let socket = socket(address, Type::STREAM, Protocol::TCP)?;
        // Without this, a restart fails while connections of the last run are in TIME_WAIT.
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        let listener = adopt_tcp(socket.into())?;
        Ok((listener.local_addr()?.port(), listener))
    })
    .await
}

/// Takes over a TCP listener that something else bound. Its clients inherit its options.
pub(crate) fn adopt_tcp(listener: std::net::TcpListener) -> io::Result<TcpListener> {
    let keepalive =
        TcpKeepalive::new().with_time(KEEPALIVE_IDLE).with_interval(KEEPALIVE_PROBE).with_retries(4);
    let socket = SockRef::from(&listener);
    socket.set_tcp_keepalive(&keepalive)?;
    // Urgent bytes are bytes like any other. Without this, they would be missing from the stream (tcp(7)).
    socket.set_out_of_band_inline(true)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

/// Selects Reno as the congestion control of a connection over loopback (tcp(7), `TCP_CONGESTION`). There is no
/// network that could be congested, and algorithms that pace what is sent, such as BBR, only cost time. Reno
/// doesn't pace. Every Linux has it, and every user may select it.
pub(crate) fn unpace_loopback(stream: &impl AsFd, peer: SocketAddr) {
    if peer.ip().to_canonical().is_loopback() {
        // If it can't be selected, the system's default works too.
        let _ = SockRef::from(stream).set_tcp_congestion(b"reno");
    }
}

/// Takes over a UDP socket that something else bound. Its receive buffer only grows.
pub(crate) fn adopt_udp(socket: std::net::UdpSocket) -> io::Result<UdpSocket> {
    let options = SockRef::from(&socket);
    if options.recv_buffer_size()? < RECEIVE_BUFFER {
        options.set_recv_buffer_size(RECEIVE_BUFFER)?;
    }
    // The kernel counts what it drops, and tells it with the datagrams that follow.
    setsockopt(&socket, sockopt::RxqOvfl, &1)?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket)
}

/// Binds a UDP socket on every address that `address` resolves to, as [`tcp`] does.
///
/// # Errors
/// The same as those of [`tcp`].
pub(crate) async fn udp(address: &Address, journal: &Journal) -> Result<Vec<UdpSocket>, Error> {
    bind(address, "udp", journal, |address| {
        let socket = socket(address, Type::DGRAM, Protocol::UDP)?;
        socket.bind(&address.into())?;
        let socket = adopt_udp(socket.into())?;
        Ok((socket.local_addr()?.port(), socket))
    })
    .await
}

fn socket(address: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    if address.is_ipv6() {
        // `[::]` accepts IPv4 as well, whatever the system's default is (net.ipv6.bindv6only).
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    Ok(socket)
}

/// Every socket address that the host resolves to, without duplicates, in the resolver's order. IPv4-mapped addresses
/// are converted to IPv4, because sockets for IPv6 only can't be bound to them.
async fn resolve(address: &Address) -> Result<Vec<SocketAddr>, Error> {
    let failed = |source| Error::Resolve { address: address.to_string(), source };
    let mut all: Vec<SocketAddr> = Vec::new();
    for found in tokio::net::lookup_host((address.host.as_str(), address.port)).await.map_err(failed)? {
        let found = canonical(found);
        if !all.contains(&found) {
            all.push(found);
        }
    }
    if all.is_empty() {
        return Err(failed(io::Error::other("the host has no address")));
    }
    Ok(all)
}

/// Opens each address that `address` resolves to. `open` returns the socket and its port.
async fn bind<T>(
    address: &Address,
    flag: &'static str,
    journal: &Journal,
    open: impl Fn(SocketAddr) -> io::Result<(u16, T)>,
) -> Result<Vec<T>, Error> {
    let all = resolve(address).await?;
    let mut tries = if address.port == 0 && all.len() > 1 { FREE_PORT_TRIES } else { 1 };
    loop {
        tries -= 1;
        match bind_all(&all, journal, &open) {
            Err((_, error)) if error.kind() == io::ErrorKind::AddrInUse && tries > 0 => {}
            Err((address, source)) => {
                return Err(Error::Listen { flag, address: address.to_string(), source });
            }
            Ok(bound) => return Ok(bound),
        }
    }
}

fn bind_all<T>(
    addresses: &[SocketAddr],
    journal: &Journal,
    open: impl Fn(SocketAddr) -> io::Result<(u16, T)>,
) -> Result<Vec<T>, (SocketAddr, io::Error)> {
    let mut bound = Vec::new();
    let mut port = addresses[0].port();
    let mut missing = None;
    for &address in addresses {
        let mut address = address;
        address.set_port(port);
        match open(address) {
            Ok((got, socket)) => {
                port = got;
                bound.push(socket);
            }
            Err(error) if is_missing(&error) => missing = Some((address, error)),
            Err(error) => return Err((address, error)),
        }
    }
    match missing {
        Some(missing) if bound.is_empty() => Err(missing),
        Some((address, error)) => {
            journal.address_skipped(address, &error);
            Ok(bound)
        }
        None => Ok(bound),
    }
}

fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(EAFNOSUPPORT)
}

/// "Address family not supported by protocol" (socket(2)), which is the error of a Linux without IPv6.
const EAFNOSUPPORT: i32 = 97;

#[cfg(test)]
mod tests {
    use super::*;

    use std::net::Ipv4Addr;

    fn free_port_of(host: &str) -> Address {
        Address { host: host.into(), port: 0 }
    }

    #[tokio::test]
    async fn a_free_port_is_the_same_on_every_address() {
        let listeners = tcp(&free_port_of("localhost"), "tcp", &Journal::new(false)).await.unwrap();
        let ports: Vec<_> = listeners.iter().map(|l| l.local_addr().unwrap().port()).collect();
        assert_ne!(ports[0], 0);
        assert!(ports.iter().all(|port| *port == ports[0]), "{ports:?}");
    }

    #[tokio::test]
    async fn an_ipv4_address_may_be_written_as_an_ipv6_one() {
        let (mapped, journal) = (free_port_of("::ffff:127.0.0.1"), Journal::new(false));
        let listener = tcp(&mapped, "tcp", &journal).await.unwrap().remove(0);
        let socket = udp(&mapped, &journal).await.unwrap().remove(0);
        for bound in [listener.local_addr().unwrap(), socket.local_addr().unwrap()] {
            assert_eq!(bound.ip(), Ipv4Addr::LOCALHOST);
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_named_with_its_flag() {
        let taken = tcp(&free_port_of("127.0.0.1"), "tcp", &Journal::new(false)).await.unwrap();
        let port = taken[0].local_addr().unwrap().port();
        let error = tcp(&Address { host: "127.0.0.1".into(), port }, "tcp", &Journal::new(false))
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("cannot listen on tcp 127.0.0.1:{port}: address already in use; "))
        );
        assert!(error.contains("--tcp"), "{error}");
    }

    #[tokio::test]
    async fn clients_inherit_the_keepalive() {
        let listener = tcp(&free_port_of("127.0.0.1"), "tcp", &Journal::new(false)).await.unwrap().remove(0);
        let _client = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        let accepted = SockRef::from(&accepted);
        assert!(accepted.keepalive().unwrap());
        assert_eq!(accepted.tcp_keepalive_time().unwrap(), KEEPALIVE_IDLE);
    }

    #[tokio::test]
    async fn an_address_of_another_computer_is_refused() {
        // No computer has an address in TEST-NET-1 (RFC 5737).
        let error =
            tcp(&free_port_of("192.0.2.1"), "http", &Journal::new(false)).await.unwrap_err().to_string();
        assert!(error.contains("choose an address of this computer with --http"), "{error}");
    }
}
