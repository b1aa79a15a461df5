//! A client that sends one message at a time, with the clock read around each.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::load::{LAST_REPLIES, connect};
use crate::wire::{LINE, Script, Wire};

/// The length of a stamp with nanoseconds, with its brackets and the space: `[1700000000.123456789] `.
pub(crate) const STAMP: usize = 23;

/// After this time without a reply, a datagram counts as dropped.
const DROPPED: Duration = Duration::from_millis(200);

/// The system clock around one message, and its stamp, all since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exchange {
    /// Right before the system call that sent the message.
    pub(crate) sent: Duration,
    /// Right after that call.
    pub(crate) returned: Duration,
    pub(crate) stamp: Duration,
    /// Right after the system call that received the reply.
    pub(crate) received: Duration,
}

enum Socket {
    Stream(TcpStream),
    Datagrams(UdpSocket),
}

/// A client with a blocking socket.
pub(crate) struct Probe {
    socket: Socket,
    script: Script,
    /// The length of what precedes the stamp in a reply.
    header: usize,
    next: usize,
}

impl Probe {
    /// Connects over TCP or as a WebSocket.
    pub(crate) fn connect(address: SocketAddr, wire: Wire) -> io::Result<Self> {
        let stream = connect(address, wire)?;
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(LAST_REPLIES))?;
        Ok(Self::new(Socket::Stream(stream), wire))
    }

    /// Sends datagrams.
    pub(crate) fn datagrams(address: SocketAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.connect(address)?;
        socket.set_read_timeout(Some(DROPPED))?;
        Ok(Self::new(Socket::Datagrams(socket), Wire::Raw { stamped: true }))
    }

    fn new(socket: Socket, wire: Wire) -> Self {
        let header = if wire.is_websocket() { 2 } else { 0 };
        Self { socket, script: Script::new(wire), header, next: 0 }
    }

    /// Sends a message and waits for its reply. Returns `None` if a datagram was dropped.
    pub(crate) fn exchange(&mut self) -> io::Result<Option<Exchange>> {
        let line = self.script.lines(self.next, 1);
        let expected = self.script.expected(self.next, 1);
        self.next += 1;
        let mut room = [0; STAMP + LINE + 2];
        let reply = &mut room[..self.header + STAMP + expected.len()];
        let (sent, written, returned);
        match &mut self.socket {
            Socket::Stream(stream) => {
                sent = now();
                written = stream.write(line)?;
                returned = now();
            }
            Socket::Datagrams(socket) => {
                sent = now();
                written = socket.send(line)?;
                returned = now();
            }
        }
        if written < line.len() {
            return Err(io::Error::other("the message was sent in parts"));
        }
        loop {
            match &mut self.socket {
                Socket::Stream(stream) => stream.read_exact(reply)?,
                Socket::Datagrams(socket) => match socket.recv(reply) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                    received => _ = received?,
                },
            }
            let received = now();
            if let Some(stamp) = stamp_before(expected, &reply[self.header..]) {
                return Ok(Some(Exchange { sent, returned, stamp, received }));
            }
            // The reply to an earlier datagram, which counted as dropped, may still come.
            if let Socket::Stream(_) = self.socket {
                return Err(io::Error::other(format!("a wrong reply: {:?}", String::from_utf8_lossy(reply))));
            }
        }
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set")
}

/// The stamp of a reply to this line.
fn stamp_before(line: &[u8], reply: &[u8]) -> Option<Duration> {
    let stamp = reply.strip_suffix(line)?.strip_prefix(b"[")?.strip_suffix(b"] ")?;
    let (seconds, nanoseconds) = std::str::from_utf8(stamp).ok()?.split_once('.')?;
    Some(Duration::new(seconds.parse().ok()?, nanoseconds.parse().ok()?))
}
