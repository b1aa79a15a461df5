//! Badly behaved clients. They need not get any reply, but they must be able to connect.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{sleep, timeout};

use crate::crowd::{Tally, Target};
use crate::support::random::Random;
use crate::support::soon;

/// How long a nuisance goes on, and how long it waits for an answer.
const WHILE: Duration = Duration::from_millis(300);

/// The maximum that a flood sends, in bytes.
const FLOOD: usize = 4 << 20;

async fn connect(to: std::net::SocketAddr) -> TcpStream {
    soon("connecting", TcpStream::connect(to)).await.unwrap()
}

/// Writes for a while, then reads for a while. Half of the clients close the connection with a reset.
async fn throw(mut stream: TcpStream, bytes: &[u8], random: &mut Random) {
    let _ = timeout(WHILE, stream.write_all(bytes)).await;
    let _ = timeout(WHILE, stream.read_to_end(&mut Vec::new())).await;
    if random.below(2) == 0 {
        let _ = stream.set_zero_linger();
    }
}

/// Closes the connection with a reset in the middle of a line or before reading replies.
pub(crate) async fn reset(target: Arc<Target>, _: Arc<Tally>, mut random: Random) {
    let mut stream = connect(target.tcp).await;
    let size = random.size(50_000);
    let _ = timeout(WHILE, stream.write_all(&random.bytes(size))).await;
    stream.set_zero_linger().unwrap();
}

/// Does the same to the bridge, in the middle of a frame or with replies in flight.
pub(crate) async fn websocket_reset(target: Arc<Target>, _: Arc<Tally>, mut random: Random) {
    let mut stream = upgraded(&target).await;
    for _ in 0..random.below(20) {
        let _ = timeout(WHILE, stream.write_all(b"\x81\x85\0\0\0\0hello")).await;
    }
    let _ = timeout(WHILE, stream.write_all(b"\x82\xfe\x10\x00\0\0\0\0half")).await;
    stream.set_zero_linger().unwrap();
}

/// Sends without reading until the server stops reading, then leaves.
pub(crate) async fn flood(target: Arc<Target>, _: Arc<Tally>, _: Random) {
    let mut stream = connect(target.tcp).await;
    let _ = timeout(WHILE, stream.write_all(&vec![b'\n'; FLOOD])).await;
}

/// Sends any bytes, which raw TCP allows, and ignores the replies.
pub(crate) async fn tcp(target: Arc<Target>, _: Arc<Tally>, mut random: Random) {
    let size = random.size(200_000);
    let bytes = random.bytes(size);
    throw(connect(target.tcp).await, &bytes, &mut random).await;
}

/// Sends a datagram and does not wait. Some would have too large a reply, and some have a stamp.
pub(crate) async fn udp(target: Arc<Target>, _: Arc<Tally>, mut random: Random) {
    // Not the address of the well-behaved clients: one of them could get this port next, and the late reply.
    let socket = UdpSocket::bind("127.0.0.2:0").await.unwrap();
    let size = random.size(65_507);
    let mut bytes = random.bytes(size);
    if random.below(4) == 0 {
        bytes.splice(..0, *b"[Sun Nov 22 18:07:00 2026] ");
        bytes.truncate(65_507);
    }
    // The socket is closed before the reply arrives, so the server gets an error on its next call.
    let _ = socket.send_to(&bytes, target.udp).await;
}

/// Sends bytes that are not HTTP, some of them after a head that is.
pub(crate) async fn http(target: Arc<Target>, _: Arc<Tally>, mut random: Random) {
    const HEADS: [&[u8]; 5] = [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
        b"POST /ws HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
    ];
    let head = HEADS[random.below(HEADS.len())];
    let size = random.size(50_000);
    let bytes = [head, &random.bytes(size)].concat();
    throw(connect(target.http).await, &bytes, &mut random).await;
}

/// Sends bytes that are not frames on a valid WebSocket.
pub(crate) async fn frames(target: Arc<Target>, _: Arc<Tally>, mut random: Random) {
    let stream = upgraded(&target).await;
    let size = random.size(50_000);
    let bytes = random.bytes(size);
    throw(stream, &bytes, &mut random).await;
}

/// Connects, sends nothing for a while, and leaves.
pub(crate) async fn silent(target: Arc<Target>, _: Arc<Tally>, mut random: Random) {
    let stream = match random.below(3) {
        0 => connect(target.tcp).await,
        1 => connect(target.http).await,
        _ => upgraded(&target).await,
    };
    sleep(WHILE * 10).await;
    drop(stream);
}

/// Connects to the bridge and completes the WebSocket handshake.
async fn upgraded(target: &Target) -> TcpStream {
    let mut stream = connect(target.http).await;
    let request = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(soon("the handshake", stream.read_u8()).await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&answer));
    stream
}
