//! A load over connections from one thread. Each client keeps a fixed number of lines in flight: it sends the
//! next line after each reply.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::processor;
use crate::wire::{Receiver, Script, Wire};

/// The number of clients, and of lines that each keeps in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) clients: usize,
    pub(crate) in_flight: usize,
}

/// The result of a load.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Replies a second.
    pub(crate) rate: f64,
    /// Lines without a reply. Over connections, there must be none.
    pub(crate) lost: u64,
    /// The round trips in nanoseconds, if each client has one line in flight.
    pub(crate) round_trips: Histogram<u64>,
    /// The fraction of the time in which the load's thread was running.
    pub(crate) busy: f64,
}

/// How long the load runs before the measurement, while connections open and caches and branch predictors
/// fill.
pub(crate) const WARM_UP: Duration = Duration::from_millis(200);

/// How long the last replies may take.
pub(crate) const LAST_REPLIES: Duration = Duration::from_secs(10);

/// Round trips of 1 ns to 60 s, to three digits.
pub(crate) fn no_round_trips() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("the bounds are constants")
}

/// What is counted while a load runs.
pub(crate) struct Tally {
    start: Instant,
    /// The processor time of the load's thread at the start.
    busy: Duration,
    pub(crate) replies: u64,
    pub(crate) lost: u64,
    pub(crate) round_trips: Histogram<u64>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let (start, busy) = (Instant::now(), processor::own_time());
        Self { start, busy, replies: 0, lost: 0, round_trips: no_round_trips() }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn outcome(self) -> Outcome {
        let seconds = self.elapsed().as_secs_f64();
        let busy = (processor::own_time() - self.busy).as_secs_f64() / seconds;
        let Self { replies, lost, round_trips, .. } = self;
        Outcome { rate: replies as f64 / seconds, lost, round_trips, busy }
    }
}

struct Client {
    stream: TcpStream,
    receiver: Receiver,
    /// The number of lines sent.
    sent: usize,
    /// Bytes for which the socket had no room.
    rest: Vec<u8>,
    owed: usize,
    sent_at: Instant,
}

impl Client {
    fn send(&mut self, lines: usize, script: &Script) -> io::Result<()> {
        let bytes = script.lines(self.sent, lines);
        self.sent += lines;
        self.owed += lines;
        self.sent_at = Instant::now();
        let written = if self.rest.is_empty() { write(&mut self.stream, bytes)? } else { 0 };
        self.rest.extend_from_slice(&bytes[written..]);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let written = write(&mut self.stream, &self.rest)?;
        self.rest.drain(..written);
        Ok(())
    }

    /// Reads and checks replies; returns how many are complete.
    fn receive(&mut self, buffer: &mut [u8], script: &Script) -> io::Result<usize> {
        let mut completed = 0;
        loop {
            match self.stream.read(buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    completed += self.receiver.take(&buffer[..n], script).map_err(io::Error::other)?;
                    // A read that does not fill the buffer has emptied the socket.
                    if n < buffer.len() {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        self.owed -= completed;
        Ok(completed)
    }
}

/// Writes as much as the socket has room for.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let mut written = 0;
    while written < bytes.len() {
        match stream.write(&bytes[written..]) {
            Ok(n) => written += n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    Ok(written)
}

/// Loads the service at `address` for `time`.
///
/// # Errors
/// If a connection breaks, or a reply is wrong or missing.
pub(crate) fn run(address: SocketAddr, wire: Wire, load: Load, time: Duration) -> Result<Outcome, String> {
    drive(address, wire, load, time).map_err(|error| format!("{load:?} at {address}: {error}"))
}

fn drive(address: SocketAddr, wire: Wire, load: Load, time: Duration) -> io::Result<Outcome> {
    let mut clients = Clients::connect(address, wire, load)?;
    clients.run_for(WARM_UP)?;
    let outcome = clients.run_for(time)?.outcome();
    clients.receive_the_rest()?;
    Ok(outcome)
}

struct Clients {
    poll: Poll,
    events: Events,
    all: Vec<Client>,
    script: Script,
    buffer: Vec<u8>,
    in_flight: usize,
}

impl Clients {
    /// Connects all clients, then sends the first lines of each.
    fn connect(address: SocketAddr, wire: Wire, load: Load) -> io::Result<Self> {
        let (poll, script) = (Poll::new()?, Script::new(wire));
        let mut all = Vec::new();
        for i in 0..load.clients {
            let mut stream = TcpStream::from_std(connect(address, wire)?);
            poll.registry().register(&mut stream, Token(i), Interest::READABLE | Interest::WRITABLE)?;
            let (receiver, rest) = (Receiver::default(), Vec::new());
            all.push(Client { stream, receiver, sent: 0, rest, owed: 0, sent_at: Instant::now() });
        }
        for client in &mut all {
            client.send(load.in_flight, &script)?;
        }
        let (events, buffer) = (Events::with_capacity(256), vec![0; 256 * 1024]);
        Ok(Self { poll, events, all, script, buffer, in_flight: load.in_flight })
    }

    /// Sends the next line after each reply, for `time`.
    fn run_for(&mut self, time: Duration) -> io::Result<Tally> {
        let mut tally = Tally::new();
        while tally.elapsed() < time {
            self.turn(&mut tally, true)?;
        }
        Ok(tally)
    }

    /// Reads the missing replies without sending more.
    fn receive_the_rest(&mut self) -> io::Result<()> {
        let mut tally = Tally::new();
        while self.all.iter().any(|client| client.owed > 0) {
            if tally.elapsed() > LAST_REPLIES {
                return Err(io::Error::other("replies are missing"));
            }
            self.turn(&mut tally, false)?;
        }
        Ok(())
    }

    /// Waits for events and handles them.
    fn turn(&mut self, tally: &mut Tally, sends_more: bool) -> io::Result<()> {
        wait(&mut self.poll, &mut self.events, Duration::from_millis(10))?;
        for event in &self.events {
            let client = &mut self.all[event.token().0];
            client.flush()?;
            let completed = client.receive(&mut self.buffer, &self.script)?;
            if completed == 0 {
                continue;
            }
            tally.replies += completed as u64;
            if self.in_flight == 1 {
                tally.round_trips.saturating_record(client.sent_at.elapsed().as_nanos() as u64);
            }
            if sends_more {
                client.send(completed, &self.script)?;
            }
        }
        Ok(())
    }
}

/// Waits for events. If a signal interrupts it, there are none.
pub(crate) fn wait(poll: &mut Poll, events: &mut Events, at_most: Duration) -> io::Result<()> {
    match poll.poll(events, Some(at_most)) {
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
        waited => waited,
    }
}

/// Connects to the service, as a WebSocket if the wire needs one.
pub(crate) fn connect(address: SocketAddr, wire: Wire) -> io::Result<std::net::TcpStream> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    if wire.is_websocket() {
        stream.set_read_timeout(Some(LAST_REPLIES))?;
        shake_hands(&mut stream, address, wire)?;
    }
    stream.set_nonblocking(true)?;
    Ok(stream)
}

/// Performs the handshake of RFC 6455, 4.1, with the key from its example.
fn shake_hands(stream: &mut std::net::TcpStream, host: SocketAddr, wire: Wire) -> io::Result<()> {
    let protocol = if wire == Wire::Stream { "Sec-WebSocket-Protocol: binary\r\n" } else { "" };
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{protocol}\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut response = Vec::new();
    while !response.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        response.push(byte[0]);
    }
    if response.starts_with(b"HTTP/1.1 101") {
        return Ok(());
    }
    Err(io::Error::other(format!("no WebSocket: {}", String::from_utf8_lossy(&response))))
}
