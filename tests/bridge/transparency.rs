//! The bridge adds nothing to the service and takes nothing from it.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::random::Random;
use crate::support::{Server, soon, websocket};

/// Random inputs, each sent through both transports.
const CASES: u64 = 60;

/// WebSockets that are opened one after the other, and the clients that open them. One address has 28,232 ports for
/// connections to one server, and each stays taken for a minute: a bridge with connections of its own would run out.
const SHORT: usize = if cfg!(debug_assertions) { 30_000 } else { 60_000 };
const CLIENTS: usize = 4;

/// The longest input, in bytes: more than a read, and more than the in-memory stream holds.
const MOST: usize = 100_000;

/// Input that is random in its lines and in its bytes, in pieces of random lengths.
fn pieces(random: &mut Random) -> Vec<Vec<u8>> {
    let mut input = Vec::new();
    let length = random.size(MOST);
    while input.len() < length {
        let line = random.size(6000);
        input.extend(random.bytes(line));
        input.push(b'\n');
    }
    input.truncate(length);
    let mut pieces = Vec::new();
    while !input.is_empty() {
        let rest = input.split_off(random.size(30_000).min(input.len()));
        pieces.push(std::mem::replace(&mut input, rest));
    }
    pieces
}

/// All replies over TCP, read while the pieces are sent.
async fn over_tcp(server: &Server, pieces: &[Vec<u8>]) -> Vec<u8> {
    let (mut reads, mut writes) = server.connect().await.into_split();
    let sending = async {
        for piece in pieces {
            writes.write_all(piece).await.unwrap();
        }
        writes.shutdown().await.unwrap();
    };
    let mut replies = Vec::new();
    let (_, read) = tokio::join!(sending, reads.read_to_end(&mut replies));
    read.unwrap();
    replies
}

/// All replies over `/ws` as a byte stream.
async fn over_websocket(server: &Server, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut request = format!("ws://{}/ws", server.http).into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "binary".parse().unwrap());
    let (client, _) = soon("a WebSocket", connect_async(request)).await.unwrap();
    let (mut writes, mut reads) = client.split();
    let sending = async {
        for piece in pieces {
            writes.send(Message::binary(piece.clone())).await.unwrap();
        }
        writes.send(Message::Close(None)).await.unwrap();
    };
    let reading = async {
        let mut replies = Vec::new();
        while let Some(Ok(Message::Binary(bytes))) = reads.next().await {
            replies.extend(bytes);
        }
        replies
    };
    tokio::join!(sending, reading).1
}

#[tokio::test]
async fn random_bytes_get_the_same_replies_over_the_bridge_as_over_tcp() {
    // Stamps of a year are all the same, so the replies must be too.
    let server = Server::start(&["--gap", "off", "--max-message", "4KiB", "--format", "%Y"]).await;
    for seed in 0..CASES {
        let pieces = pieces(&mut Random::new(seed));
        let tcp = soon("the replies over TCP", over_tcp(&server, &pieces)).await;
        let bridged = soon("the replies over the bridge", over_websocket(&server, &pieces)).await;
        assert!(tcp.len() > pieces.concat().len(), "seed {seed}");
        assert!(tcp == bridged, "seed {seed}: {} bytes over TCP, {} bridged", tcp.len(), bridged.len());
    }
}

/// Connections to the service in TIME_WAIT (proc_net_tcp(5): state 06). A client of the bridge may have the service's
/// port as its own by chance, so connections to the bridge don't count.
fn in_time_wait(service: u16, bridge: u16) -> usize {
    let [service, bridge] = [service, bridge].map(|port| format!(":{port:04X}"));
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let mut rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    let mut count = 0;
    while let Some([_, local, remote, state, ..]) = rows.next().as_deref() {
        let ends = [local, remote];
        let has = |port: &str| ends.iter().any(|end| end.ends_with(port));
        count += usize::from(*state == "06" && has(&service) && !has(&bridge));
    }
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn tens_of_thousands_of_short_websockets_take_no_port_of_the_services_own() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let (http, opened) = (server.http, Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let opened = Arc::clone(&opened);
        // An address of its own, so that the clients don't run out of ports either.
        let source = Ipv4Addr::new(127, 0, 1, 1 + client as u8);
        clients.spawn(async move {
            while opened.fetch_add(1, Ordering::Relaxed) < SHORT {
                soon("a short WebSocket", websocket::short_session(source, http)).await;
            }
        });
    }
    while let Some(done) = clients.join_next().await {
        done.unwrap();
    }
    let closed = r#"wirestamp_sessions_closed_total{by="client",how="close",transport="ws"}"#;
    assert_eq!(crate::support::metrics::value(http, closed).await, SHORT as u64);
    assert_eq!(in_time_wait(server.tcp.port(), http.port()), 0, "the bridge made connections to the service");
}
