//! The time in a stamp: when the kernel received the message, or when the server read it.

use std::time::Duration;

use futures_util::SinkExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket, UnixStream};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use wirestamp_arrival::Reading;
use wirestamp_protocol::split_stamp;

use crate::support::place::Place;
use crate::support::{Server, metrics, soon, websocket};

/// How long a message waits for a server that is stopped.
const WAIT: Duration = Duration::from_millis(300);

/// When a message was sent: right before and right after.
type Sent = (Duration, Duration);

/// A server whose stamps have nanoseconds.
async fn server(flags: &[&str]) -> Server {
    Server::start(&[&["--format", "unix"], flags].concat()).await
}

fn now() -> Duration {
    Reading::now().wall
}

/// The time in a reply's stamp.
fn stamp_of(reply: &[u8]) -> Duration {
    let (stamp, _) = split_stamp(reply).unwrap();
    let (seconds, nanos) = std::str::from_utf8(stamp).unwrap().split_once('.').unwrap();
    Duration::new(seconds.parse().unwrap(), nanos.parse().unwrap())
}

/// Sends while the server is stopped, and lets it go on after `wait`.
async fn send_to_stopped(server: &Server, wait: Duration, send: impl Future<Output = ()>) -> Sent {
    server.signal("STOP");
    let before = now();
    send.await;
    let sent = (before, now());
    // What is tested is that this time doesn't matter.
    sleep(wait).await;
    server.signal("CONT");
    sent
}

#[track_caller]
fn assert_is_arrival(stamp: Duration, (before, after): Sent) {
    assert!(before <= stamp && stamp <= after, "stamped {stamp:?}, sent from {before:?} to {after:?}");
}

#[track_caller]
fn assert_is_read(stamp: Duration, (_, after): Sent) {
    assert!(stamp >= after + WAIT, "stamped {stamp:?}, sent until {after:?}");
}

/// A client that sends lines, one of which is answered already: the kernel turns its stamps on in the background.
struct Lines<S>(S);

impl<S: AsyncRead + AsyncWrite + Unpin> Lines<S> {
    async fn over(stream: S) -> Self {
        let mut lines = Self(stream);
        lines.send().await;
        lines.stamp().await;
        lines
    }

    async fn send(&mut self) {
        self.0.write_all(b"hello\n").await.unwrap();
    }

    /// The time in the next reply.
    async fn stamp(&mut self) -> Duration {
        let mut reply = [0; "[1795370820.123456789] hello\n".len()];
        soon("a reply", self.0.read_exact(&mut reply)).await.unwrap();
        stamp_of(&reply)
    }
}

#[tokio::test]
async fn a_message_has_the_time_of_its_arrival_however_late_it_is_read() {
    let server = server(&[]).await;
    let mut client = Lines::over(TcpStream::connect(server.tcp).await.unwrap()).await;
    for wait in [Duration::from_millis(50), Duration::from_secs(3)] {
        let sent = send_to_stopped(&server, wait, client.send()).await;
        assert_is_arrival(client.stamp().await, sent);
    }
}

#[tokio::test]
async fn a_message_that_comes_before_its_connection_is_accepted_has_the_time_of_its_arrival() {
    let server = server(&[]).await;
    let mut first = Lines::over(TcpStream::connect(server.tcp).await.unwrap()).await;
    server.signal("STOP");
    let mut client = Lines(TcpStream::connect(server.tcp).await.unwrap());
    let sent = send_to_stopped(&server, WAIT, client.send()).await;
    assert_is_arrival(client.stamp().await, sent);
    first.send().await;
    assert!(first.stamp().await > sent.1);
}

