//! Hardships, each with a server of its own: what once broke it, at full size.
//!
//! A hardship returns a line for the table, or what went wrong. It never takes longer than it's given.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep, timeout};

use crate::gauge::Gauge;
use crate::support::scratch::Scratch;
use crate::support::server::{PROGRAM, ask, flood};
use crate::support::{Server, http, metrics, websocket};

/// WebSockets each second, and the longest time that they come for.
const WEBSOCKETS: usize = 1000;
const WEBSOCKETS_FOR: Duration = Duration::from_secs(60);

/// One address has 28,232 ports for its connections to one server, and each stays taken for a minute.
const SOURCES: usize = 40;

/// Clients of a server whose log nobody reads. Each brings two lines, and a pipe holds about 500.
const LOGGED: usize = 1000;

/// Clients at the limit, over TCP and over WebSockets.
const LIMIT: usize = 50;

/// Clients that never read.
const STUCK: usize = 1000;

/// How much more memory the server may use after they are gone, in bytes. The heap may keep what their sessions were
/// themselves, 1.6 KiB each.
const KEPT: u64 = 3 << 20;

/// How long a client or a probe waits for its answer.
const ANSWER: Duration = Duration::from_secs(2);

type Outcome = Result<String, String>;
type Trial = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Runs every hardship within `time`, and prints how each went. Returns what went wrong.
pub(crate) async fn run(time: Duration) -> Vec<String> {
    let (long, short) = (time / 3, time / 6);
    let trials: [(&str, Duration, Trial); 4] = [
        ("short WebSockets", long, Box::pin(short_websockets(long.mul_f64(0.8).min(WEBSOCKETS_FOR)))),
        ("stalled log", short, Box::pin(stalled_log())),
        ("at the limit", short, Box::pin(at_the_limit())),
        ("stuck readers", long, Box::pin(stuck_readers())),
    ];
    println!();
    let mut broken = Vec::new();
    for (name, time, trial) in trials {
        // In a task of its own, so that a panic fails this one only. Dropping the set ends it.
        let mut alone = JoinSet::new();
        alone.spawn(trial);
        let outcome = match timeout(time, alone.join_next()).await {
            Ok(Some(Ok(outcome))) => outcome,
            Ok(Some(Err(panic))) => Err(panic.to_string()),
            Ok(None) | Err(_) => Err(format!("not over after {time:?}")),
        };
        match outcome {
            Ok(line) => println!("{name:16} {line}"),
            Err(error) => {
                println!("{name:16} FAILED: {error}");
                broken.push(format!("{name}: {error}"));
            }
        }
    }
    broken
}

/// A thousand WebSockets a second, each with one message.
async fn short_websockets(time: Duration) -> Outcome {
    let server = Server::start(&["--log-level", "warn"]).await;
    let gauge = Gauge::of(server.pid());
    let before = gauge.read();
    let (http, start) = (server.http, Instant::now());
    let (mut sessions, mut opened, mut failed) = (JoinSet::new(), 0, 0);
    let mut ticks = interval(Duration::from_millis(10));
    while start.elapsed() < time {
        ticks.tick().await;
        for _ in 0..WEBSOCKETS / 100 {
            let source = Ipv4Addr::new(127, 0, 2, 1 + (opened % SOURCES) as u8);
            sessions.spawn(websocket::short_session(source, http));
            opened += 1;
        }
        while let Some(done) = sessions.try_join_next() {
            failed += u64::from(done.is_err());
        }
    }
    while let Some(done) = sessions.join_next().await {
        failed += u64::from(done.is_err());
    }
    let took = start.elapsed();
    if failed > 0 {
        return Err(format!("{failed} of {opened} failed"));
    }
    while gauge.read().descriptors != before.descriptors {
        sleep(Duration::from_millis(100)).await;
    }
    let grown = gauge.read().anonymous.saturating_sub(before.anonymous);
    if grown > crate::MARGIN {
        return Err(format!("memory grew by {} KiB", grown / 1024));
    }
    let rate = opened as f64 / took.as_secs_f64();
    Ok(format!("{opened} answered, {rate:.0} a second; memory grew by {} KiB", grown / 1024))
}

