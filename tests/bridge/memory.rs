//! How much memory clients that stop in the middle of something take.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Server, soon};

/// The clients, and the length of the frame that each begins, in bytes.
const CLIENTS: usize = 50;
const FRAME: usize = 1 << 20;

/// Opens a WebSocket that is a byte stream, and sends all of a frame but its last byte.
async fn begin_a_frame(server: &Server) -> TcpStream {
    const HANDSHAKE: &[u8] = b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n\
        Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Protocol: binary\r\n\r\n";
    let mut stream = TcpStream::connect(server.http).await.unwrap();
    stream.write_all(HANDSHAKE).await.unwrap();
    let mut frame = vec![0x82, 0xff];
    frame.extend((FRAME as u64).to_be_bytes());
    frame.extend([0; 4]);
    frame.resize(frame.len() + FRAME - 1, b'x');
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
        open.push(tokio::join!(begin_a_frame(&server), taken));
    }
    let held = server.anonymous_memory().saturating_sub(before) / CLIENTS;
    assert!(held < 64 * 1024, "{held} bytes a client");
}
