//! How much memory clients that stop in the middle of something take.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Server, soon};

/// The clients, and the length of the frame that each begins, in bytes.
const CLIENTS: usize = 50;
const FRAME: usize = 1 << 20;

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
    let mut stream = TcpStream::connect(server.http).await.unwrap();
    stream.write_all(handshake.as_bytes()).await.unwrap();
    let mut head = [0; 1000];
    soon("the handshake", stream.read(&mut head)).await.unwrap();
    let mut frame = match u16::try_from(len) {
        Ok(len) => [&[first, 0xfe], &len.to_be_bytes()[..]].concat(),
        Err(_) => [&[first, 0xff], &(len as u64).to_be_bytes()[..]].concat(),
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

/// Has WebSockets vanish in the middle of messages.
async fn vanish(protocol: &str, first: u8) {
    let server = Server::start(&["--log-level", "warn", "--gap", "off"]).await;
    drop(begin_a_frame(&server, protocol, first, 10).await);
    let before = server.anonymous_memory();
    let (mut clients, mut sent) = (Vec::new(), 0);
    for len in [5_000, 20_000, 60_000].into_iter().cycle().take(300) {
        clients.push(begin_a_frame(&server, protocol, first, len).await);
        sent += len;
    }
    server.holds(before + sent).await;
    // It comes after them and stays, so that the heap can't shrink below what it takes.
    let _quiet = begin_a_frame(&server, protocol, first, 10).await;
    drop(clients);
    server.gives_back(before).await;
}

#[tokio::test]
async fn an_incomplete_message_is_given_back_when_its_client_is_gone() {
    vanish("", TEXT).await;
}
