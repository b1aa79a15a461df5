//! What watching costs the sessions that are watched.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::lines_over;
use crate::load::Load;
use crate::peers::{self, Peer};
use crate::table::{Contest, Sample};
use crate::wire::Wire;

/// How many times as many turns there are as in the other tables, and how many times as short each is.
const SHORTER: usize = 2;

/// Nothing is fed, the recent past is kept, and somebody watches besides.
const WAYS: [&str; 3] = ["off", "kept", "watched"];

const LOADS: [Load; 3] = [
    Load { clients: 1, in_flight: 1 },
    Load { clients: 50, in_flight: 1 },
    Load { clients: 50, in_flight: 64 },
];

/// A client that reads every event, until it's dropped.
struct Watcher {
    stream: TcpStream,
    reader: Option<JoinHandle<()>>,
}

impl Watcher {
    fn of(address: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!("GET /api/events.ndjson?since=now HTTP/1.1\r\nHost: {address}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut events = stream.try_clone().unwrap();
        let mut room = vec![0; 256 * 1024];
        assert!(events.read(&mut room).unwrap() > 0, "the answer begins at once");
        assert!(room.starts_with(b"HTTP/1.1 200"), "watching is allowed on loopback");
        let reader = thread::spawn(move || while events.read(&mut room).is_ok_and(|read| read > 0) {});
        Self { stream, reader: Some(reader) }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // Fails only if the server has ended it already.
        let _ = self.stream.shutdown(Shutdown::Both);
        let _ = self.reader.take().map(JoinHandle::join);
    }
}

/// Compares a server that feeds nothing with one that keeps the past, and with one that is watched.
pub(crate) async fn table(rounds: usize, time: Duration) -> String {
    let (rounds, time) = (rounds * SHORTER, time / SHORTER as u32);
    let (off, kept) = (peers::ours(&["--watch-memory", "0"]).await, peers::ours(&[]).await);
    let watched = peers::ours(&[]).await;
    let mut samples = Vec::new();
    for (cell, load) in LOADS.into_iter().enumerate() {
        for round in 1..=rounds {
            for turn in 0..WAYS.len() {
                let way = (round + turn) % WAYS.len();
                eprint!(
                    "\rWhat watching costs: {} × {}, round {round} of {rounds}, {:8}",
                    load.clients, load.in_flight, WAYS[way]
                );
                let watcher = (way == 2).then(|| Watcher::of(watched.http));
                let server = [&off, &kept, &watched][way];
                let peer = Peer::ours(server, Wire::Raw { stamped: true }).named(WAYS[way]);
                samples.push(Sample::take(&peer, cell, || lines_over(&peer, load, time)));
                drop(watcher);
            }
        }
    }
    eprintln!();
    let cells = LOADS.map(|load| format!("TCP, {} × {}", load.clients, load.in_flight)).to_vec();
    Contest { title: "What watching costs", peers: WAYS.to_vec(), cells, samples }.against(WAYS[0])
}
