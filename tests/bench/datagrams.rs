//! A load of datagrams, from one thread: as over connections, but the kernel may drop what no buffer has room
//! for, and what is dropped is sent anew.

use std::io::{self, ErrorKind, IoSlice, IoSliceMut};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use nix::sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmsg};

use crate::load::{Load, Outcome, WARM_UP, no_round_trips, wait};
use crate::processor;
use crate::wire::LINE;

/// When nothing came for this long, what is in flight was dropped.
const DROPPED: Duration = Duration::from_millis(20);

/// How many datagrams a system call takes.
const BATCH: usize = 64;

/// Room for a reply.
const REPLY: usize = 256;

struct Client {
    socket: UdpSocket,
    owed: usize,
    sent_at: Instant,
}

/// Loads the service at `address` for that long; `stamp` is how much longer than its datagram a reply is.
///
/// # Errors
/// A socket that fails, or a reply that is wrong.
pub(crate) fn run(address: SocketAddr, stamp: usize, load: Load, time: Duration) -> Result<Outcome, String> {
    drive(address, stamp, load, time).map_err(|error| format!("{load:?} at {address}: {error}"))
}

fn drive(address: SocketAddr, stamp: usize, load: Load, time: Duration) -> io::Result<Outcome> {
    let mut poll = Poll::new()?;
    let mut clients = Vec::new();
    for i in 0..load.clients {
        let mut socket = UdpSocket::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0).into())?;
        socket.connect(address)?;
        poll.registry().register(&mut socket, Token(i), Interest::READABLE)?;
        clients.push(Client { socket, owed: 0, sent_at: Instant::now() });
    }
    let mut batch = Batch::new();
    for client in &mut clients {
        batch.send(client, load.in_flight)?;
    }

    let mut round_trips = no_round_trips();
    let mut events = Events::with_capacity(256);
    let (mut start, mut busy, mut replies, mut lost) = (Instant::now(), processor::own_time(), 0, 0);
    let mut warm = false;
    while !warm || start.elapsed() < time {
        if !warm && start.elapsed() >= WARM_UP {
            warm = true;
            (start, busy, replies, lost) = (Instant::now(), processor::own_time(), 0, 0);
            round_trips.reset();
        }
        wait(&mut poll, &mut events, DROPPED)?;
        if events.is_empty() {
            for client in &mut clients {
                lost += client.owed as u64;
                client.owed = 0;
                batch.send(client, load.in_flight)?;
            }
        }
        for event in &events {
            let client = &mut clients[event.token().0];
            loop {
                let got = batch.receive(client, stamp)?;
                // More than is owed comes late, when it was taken for dropped.
                let answered = got.min(client.owed);
                client.owed -= answered;
                replies += answered as u64;
                if answered > 0 {
                    if load.in_flight == 1 {
                        round_trips.saturating_record(client.sent_at.elapsed().as_nanos() as u64);
                    }
                    batch.send(client, answered)?;
                }
                if got < BATCH {
                    break;
                }
            }
            // A client all of whose datagrams but a few were dropped would go on with those few.
            if client.owed < load.in_flight && client.sent_at.elapsed() > DROPPED {
                let missing = load.in_flight - client.owed;
                lost += missing as u64;
                batch.send(client, missing)?;
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let busy = (processor::own_time() - busy).as_secs_f64() / seconds;
    Ok(Outcome { rate: replies as f64 / seconds, lost, round_trips, busy })
}

/// Buffers for as many datagrams as a system call takes.
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

    /// All in one piece, which the kernel cuts (`UDP_SEGMENT` of udp(7)): a load that sent each by itself
    /// would be slower than what it measures.
    fn send(&mut self, client: &mut Client, datagrams: usize) -> io::Result<()> {
        let whole = [IoSlice::new(&self.lines[..datagrams * LINE])];
        let cut = [ControlMessage::UdpGsoSegments(&(LINE as u16))];
        let fd = client.socket.as_raw_fd();
        sendmsg::<()>(fd, &whole, &cut, MsgFlags::empty(), None)?;
        client.owed += datagrams;
        client.sent_at = Instant::now();
        Ok(())
    }

    /// Takes what has come, a batch at most, and checks it.
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
                return Err(io::Error::other(format!("no reply: {:?}", String::from_utf8_lossy(reply))));
            }
        }
        Ok(lengths.len())
    }
}
