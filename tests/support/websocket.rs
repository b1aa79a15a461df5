//! A WebSocket client of the bridge.

use std::net::SocketAddr;

use futures_util::StreamExt;
use tokio::net::TcpStream;
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