/// Clients, a probe and the stop of a server whose log goes into a pipe that nobody reads.
async fn stalled_log() -> Outcome {
    let scratch = Scratch::new();
    let log = scratch.0.join("log");
    let made = Command::new("mkfifo").arg(&log).status().await.unwrap();
    assert!(made.success(), "mkfifo");
    // Opened for both, so that neither this nor the server's shell waits for the other end (fifo(7)).
    let _unread = std::fs::OpenOptions::new().read(true).write(true).open(&log).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "log=$1; shift; exec \"$0\" \"$@\" 2>\"$log\"", PROGRAM]).arg(&log);
    command.args(["serve", "--utc", "--udp", "off", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let server = Server::started_by(command).await;
    for client in 1..=LOGGED {
        let asked = timeout(ANSWER, async { ask(&mut server.connect().await, b"logged\n").await }).await;
        asked.map_err(|_| format!("client {client} got no answer"))?;
    }
    probe(server.http, "/healthz", 200).await?;
    match timeout(ANSWER, server.stop()).await {
        Ok(Some(0)) => Ok(format!("{LOGGED} clients answered, and SIGTERM ends the server")),
        Ok(code) => Err(format!("SIGTERM ends the server with {code:?}")),
        Err(_) => Err("SIGTERM does not end the server".to_owned()),
    }
}

/// Probes of a server that has as many clients as it may have.
async fn at_the_limit() -> Outcome {
    let limit = LIMIT.to_string();
    let server = Server::start(&["--max-connections", &limit, "--log-level", "error"]).await;
    let (mut clients, mut websockets) = (Vec::new(), Vec::new());
    for _ in 0..LIMIT {
        let mut client = server.connect().await;
        ask(&mut client, b"in\n").await;
        clients.push(client);
        websockets.push(websocket::open(server.http).await);
    }
    // These wait until others leave.
    let mut waiting = server.connect().await;
    waiting.write_all(b"waiting\n").await.unwrap();
    let _also_waiting = TcpStream::connect(server.http).await.unwrap();
    for _ in 0..10 {
        probe(server.http, "/healthz", 200).await?;
        probe(server.http, "/metrics", 200).await?;
        probe(server.http, "/readyz", 503).await?;
    }
    Ok(format!("30 probes answered beside {} clients", 2 * LIMIT))
}

async fn probe(at: SocketAddr, path: &str, status: u16) -> Result<(), String> {
    match timeout(ANSWER, http::get(at, path, &[])).await {
        Ok(response) if response.status() == status => Ok(()),
        Ok(response) => Err(format!("{path} says {}, not {status}", response.status().as_u16())),
        Err(_) => Err(format!("{path} does not answer within {ANSWER:?}")),
    }
}

/// The memory that a thousand clients leave behind which never read.
async fn stuck_readers() -> Outcome {
    let server = Server::start(&["--log-level", "warn"]).await;
    let gauge = Gauge::of(server.pid());
    let received = || metrics::value(server.http, r#"wirestamp_received_bytes_total{transport="tcp"}"#);
    ask(&mut server.connect().await, b"warm\n").await;
    received().await;
    let before = gauge.read();
    let mut clients = JoinSet::new();
    for _ in 0..STUCK {
        // With a small buffer, the kernel takes few replies and the server is left with the rest.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        clients.spawn(flood(socket.connect(server.tcp).await.unwrap()));
    }
    let mut last = 0;
    while last != received().await {
        last = received().await;
        sleep(Duration::from_millis(300)).await;
    }
    let peak = gauge.read();
    drop(clients);
    let kept = || gauge.read().anonymous.saturating_sub(before.anonymous);
    let end = Instant::now() + ANSWER;
    while kept() > KEPT && Instant::now() < end {
        sleep(Duration::from_millis(100)).await;
    }
    let line = format!(
        "{STUCK} took {} KiB, and left {} KiB",
        peak.anonymous.saturating_sub(before.anonymous) / 1024,
        kept() / 1024
    );
    if kept() > KEPT { Err(line) } else { Ok(line) }
}
