//! The metrics for Prometheus.

use futures_util::{SinkExt, StreamExt};
use tokio::io::AsyncWriteExt;

use crate::support::server::ask;
use crate::support::{Server, http, metrics, soon, websocket};

#[tokio::test]
async fn sessions_messages_and_bytes_are_counted_by_transport_and_ending() {
    let server = Server::start(&["--max-message", "8", "--udp", "127.0.0.1:0"]).await;
    let mut client = server.connect().await;
    ask(&mut client, b"line\n").await;
    ask(&mut client, b"gap").await;
    ask(&mut client, b"the cap!").await;
    client.write_all(b"eof").await.unwrap();
    client.shutdown().await.unwrap();
    let mut rest = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut client, &mut rest).await.unwrap();

    let mut socket = websocket::open(server.http).await;
    socket.send("x".into()).await.unwrap();
    websocket::next(&mut socket).await;

    let datagrams = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    datagrams.connect(server.addresses("udp")[0]).await.unwrap();
    datagrams.send(b"[1795367220.123456789] again").await.unwrap();
    datagrams.send(b"once").await.unwrap();
    soon("a datagram", datagrams.recv(&mut [0; 100])).await.unwrap();

    for line in [
        "wirestamp_sessions_total{transport=\"tcp\"} 1",
        "wirestamp_sessions_open{transport=\"ws\"} 1",
        "wirestamp_messages_total{cut=\"lf\",transport=\"tcp\"} 1",
        "wirestamp_messages_total{cut=\"gap\",transport=\"tcp\"} 1",
        "wirestamp_messages_total{cut=\"cap\",transport=\"tcp\"} 1",
        "wirestamp_messages_total{cut=\"eof\",transport=\"tcp\"} 1",
        "wirestamp_messages_total{cut=\"lf\",transport=\"ws\"} 1",
        "wirestamp_messages_total{cut=\"datagram\",transport=\"udp\"} 1",
        "wirestamp_received_bytes_total{transport=\"tcp\"} 19",
        "wirestamp_sent_bytes_total{transport=\"tcp\"} 127",
        "wirestamp_datagrams_dropped_total{reason=\"stamped\"} 1",
        "wirestamp_reply_seconds_count{transport=\"udp\"} 1",
        "# TYPE wirestamp_reply_seconds histogram",
    ] {
        metrics::shows(server.http, line).await;
    }
}

#[tokio::test]
async fn errors_are_counted_by_kind() {
    let server = Server::start(&["--upstream", "127.0.0.1:1"]).await;
    let mut socket = websocket::open(server.http).await;
    while let Some(Ok(_)) = soon("the end", socket.next()).await {}
    metrics::shows(server.http, "wirestamp_errors_total{kind=\"service\"} 1").await;
}

#[tokio::test]
async fn metrics_can_have_their_own_listener() {
    let server = Server::start(&["--metrics-addr", "127.0.0.1:0"]).await;
    let [own] = server.addresses("metrics")[..] else { panic!("one listener") };
    let own = own.trim_end_matches("/metrics").parse().unwrap();
    assert!(metrics::shown(own).await.contains("wirestamp_sessions_open"));
    assert_eq!(http::get(server.http, "/metrics", &[]).await.status(), 404);
    assert_eq!(http::get(own, "/", &[]).await.status(), 404);
}
