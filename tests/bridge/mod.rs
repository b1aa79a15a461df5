//! The WebSocket bridge, with tokio-tungstenite as its client.
//!
//! - [`messages`]: messages, pings and handshakes.
//! - [`closing`]: how a session ends, and the code and reason of the Close frame.
//! - [`memory`]: what clients that stop in the middle of a frame take.
//! - [`transparency`]: the same replies as over TCP, however many WebSockets come.

mod closing;
mod memory;
mod messages;
mod transparency;

use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::support::unstamp;
use crate::support::websocket::{Client, next};

/// Reads the next message, which must be the reply to `sent` as text.
async fn expect_text(client: &mut Client, sent: &str) {
    match next(client).await {
        Message::Text(reply) => assert_eq!(unstamp(reply.as_bytes()), sent.as_bytes()),
        other => panic!("{other:?}"),
    }
}

async fn expect_close(client: &mut Client) -> Option<CloseFrame> {
    match next(client).await {
        Message::Close(frame) => frame,
        other => panic!("{other:?}"),
    }
}
