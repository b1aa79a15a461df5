//! The memory of quiet sessions, and the time of a start.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::load::{LAST_REPLIES, connect};
use crate::peers::{self, Peer};
use crate::support::memory;
use crate::support::server::PROGRAM;
use crate::table::Spread;
use crate::wire::{Receiver, Script, Wire};

/// The number of sessions open at once.
const SESSIONS: usize = 5000;

/// The number of starts that are timed.
const STARTS: usize = 20;

pub(crate) async fn table(floor: &PathBuf) -> String {
    let mut out = format!(
        "### Quiet sessions and start-up\n\n| {SESSIONS} sessions, each after one reply | memory per session |\n| --- | --- |\n"
    );
    for (name, wire) in [("TCP", Wire::Raw { stamped: true }), ("WebSocket", Wire::Messages)] {
        let server = peers::ours(&[]).await;
        let each = each(&Peer::ours(&server, wire));
        let _ = writeln!(out, "| wirestamp, {name} | {each:.2} KiB |");
    }
    let behind = peers::floor(floor, "tcp").await;
    if let Some(peer) = peers::websocat(behind.address).await {
        let _ = writeln!(out, "| websocat, WebSocket | {:.2} KiB |", each(&peer));
    }
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(start().as_secs_f64() * 1e3);
    }
    let Spread { median, min, max } = Spread::of(starts);
    let _ = writeln!(out, "\nTime from start to first reply: {median:.1} ms ({min:.1}–{max:.1}).\n");
    out
}

/// The memory of one session in KiB: how much the heap and stacks of the process (RssAnon of
/// proc_pid_status(5)) grow with [`SESSIONS`] sessions, divided by their number.
fn each(peer: &Peer) -> f64 {
    let pid = peer.pid.expect("the peer is one process");
    let memory = || memory::of(pid, "RssAnon") as f64 / 1024.0;
    let before = memory();
    let script = Script::new(peer.wire);
    let open: Vec<_> = (0..SESSIONS).map(|_| talked(peer, &script)).collect();
    let grown = memory() - before;
    drop(open);
    grown / SESSIONS as f64
}

/// Opens a session, waits for one reply, and leaves it quiet.
fn talked(peer: &Peer, script: &Script) -> TcpStream {
    let mut stream = connect(peer.address, peer.wire).unwrap();
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(LAST_REPLIES)).unwrap();
    stream.write_all(script.lines(0, 1)).unwrap();
    let (mut receiver, mut reply) = (Receiver::default(), [0; 256]);
    loop {
        let n = match stream.read(&mut reply) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read.unwrap(),
        };
        assert!(n > 0, "the peer hung up");
        if receiver.take(&reply[..n], script).unwrap() > 0 {
            return stream;
        }
    }
}

/// The time from starting the program to the first reply.
fn start() -> Duration {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let began = Instant::now();
    let mut server = std::process::Command::new(PROGRAM)
        .args(["serve", "--tcp", &free.to_string(), "--http", "127.0.0.1:0", "--udp", "off"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut stream = loop {
        match TcpStream::connect(free) {
            Ok(stream) => break stream,
            Err(_) => assert!(began.elapsed() < LAST_REPLIES, "the program does not listen"),
        }
    };
    stream.write_all(b"hello\n").unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 1);
    let took = began.elapsed();
    server.kill().unwrap();
    server.wait().unwrap();
    took
}
