//! Datagrams with their times.

use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::time::Duration;

use nix::sys::socket::{ControlMessageOwned, MsgFlags, RecvMsg, SockaddrStorage, recvmsg};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use crate::socket::{Control, kernel_time};

/// A datagram, apart from its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datagram {
    /// Its length in bytes.
    pub len: usize,
    /// The address that it came from.
    pub from: SocketAddr,
    /// The kernel's time of its arrival, if there is one.
    pub kernel: Option<Duration>,
    /// The kernel's count of datagrams that it dropped since the socket was opened, if the socket asked for it
    /// (socket(7), `SO_RXQ_OVFL`) and there are any. It wraps around.
    pub dropped: Option<u32>,
}

/// Waits for a datagram, and receives it.
///
/// # Errors
/// Those of recvmsg(2). One of them is that nobody listens at the other end (udp(7)).
pub async fn receive(socket: &UdpSocket, bytes: &mut [u8]) -> io::Result<Datagram> {
    // Such an error doesn't make the socket readable.
    socket.async_io(Interest::READABLE | Interest::ERROR, || receive_from(socket, bytes)).await
}

/// Receives the datagram that is there.
///
/// # Errors
/// [`WouldBlock`](io::ErrorKind::WouldBlock) if there is none, and those of recvmsg(2).
pub fn try_receive(socket: &UdpSocket, bytes: &mut [u8]) -> io::Result<Datagram> {
    socket.try_io(Interest::READABLE, || receive_from(socket, bytes))
}

fn receive_from(socket: &UdpSocket, bytes: &mut [u8]) -> io::Result<Datagram> {
    let mut control = Control::default();
    let mut pieces = [IoSliceMut::new(bytes)];
    let flags = MsgFlags::MSG_DONTWAIT;
    Datagram::of(&recvmsg(socket.as_raw_fd(), &mut pieces, Some(control.bytes()), flags)?)
}

impl Datagram {
    /// Takes what recvmsg(2) or recvmmsg(2) tells of a datagram.
    ///
    /// # Errors
    /// If it has no source, which no datagram over IP lacks (RFC 768).
    pub fn of(received: &RecvMsg<'_, '_, SockaddrStorage>) -> io::Result<Self> {
        let from = received.address.as_ref().and_then(address).ok_or(io::ErrorKind::InvalidData)?;
        let mut datagram = Self { len: received.bytes, from, kernel: None, dropped: None };
        for message in received.cmsgs().into_iter().flatten() {
            match message {
                ControlMessageOwned::RxqOvfl(count) => datagram.dropped = Some(count),
                message => datagram.kernel = datagram.kernel.or(kernel_time(&message)),
            }
        }
        Ok(datagram)
    }
}

fn address(source: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = source.as_sockaddr_in().map(|v4| SocketAddr::from(*v4));
    v4.or_else(|| source.as_sockaddr_in6().map(|v6| SocketAddr::from(*v6)))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::{Reading, ask_kernel};

    /// The time right before and right after a datagram was sent, and the kernel's time.
    type Times = (Duration, Duration, Duration);

    fn is_between((before, after, at): &Times) -> bool {
        before <= at && at <= after
    }

    /// Sends datagrams, and receives them once all are there.
    async fn exchange(client: &UdpSocket, server: &UdpSocket, count: usize) -> Vec<Times> {
        let mut times = Vec::new();
        for _ in 0..count {
            let before = Reading::now().wall;
            client.send(b"hello").await.unwrap();
            times.push((before, Reading::now().wall, Duration::ZERO));
        }
        for (_, _, at) in &mut times {
            let datagram = receive(server, &mut [0; 9]).await.unwrap();
            assert_eq!((datagram.len, datagram.from), (5, client.local_addr().unwrap()));
            *at = datagram.kernel.unwrap();
        }
        times
    }

    #[tokio::test]
    async fn each_datagram_has_its_own_time() {
        let (server, client) =
            (UdpSocket::bind("127.0.0.1:0").await.unwrap(), UdpSocket::bind("127.0.0.1:0").await.unwrap());
        assert!(ask_kernel(&server));
        client.connect(server.local_addr().unwrap()).await.unwrap();
        // The kernel turns its stamps on in the background. Until then, it gives the time of the read.
        while !is_between(&exchange(&client, &server, 1).await[0]) {}
        let times = exchange(&client, &server, 70).await;
        assert!(times.iter().all(is_between), "{times:?}");
    }

    #[tokio::test]
    async fn that_nobody_listens_is_an_error() {
        let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let free = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        client.connect(free).await.unwrap();
        client.send(b"hello").await.unwrap();
        let error = receive(&client, &mut [0; 9]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }
}
