//! A load over connections, from one thread: each client has so many lines in flight, and sends the next as
//! replies come.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::processor;
use crate::wire::{Receiver, Script, Wire};

/// How many clients there are, and how many lines each has in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) clients: usize,
    pub(crate) in_flight: usize,
}

/// What became of a load.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Replies a second.
    pub(crate) rate: f64,
    /// Lines that got no reply. Over connections none may.
    pub(crate) lost: u64,
    /// How long replies took, in nanoseconds, where a client has one line in flight.
    pub(crate) round_trips: Histogram<u64>,
    /// The part of the time that the load's own thread was running, of 1.
    pub(crate) busy: f64,
}

/// What runs before the time is taken: connections open, caches and branch predictors fill.
pub(crate) const WARM_UP: Duration = Duration::from_millis(200);

/// How long the last replies may take.
pub(crate) const LAST_REPLIES: Duration = Duration::from_secs(10);

/// Round trips of 1 ns to 60 s, to three digits.
pub(crate) fn no_round_trips() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("the bounds are constants")
}

struct Client {
    stream: TcpStream,
    receiver: Receiver,
    /// How many lines were sent.
    sent: usize,
    /// What the socket had no room for.
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
}

/// Writes as much as there is room for.
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

/// Loads the service at `address` for that long.
///
/// # Errors
/// A connection that breaks, or a reply that is wrong or missing.
pub(crate) fn run(address: SocketAddr, wire: Wire, load: Load, time: Duration) -> Result<Outcome, String> {
    drive(address, wire, load, time).map_err(|error| format!("{load:?} at {address}: {error}"))
}

fn drive(address: SocketAddr, wire: Wire, load: Load, time: Duration) -> io::Result<Outcome> {
    let script = Script::new(wire);
    let mut poll = Poll::new()?;
    let mut clients = Vec::new();
    for i in 0..load.clients {
        let mut stream = TcpStream::from_std(connect(address, wire)?);
        poll.registry().register(&mut stream, Token(i), Interest::READABLE | Interest::WRITABLE)?;
        let (receiver, rest) = (Receiver::default(), Vec::new());
        clients.push(Client { stream, receiver, sent: 0, rest, owed: 0, sent_at: Instant::now() });
    }
    for client in &mut clients {
        client.send(load.in_flight, &script)?;
    }

    let mut round_trips = no_round_trips();
    let mut buffer = vec![0; 256 * 1024];
    let mut events = Events::with_capacity(256);
    let (mut start, mut busy, mut replies) = (Instant::now(), processor::own_time(), 0);
    let mut warm = false;
    let mut took = None;
    loop {
        let running = start.elapsed();
        if !warm && running >= WARM_UP {
            warm = true;
            (start, busy, replies) = (Instant::now(), processor::own_time(), 0);
            round_trips.reset();
        } else if warm && took.is_none() && running >= time {
            took = Some((running, processor::own_time() - busy, replies));
        } else if took.is_some() && clients.iter().all(|client| client.owed == 0) {
            break;
        } else if took.is_some() && running > time + LAST_REPLIES {
            return Err(io::Error::other("replies are missing"));
        }
        wait(&mut poll, &mut events, Duration::from_millis(10))?;
        for event in &events {
            let client = &mut clients[event.token().0];
            client.flush()?;
            let mut completed = 0;
            loop {
                match client.stream.read(&mut buffer) {
                    Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                    Ok(n) => {
                        completed += client.receiver.take(&buffer[..n], &script).map_err(io::Error::other)?;
                        // A read that did not fill the buffer took all there was.
                        if n < buffer.len() {
                            break;
                        }
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error),
                }
            }
            if completed == 0 {
                continue;
            }
            replies += completed as u64;
            client.owed -= completed;
            if load.in_flight == 1 {
                round_trips.saturating_record(client.sent_at.elapsed().as_nanos() as u64);
            }
            if took.is_none() {
                client.send(completed, &script)?;
            }
        }
    }
    let (took, busy, replies) = took.expect("the loop ends behind it");
    let seconds = took.as_secs_f64();
    Ok(Outcome { rate: replies as f64 / seconds, lost: 0, round_trips, busy: busy.as_secs_f64() / seconds })
}

/// Waits for events; a signal that interrupts it brings none.
pub(crate) fn wait(poll: &mut Poll, events: &mut Events, at_most: Duration) -> io::Result<()> {
    match poll.poll(events, Some(at_most)) {
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
        waited => waited,
    }
}

/// A connection to the service, as a WebSocket if lines travel in one.
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

/// RFC 6455, 4.1, with the key of its example.
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
