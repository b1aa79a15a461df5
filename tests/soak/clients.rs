//! Well-behaved clients. Each checks that all of its messages come back unchanged and in order.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket, UnixStream};
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{client_async, tungstenite::Error};

use crate::crowd::{Tally, Target};
use crate::support::page::Page;
use crate::support::random::Random;
use crate::support::{STAMP, http, soon, unstamp};

/// Lines of any bytes, each up to `most` bytes long. The last may lack its line feed.
fn lines(random: &mut Random, count: usize, most: usize) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = (0..count)
        .map(|_| {
            let len = random.size(most);
            let mut line = random.bytes(len);
            line.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
            line.push(b'\n');
            line
        })
        .collect();
    if let Some(last) = lines.last_mut().filter(|_| random.below(2) == 0) {
        last.pop();
    }
    lines
}

async fn expect(from: &mut (impl AsyncRead + Unpin), message: &[u8], tally: &Tally) {
    let mut reply = vec![0; STAMP + message.len()];
    soon("a reply", from.read_exact(&mut reply)).await.unwrap();
    assert!(unstamp(&reply) == message, "a wrong reply");
    tally.answered(1);
}

async fn expect_end(from: &mut (impl AsyncRead + Unpin)) {
    assert_eq!(soon("the end", from.read(&mut [0])).await.unwrap(), 0, "more than the replies");
}

/// Sends some lines, one after the other. Then sends many at once, split anywhere, and ends the stream.
async fn talk<S>(stream: S, tally: &Tally, mut random: Random)
where
    S: AsyncRead + AsyncWrite,
{
    let (mut reads, mut writes) = tokio::io::split(stream);
    for _ in 0..random.below(5) {
        let size = random.size(1000);
        let mut line = random.bytes(size);
        line.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
        line.push(b'\n');
        tally.sent(1);
        soon("room", writes.write_all(&line)).await.unwrap();
        expect(&mut reads, &line, tally).await;
    }
    let count = random.size(100);
    let lines = lines(&mut random, count, 2000);
    tally.sent(lines.len());
    let all = lines.concat();
    let sending = async {
        let mut rest = &all[..];
        while !rest.is_empty() {
            let (chunk, others) = rest.split_at(random.size(20_000).min(rest.len()));
            soon("room", writes.write_all(chunk)).await.unwrap();
            rest = others;
        }
        writes.shutdown().await.unwrap();
    };
    let reading = async {
        for line in &lines {
            expect(&mut reads, line, tally).await;
        }
    };
    tokio::join!(sending, reading);
    expect_end(&mut reads).await;
}

pub(crate) async fn tcp(target: Arc<Target>, tally: Arc<Tally>, random: Random) {
    talk(soon("connecting", TcpStream::connect(target.tcp)).await.unwrap(), &tally, random).await;
}

pub(crate) async fn unix(target: Arc<Target>, tally: Arc<Tally>, random: Random) {
    talk(soon("connecting", UnixStream::connect(&target.unix)).await.unwrap(), &tally, random).await;
}

/// Sends a few datagrams, each once the previous one is answered. With more at once, the kernel might drop
/// some.
pub(crate) async fn udp(target: Arc<Target>, tally: Arc<Tally>, mut random: Random) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(target.udp).await.unwrap();
    let mut reply = vec![0; 65_536];
    for _ in 0..random.size(20) {
        let size = random.size(8000);
        let message = random.bytes(size - 1);
        tally.sent(1);
        socket.send(&message).await.unwrap();
        let len = soon("a reply", socket.recv(&mut reply)).await.unwrap();
        assert!(unstamp(&reply[..len]) == message, "a wrong reply");
        tally.answered(1);
    }
}

/// Sends text and binary messages, then a Close. Half of the clients send the Close before they read any
/// reply.
pub(crate) async fn websocket(target: Arc<Target>, tally: Arc<Tally>, mut random: Random) {
    let stream = soon("connecting", TcpStream::connect(target.http)).await.unwrap();
    let handshake = client_async(format!("ws://{}/ws", target.http), stream);
    let (mut client, _) = soon("a WebSocket", handshake).await.unwrap();
    let messages: Vec<Message> = (0..random.size(30))
        .map(|_| {
            let size = random.size(2000);
            let bytes: Vec<u8> = random.bytes(size - 1).into_iter().filter(|byte| *byte != b'\n').collect();
            match random.below(2) {
                0 => Message::text(String::from_utf8_lossy(&bytes).into_owned()),
                _ => Message::binary(bytes),
            }
        })
        .collect();
    let close = Message::Close(Some(CloseFrame { code: CloseCode::Normal, reason: "done".into() }));
    let early = random.below(2) == 0;
    tally.sent(messages.len());
    for message in &messages {
        soon("room", client.feed(message.clone())).await.unwrap();
    }
    if early {
        soon("room", client.feed(close.clone())).await.unwrap();
    }
    soon("room", client.flush()).await.unwrap();
    for message in messages {
        let reply = soon("a reply", client.next()).await.unwrap().unwrap();
        assert!(unstamp(&reply.into_data()) == message.into_data(), "a wrong reply");
        tally.answered(1);
    }
    if !early {
        soon("room", client.send(close.clone())).await.unwrap();
    }
    assert_eq!(soon("the Close", client.next()).await.unwrap().unwrap(), close);
    assert!(matches!(soon("the end", client.next()).await, None | Some(Err(Error::ConnectionClosed))));
}

/// Sends everything at once, and reads the replies slower than the server writes them.
pub(crate) async fn slow(target: Arc<Target>, tally: Arc<Tally>, mut random: Random) {
    let mut stream = soon("connecting", TcpStream::connect(target.tcp)).await.unwrap();
    let (mut reads, mut writes) = stream.split();
    let lines = lines(&mut random, 300, 2000);
    tally.sent(lines.len());
    let all = lines.concat();
    let sending = async {
        soon("room", writes.write_all(&all)).await.unwrap();
        writes.shutdown().await.unwrap();
    };
    let reading = async {
        for line in &lines {
            expect(&mut reads, line, &tally).await;
            sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::join!(sending, reading);
    expect_end(&mut reads).await;
}

/// Fetches the page, which counts as one message and its reply.
pub(crate) async fn page(target: Arc<Target>, tally: Arc<Tally>, _random: Random) {
    tally.sent(1);
    let response = http::get(target.http, "/", &[]).await;
    assert!(response.status().is_success());
    tally.answered(1);
}

/// Opens the page in a browser, types messages, waits for their replies, and closes the browser without a
/// Close.
pub(crate) async fn chromium(target: Arc<Target>, tally: Arc<Tally>, mut random: Random) {
    let page = Page::connected(target.http).await;
    for _ in 0..3 {
        let text = format!("from the page {:x}", random.next());
        tally.sent(1);
        page.enter(&text).await;
        page.shows_reply(&text).await;
        tally.answered(1);
    }
}
