//! Stamp formats, and how a client of the bridge requests one. Bytes sent to the service cannot change it.

use chrono::{DateTime, Utc};
use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Server, http, soon, websocket};

/// Sends a line and returns the stamp of its reply.
async fn stamp_at(address: &str) -> String {
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"x\n").await.unwrap();
    client.shutdown().await.unwrap();
    let mut reply = String::new();
    soon("a reply", client.read_to_string(&mut reply)).await.unwrap();
    let (stamp, message) = reply.strip_prefix('[').unwrap().split_once("] ").unwrap();
    assert_eq!(message, "x\n");
    stamp.to_owned()
}

/// Sends a message over the bridge and returns the stamp of its reply.
async fn stamp_over(url: &str) -> String {
    let mut client = websocket::open_url(url).await;
    client.send("x".into()).await.unwrap();
    let reply = websocket::next(&mut client).await.into_text().unwrap();
    let (stamp, message) = reply.strip_prefix('[').unwrap().split_once("] ").unwrap();
    assert_eq!(message, "x");
    stamp.to_owned()
}

fn is_now(time: DateTime<Utc>) -> bool {
    (Utc::now() - time).num_seconds().abs() < 60
}

fn is_rfc3339(stamp: &str) -> bool {
    let has_nanoseconds = stamp.len() == "2026-11-22T18:07:00.123456789+00:00".len();
    has_nanoseconds && DateTime::parse_from_rfc3339(stamp).is_ok_and(|time| is_now(time.to_utc()))
}

fn is_unix(stamp: &str) -> bool {
    let (seconds, decimals) = stamp.split_once('.').unwrap();
    decimals.len() == 9 && is_now(DateTime::from_timestamp(seconds.parse().unwrap(), 0).unwrap())
}

#[tokio::test]
async fn named_formats_and_patterns_are_used() {
    for (format, right) in [
        ("rfc3339", is_rfc3339 as fn(&str) -> bool),
        ("unix", is_unix),
        ("%Y week %V", |stamp| stamp.starts_with("20") && stamp.contains(" week ")),
    ] {
        let server = Server::start(&["--format", format]).await;
        let stamp = stamp_at(&server.tcp.to_string()).await;
        assert!(right(&stamp), "{format}: {stamp}");
    }
}

#[tokio::test]
async fn a_listener_can_have_its_own_format() {
    let server =
        Server::start(&["--tcp", "127.0.0.1:0?format=unix", "--tcp", "127.0.0.1:0?format=rfc3339"]).await;
    let [classic, unix, rfc3339] = server.addresses("tcp")[..] else { panic!("three listeners") };
    assert!(stamp_at(classic).await.contains(':'));
    assert!(is_unix(&stamp_at(unix).await));
    assert!(is_rfc3339(&stamp_at(rfc3339).await));
}

#[tokio::test]
async fn a_websocket_can_request_its_own_format() {
    let server = Server::start(&[]).await;
    let url = format!("ws://{}/ws", server.http);
    assert!(is_rfc3339(&stamp_over(&format!("{url}?format=rfc3339")).await));
    assert!(is_unix(&stamp_over(&format!("{url}?format=unix")).await));
    let year = Utc::now().format("%Y").to_string();
    assert_eq!(stamp_over(&format!("{url}?format=%25Y")).await, year);
    assert!(stamp_over(&url).await.ends_with(&year), "other sessions keep the default");
}

#[tokio::test]
async fn an_http_listener_can_have_its_own_format_for_its_websockets() {
    let server = Server::start_at("127.0.0.1:0?format=unix", "127.0.0.1:0?format=rfc3339", &[]).await;
    let url = format!("ws://{}/ws", server.http);
    assert!(is_rfc3339(&stamp_over(&url).await));
    assert!(is_unix(&stamp_over(&format!("{url}?format=unix")).await));
}

#[tokio::test]
async fn an_invalid_format_is_a_400_that_lists_the_valid_ones() {
    let server = Server::start(&[]).await;
    for (query, said) in [
        ("format=unics", "ctime, rfc3339, unix, or a strftime pattern"),
        ("format=%0A", "ctime, rfc3339, unix, or a strftime pattern"),
        ("colour=red", "unknown setting \"colour\"; use format="),
    ] {
        let answer = http::get(server.http, &format!("/ws?{query}"), &http::HANDSHAKE).await;
        assert_eq!(answer.status(), 400, "{query}");
        assert!(String::from_utf8_lossy(answer.body()).contains(said), "{:?}", answer.body());
    }
    let elsewhere = Server::start(&["--upstream", "127.0.0.1:1"]).await;
    let answer = http::get(elsewhere.http, "/ws?format=unix", &http::HANDSHAKE).await;
    assert_eq!(answer.status(), 400, "an upstream service has no formats to choose from");
}

#[tokio::test]
async fn a_session_over_the_bridge_has_the_browsers_address() {
    let mut server = Server::start(&[]).await;
    let mut client = websocket::open(server.http).await;
    let tokio_tungstenite::MaybeTlsStream::Plain(stream) = client.get_ref() else { unreachable!() };
    let peer = format!("peer={}", stream.local_addr().unwrap());
    client.send("x".into()).await.unwrap();
    websocket::next(&mut client).await;
    client.close(None).await.unwrap();
    server.logged(&["session opened", "transport=ws", &peer]).await;
    server.logged(&["session closed", "transport=ws", &peer, "messages=1"]).await;
}

#[tokio::test]
async fn nothing_on_the_wire_changes_the_format_or_the_address() {
    let mut server = Server::start(&[]).await;
    // Other services read these lines as a header. Here each is a message.
    for line in [
        "PROXY TCP4 192.0.2.1 192.0.2.2 5 6\r\n",
        "?format=unix\n",
        "format=rfc3339\n",
        "GET /ws HTTP/1.1\r\n",
    ] {
        let mut client = server.connect().await;
        let reply = crate::support::server::ask(&mut client, line.as_bytes()).await;
        assert_eq!(crate::support::unstamp(&reply), line.as_bytes());
        let peer = format!("peer={}", client.local_addr().unwrap());
        server.logged(&["session opened", "transport=tcp", &peer]).await;
    }
}
