//! How the server stops: it answers everything that it has read, and tells its clients.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::server::{ask, flood};
use crate::support::{Server, http, metrics, soon, unstamp};

#[tokio::test]
async fn a_stop_answers_what_was_read_and_ends_the_stream_without_a_reset() {
    let mut server = Server::start(&["--gap", "off"]).await;
    let mut client = server.connect().await;
    ask(&mut client, b"whole\n").await;
    client.write_all(b"half a li").await.unwrap();
    // The session counts what it has read.
    metrics::shows(server.http, r#"wirestamp_received_bytes_total{transport="tcp"} 15"#).await;
    server.signal("TERM");
    let mut last = Vec::new();
    soon("the end of the stream", client.read_to_end(&mut last)).await.expect("no reset");
    assert_eq!(unstamp(&last), b"half a li");
    drop(client);
    server.logged(&["session closed", "by=server how=stop"]).await;
    server.logged(&["stopped", "sessions_drained=1 sessions_cut=0"]).await;
    assert_eq!(server.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_session_that_does_not_end_is_cut_after_the_drain_and_counted() {
    let mut server = Server::start(&["--drain", "200ms"]).await;
    let flood = tokio::spawn(flood(server.connect().await));
    server.logged(&["session opened"]).await;
    server.signal("TERM");
    server.logged(&["stopped", "sessions_drained=0 sessions_cut=1"]).await;
    assert_eq!(server.exit_code().await, Some(0));
    flood.abort();
}

#[tokio::test]
async fn new_clients_are_refused_during_the_drain() {
    let mut server = Server::start(&["--drain", "60s"]).await;
    assert_eq!(http::get(server.http, "/readyz", &[]).await.status(), 200);
    let flood = tokio::spawn(flood(server.connect().await));
    server.logged(&["session opened"]).await;
    server.signal("TERM");
    server.logged(&["stopping"]).await;

    // The listener is closed as soon as its task sees the stop.
    while TcpStream::connect(server.tcp).await.is_ok() {}
    assert_eq!(http::get(server.http, "/readyz", &[]).await.status(), 503);
    assert_eq!(http::get(server.http, "/healthz", &[]).await.status(), 200);
    assert_eq!(http::get(server.http, "/ws", &http::HANDSHAKE).await.status(), 503);
    flood.abort();
}
