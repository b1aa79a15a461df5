//! How much memory clients that stop in the middle of something take.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::support::{Server, metrics, soon};

/// The clients, and the length of the frame that each begins, in bytes.
const CLIENTS: usize = 50;
const FRAME: usize = 1 << 20;

/// How much a server reads at once, in bytes.
const READ: usize = 16 * 1024;

/// The first bytes of frames.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;

/// A header that asks for a byte stream.
const BYTES: &str = "Sec-WebSocket-Protocol: binary\r\n";

/// Opens a WebSocket with this subprotocol, and sends all of a frame but its last byte. The frame begins with `first`
/// and has `len` bytes.
async fn begin_a_frame(server: &Server, protocol: &str, first: u8, len: usize) -> TcpStream {
    let handshake = format!(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{protocol}\r\n"
    );
    // With a small buffer, the kernel takes few replies and the server is left with the rest.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = soon("connecting", socket.connect(server.http)).await.unwrap();
    stream.write_all(handshake.as_bytes()).await.unwrap();
    let mut head = [0; 1000];
    soon("the handshake", stream.read(&mut head)).await.unwrap();
    let mut frame = match len {
        ..126 => vec![first, 0x80 | len as u8],
        126..0x1_0000 => [&[first, 0xfe], &(len as u16).to_be_bytes()[..]].concat(),
        _ => [&[first, 0xff], &(len as u64).to_be_bytes()[..]].concat(),
    };
    frame.extend([0; 4]);
    frame.resize(frame.len() + len - 1, b'x');
    soon("the frame is taken", stream.write_all(&frame)).await.unwrap();
    stream
}

#[tokio::test]
async fn an_incomplete_frame_of_a_byte_stream_is_passed_on_and_takes_little_memory() {
    let service = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(&["--upstream", &service.local_addr().unwrap().to_string()]).await;
    let before = server.anonymous_memory();
    let mut open = Vec::new();
    for _ in 0..CLIENTS {
        let taken = async {
            let (mut dialled, _) = service.accept().await.unwrap();
            let mut bytes = vec![0; FRAME - 1];
            soon("all that came of the frame", dialled.read_exact(&mut bytes)).await.unwrap();
            assert!(bytes.iter().all(|byte| *byte == b'x'));
            dialled
        };
        open.push(tokio::join!(begin_a_frame(&server, BYTES, BINARY, FRAME), taken));
    }
    let held = server.anonymous_memory().saturating_sub(before) / CLIENTS;
    assert!(held < 64 * 1024, "{held} bytes a client");
}

/// How many WebSockets vanish at once.
const VANISHING: usize = 300;

/// Starts a server that has seen as many WebSockets as will vanish. The small blocks of memory that they took are used
/// again. It keeps nothing for those who watch, whose memory has a limit and tests of its own.
async fn warm_server(flags: &[&str], protocol: &str, first: u8) -> Server {
    let server = Server::start(&[&["--log-level", "warn", "--watch-memory", "0"], flags].concat()).await;
    let mut quiet = Vec::new();
    for _ in 0..=VANISHING {
        quiet.push(begin_a_frame(&server, protocol, first, 10).await);
    }
    server
}

/// Ends the clients, and waits until the server holds no more than `before`.
async fn end<C>(server: &Server, before: usize, protocol: &str, first: u8, clients: C) {
    // It comes after them and stays, so that the heap can't shrink below what it takes.
    let _quiet = begin_a_frame(server, protocol, first, 10).await;
    drop(clients);
    server.gives_back(before).await;
}

/// Has WebSockets vanish in the middle of messages.
async fn vanish(protocol: &str, first: u8) {
    let server = warm_server(&["--gap", "off"], protocol, first).await;
    let before = server.anonymous_memory();
    let mut clients = Vec::new();
    for len in [5_000, 20_000, 60_000].into_iter().cycle().take(VANISHING) {
        clients.push(begin_a_frame(&server, protocol, first, len).await);
    }
    end(&server, before, protocol, first, clients).await;
}

#[tokio::test]
async fn an_incomplete_message_is_given_back_when_its_client_is_gone() {
    vanish("", TEXT).await;
}

#[tokio::test]
async fn what_waits_in_a_byte_stream_is_given_back_when_its_client_is_gone() {
    vanish(BYTES, BINARY).await;
}

/// Has WebSockets send messages whose replies they never read, and vanish.
async fn never_read(protocol: &str, first: u8) {
    let server = warm_server(&[], protocol, first).await;
    let before = server.anonymous_memory();
    let mut floods = JoinSet::new();
    for _ in 0..VANISHING {
        let mut client = begin_a_frame(&server, protocol, first, 10).await;
        floods.spawn(async move {
            let line = [&[b'\n', first, 0xfe, 0x03, 0xe8, 0, 0, 0, 0][..], &[b'x'; 999]].concat();
            while client.write_all(&line.repeat(20)).await.is_ok() {}
        });
    }
    metrics::steady(server.http, r#"wirestamp_received_bytes_total{transport="ws"}"#).await;
    server.holds(before + VANISHING * READ).await;
    end(&server, before, protocol, first, floods).await;
}

#[tokio::test]
async fn replies_that_were_never_read_are_given_back_when_their_client_is_gone() {
    never_read("", TEXT).await;
}

#[tokio::test]
async fn a_byte_stream_that_was_never_read_is_given_back_when_its_client_is_gone() {
    never_read(BYTES, BINARY).await;
}
