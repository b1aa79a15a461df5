//! WebSockets, with and without TLS: each line is a message, without its line feed.

use std::io;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::http::Uri;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use wirestamp_arrival::{ArrivalTime, Reading};

use super::refusal::{self, NOT_A_WEB_SOCKET};
use super::{Each, MAX_REPLY, Peer, dial};
use crate::error::Error;
use crate::show;

/// How long to wait for the peer to answer a Close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// The most messages to receive at once: enough to make writing them out cheap.
const BATCH: usize = 1024;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) struct WebSocketWriter(SplitSink<Socket, Message>);

pub(super) struct WebSocketReader {
    socket: SplitStream<Socket>,
    /// How the conversation ended, once it has.
    ended: Option<String>,
}

/// Connects and performs the handshake.
pub(super) async fn open(
    target: &str,
    uri: &Uri,
    silence: Option<Duration>,
) -> Result<(WebSocketReader, WebSocketWriter, Peer), Error> {
    let tls = uri.scheme_str() == Some("wss");
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
    let (stream, peer) = dial::tcp(target, host, port, silence).await?;
    if tls {
        // Fails if it's already installed, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    // A reply is one frame, for which the library's own limit is lower.
    let config = WebSocketConfig::default().max_frame_size(Some(MAX_REPLY.get()));
    let handshake = client_async_tls_with_config(uri, stream, Some(config), None);
    let shaken = timeout(dial::CONNECT_TIMEOUT, handshake).await;
    let failed = |(reason, advice)| Error::Reach { target: target.to_owned(), reason, advice };
    match shaken {
        Ok(Ok((socket, _response))) => {
            let (writer, reader) = socket.split();
            Ok((WebSocketReader { socket: reader, ended: None }, WebSocketWriter(writer), peer))
        }
        Ok(Err(error)) => Err(failed(refusal::reason_and_advice(&error))),
        Err(_late) => Err(failed(("no handshake in 5 s".into(), NOT_A_WEB_SOCKET))),
    }
}

impl WebSocketWriter {
    pub(super) async fn send(&mut self, lines: &[u8]) -> io::Result<()> {
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            let message = match std::str::from_utf8(line) {
                Ok(text) => Message::text(text),
                Err(_) => Message::binary(line.to_vec()),
            };
            self.0.feed(message).await.map_err(as_io)?;
        }
        self.0.flush().await.map_err(as_io)
    }
}

impl WebSocketReader {
    pub(super) async fn receive(&mut self, each: Each<'_>) -> io::Result<Option<String>> {
        if self.ended.is_some() {
            return Ok(self.ended.clone());
        }
        let mut heard = 0;
        loop {
            let next = match heard {
                0 => self.socket.next().await,
                BATCH => return Ok(None),
                _ => match self.socket.next().now_or_never() {
                    Some(next) => next,
                    None => return Ok(None),
                },
            };
            match next {
                Some(Ok(Message::Text(text))) => each(text.as_bytes(), now()),
                Some(Ok(Message::Binary(bytes))) => each(&bytes, now()),
                // The next read answers pings.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Ok(Message::Close(frame))) => {
                    self.ended = Some(closed_with(frame.as_ref()));
                    // Reading on sends the answer to the Close.
                    let _ = timeout(CLOSE_TIMEOUT, self.drain()).await;
                    return Ok(self.ended.clone());
                }
                None
                | Some(Err(tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => {
                    self.ended = Some("closed the connection without a WebSocket close".into());
                    return Ok(self.ended.clone());
                }
                Some(Err(error)) => return Err(as_io(error)),
            }
            heard += 1;
        }
    }

    async fn drain(&mut self) {
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}

/// The time of a message that was just read. The kernel's is out of reach behind the WebSocket's and TLS's buffers.
fn now() -> ArrivalTime {
    ArrivalTime::of_read(Reading::now())
}

/// Closes with code 1000, and waits a while for the peer's answer.
pub(super) async fn close(mut writer: WebSocketWriter, mut reader: WebSocketReader) {
    let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
    let closing = async {
        // Once the peer has ended it, there's nothing to close.
        if reader.ended.is_none() && writer.0.send(Message::Close(Some(frame))).await.is_ok() {
            reader.drain().await;
        }
    };
    let _ = timeout(CLOSE_TIMEOUT, closing).await;
}

fn closed_with(frame: Option<&CloseFrame>) -> String {
    match frame {
        None => "closed the WebSocket without a code".into(),
        Some(CloseFrame { code, reason }) if reason.is_empty() => {
            format!("closed the WebSocket with {}", u16::from(*code))
        }
        Some(CloseFrame { code, reason }) => {
            format!("closed the WebSocket with {}: {}", u16::from(*code), show::escaped(reason.as_bytes()))
        }
    }
}

fn as_io(error: tungstenite::Error) -> io::Error {
    match error {
        tungstenite::Error::Io(error) => error,
        error => io::Error::other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_is_described_by_its_code_and_reason() {
        let frame =
            |code: u16, reason: &str| CloseFrame { code: code.into(), reason: reason.to_owned().into() };
        assert_eq!(closed_with(None), "closed the WebSocket without a code");
        assert_eq!(closed_with(Some(&frame(1001, ""))), "closed the WebSocket with 1001");
        let told = closed_with(Some(&frame(4000, "so\x1b[2J\nthere")));
        assert_eq!(told, r"closed the WebSocket with 4000: so\x1b[2J\nthere");
    }
}
