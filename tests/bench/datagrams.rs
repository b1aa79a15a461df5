//! A load of datagrams from one thread. Unlike over connections, the kernel may drop datagrams when a buffer
//! is full. The load replaces those.

use std::io::{self, ErrorKind, IoSlice, IoSliceMut};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use nix::sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmsg};

use crate::load::{Load, Outcome, Tally, WARM_UP, wait};
use crate::wire::LINE;

/// After this time without a reply, the datagrams in flight count as dropped.
const DROPPED: Duration = Duration::from_millis(20);

/// The number of datagrams per system call.
const BATCH: usize = 64;

/// The size of the buffer for a reply.
const REPLY: usize = 256;

struct Client {
    socket: UdpSocket,
    owed: usize,
    sent_at: Instant,
}

/// Loads the service at `address` for `time`. A reply is `stamp` bytes longer than its datagram.
///
/// # Errors
/// If a socket fails or a reply is wrong.
pub(crate) fn run(address: SocketAddr, stamp: usize, load: Load, time: Duration) -> Result<Outcome, String> {
    drive(address, stamp, load, time).map_err(|error| format!("{load:?} at {address}: {error}"))
}

fn drive(address: SocketAddr, stamp: usize, load: Load, time: Duration) -> io::Result<Outcome> {
    let mut clients = Clients::connect(address, stamp, load)?;
    clients.run_for(WARM_UP)?;
    Ok(clients.run_for(time)?.outcome())
}

struct Clients {
    poll: Poll,
    events: Events,
    all: Vec<Client>,
    batch: Batch,
    stamp: usize,
    in_flight: usize,
}

impl Clients {
    /// Connects all clients, then sends the first datagrams of each.
    fn connect(address: SocketAddr, stamp: usize, load: Load) -> io::Result<Self> {
        let (poll, events) = (Poll::new()?, Events::with_capacity(256));
        let (mut all, mut batch) = (Vec::new(), Batch::new());
        for i in 0..load.clients {
            let mut socket = UdpSocket::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0).into())?;
            socket.connect(address)?;
            poll.registry().register(&mut socket, Token(i), Interest::READABLE)?;
            all.push(Client { socket, owed: 0, sent_at: Instant::now() });
        }
        for client in &mut all {
            batch.send(client, load.in_flight)?;
        }
        Ok(Self { poll, events, all, batch, stamp, in_flight: load.in_flight })
    }

    /// Sends the next datagram after each reply, for `time`.
    fn run_for(&mut self, time: Duration) -> io::Result<Tally> {
        let mut tally = Tally::new();
        while tally.elapsed() < time {
            wait(&mut self.poll, &mut self.events, DROPPED)?;
            if self.events.is_empty() {
                for client in &mut self.all {
                    tally.lost += client.owed as u64;
                    client.owed = 0;
                    self.batch.send(client, self.in_flight)?;
                }
            }
            for event in &self.events {
                let client = &mut self.all[event.token().0];
                client.receive(&mut self.batch, self.stamp, self.in_flight, &mut tally)?;
            }
        }
        Ok(tally)
    }
}

impl Client {
    /// Reads the replies that have arrived, and sends as many datagrams.
    fn receive(
        &mut self,
        batch: &mut Batch,
        stamp: usize,
        in_flight: usize,
        tally: &mut Tally,
    ) -> io::Result<()> {
        loop {
            let got = batch.receive(self, stamp)?;
            // Replies beyond those owed are late ones that counted as dropped.
            let answered = got.min(self.owed);
            self.owed -= answered;
            tally.replies += answered as u64;
            if answered > 0 {
                if in_flight == 1 {
                    tally.round_trips.saturating_record(self.sent_at.elapsed().as_nanos() as u64);
                }
                batch.send(self, answered)?;
            }
            if got < BATCH {
                break;
            }
        }
        // Without this, a client that lost most of its datagrams would continue with the few that are left.
        if self.owed < in_flight && self.sent_at.elapsed() > DROPPED {
            let missing = in_flight - self.owed;
            tally.lost += missing as u64;
            batch.send(self, missing)?;
        }
        Ok(())
    }
}

/// Buffers for the datagrams of one system call.
struct Batch {
    lines: Vec<u8>,
    room: Vec<[u8; REPLY]>,
}

impl Batch {
    fn new() -> Self {
        let mut line = [b'x'; LINE];
        line[LINE - 1] = b'\n';
        Self { lines: line.repeat(BATCH), room: vec![[0; REPLY]; BATCH] }
    }

    /// Sends all datagrams in one buffer, which the kernel splits (`UDP_SEGMENT` in udp(7)). Sending each by
    /// itself would make the load slower than what it measures.
    fn send(&mut self, client: &mut Client, datagrams: usize) -> io::Result<()> {
        let whole = [IoSlice::new(&self.lines[..datagrams * LINE])];
        let cut = [ControlMessage::UdpGsoSegments(&(LINE as u16))];
        let fd = client.socket.as_raw_fd();
        sendmsg::<()>(fd, &whole, &cut, MsgFlags::empty(), None)?;
        client.owed += datagrams;
        client.sent_at = Instant::now();
        Ok(())
    }

    /// Reads and checks the replies that have arrived, at most a batch.
    fn receive(&mut self, client: &Client, stamp: usize) -> io::Result<usize> {
        let mut slices: Vec<_> = self.room.iter_mut().map(|room| [IoSliceMut::new(room)]).collect();
        let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, None);
        let fd = client.socket.as_raw_fd();
        let lengths: Vec<usize> =
            match recvmmsg(fd, &mut headers, slices.iter_mut(), MsgFlags::MSG_DONTWAIT, None) {
                Ok(received) => received.map(|datagram| datagram.bytes).collect(),
                Err(error) if io::Error::from(error).kind() == ErrorKind::WouldBlock => return Ok(0),
                Err(error) => return Err(error.into()),
            };
        for (room, length) in self.room.iter().zip(&lengths) {
            let reply = &room[..*length];
            if reply.len() != stamp + LINE || reply[stamp..] != self.lines[..LINE] {
                return Err(io::Error::other(format!("a wrong reply: {:?}", String::from_utf8_lossy(reply))));
            }
        }
        Ok(lengths.len())
    }
}