#[tokio::test]
async fn each_of_many_datagrams_has_its_own_time() {
    let server = server(&["--udp", "127.0.0.1:0"]).await;
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    client.connect(server.addresses("udp")[0]).await.unwrap();
    let stamp = async || {
        let mut reply = [0; 99];
        let len = soon("a reply", client.recv(&mut reply)).await.unwrap();
        stamp_of(&reply[..len])
    };
    client.send(b"hello").await.unwrap();
    stamp().await;
    let mut sent = Vec::new();
    server.signal("STOP");
    for _ in 0..70 {
        let before = now();
        client.send(b"hello").await.unwrap();
        sent.push((before, now()));
    }
    sleep(WAIT).await;
    server.signal("CONT");
    for sent in sent {
        assert_is_arrival(stamp().await, sent);
    }
}

#[tokio::test]
async fn a_websockets_message_has_the_time_at_which_its_frame_arrived() {
    let server = server(&[]).await;
    let mut client = websocket::open(server.http).await;
    client.send("hello".into()).await.unwrap();
    websocket::next(&mut client).await;
    let sent = send_to_stopped(&server, WAIT, async { client.send("hello".into()).await.unwrap() }).await;
    let Message::Text(reply) = websocket::next(&mut client).await else {
        panic!("text is answered with text")
    };
    assert_is_arrival(stamp_of(reply.as_bytes()), sent);
}

#[tokio::test]
async fn unix_sockets_have_the_time_of_the_read() {
    let place = Place::new();
    let server = server(&["--unix", place.text()]).await;
    let mut client = Lines::over(UnixStream::connect(place.path()).await.unwrap()).await;
    let sent = send_to_stopped(&server, WAIT, client.send()).await;
    assert_is_read(client.stamp().await, sent);
}

#[tokio::test]
async fn the_time_of_the_read_can_be_asked_for() {
    let server = server(&["--arrival", "read", "--udp", "127.0.0.1:0"]).await;
    let mut client = Lines::over(TcpStream::connect(server.tcp).await.unwrap()).await;
    let sent = send_to_stopped(&server, WAIT, client.send()).await;
    assert_is_read(client.stamp().await, sent);
    let client = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    client.connect(server.addresses("udp")[0]).await.unwrap();
    let sent = send_to_stopped(&server, WAIT, async { _ = client.send(b"hello").await.unwrap() }).await;
    let mut reply = [0; 99];
    let len = soon("a reply", client.recv(&mut reply)).await.unwrap();
    assert_is_read(stamp_of(&reply[..len]), sent);
}

#[tokio::test]
async fn the_metrics_tell_how_long_bytes_waited_to_be_read() {
    let server = server(&[]).await;
    let mut client = Lines::over(TcpStream::connect(server.tcp).await.unwrap()).await;
    send_to_stopped(&server, WAIT, client.send()).await;
    client.stamp().await;
    let shown = metrics::shown(server.http).await;
    let value = |series: &str| -> f64 {
        let line = shown.lines().find_map(|line| line.strip_prefix(series));
        line.unwrap_or_else(|| panic!("no {series} in {shown}")).trim().parse().unwrap()
    };
    let waited = value("wirestamp_read_delay_seconds_sum{transport=\"tcp\"}");
    assert!(waited >= WAIT.as_secs_f64(), "{waited} s");
    let within = value("wirestamp_read_delay_seconds_bucket{transport=\"tcp\",le=\"0.2\"}");
    assert_eq!(value("wirestamp_read_delay_seconds_count{transport=\"tcp\"}") - within, 1.0);
}

#[tokio::test]
async fn the_log_tells_where_each_time_comes_from_at_debug_level() {
    let place = Place::new();
    let mut server = server(&["--log-level", "debug", "--unix", place.text()]).await;
    let _tcp = Lines::over(TcpStream::connect(server.tcp).await.unwrap()).await;
    server.logged(&["DEBUG", "read", "bytes=6", "arrival=kernel"]).await;
    let _unix = Lines::over(UnixStream::connect(place.path()).await.unwrap()).await;
    server.logged(&["DEBUG", "read", "bytes=6", "arrival=read"]).await;
}
