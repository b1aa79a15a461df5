//! A WebSocket client of the bridge.

use std::net::{Ipv4Addr, SocketAddr};

use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::soon;

pub(crate) type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) async fn open(at: SocketAddr) -> Client {
    open_url(&format!("ws://{at}/ws")).await
}

pub(crate) async fn open_url(url: &str) -> Client {
    soon("a WebSocket", connect_async(url)).await.unwrap().0
}

pub(crate) async fn next(client: &mut Client) -> Message {
    soon("a message", client.next()).await.expect("the stream goes on").unwrap()
}

/// Opens a WebSocket from `source`, has one message answered and closes it. Everything is sent at once.
pub(crate) async fn short_session(source: Ipv4Addr, server: SocketAddr) {
    const SAID: &[u8] =
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\
        \x81\x82\0\0\0\0hi\x88\x82\0\0\0\0\x03\xe8";
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind((source, 0).into()).unwrap();
    let mut stream = socket.connect(server).await.unwrap();
    stream.write_all(SAID).await.unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).await.unwrap();
    assert!(heard.starts_with(b"HTTP/1.1 101 "), "{}", heard.escape_ascii());
    assert!(heard.ends_with(b"] hi\x88\x02\x03\xe8"), "{}", heard.escape_ascii());
}
