//! The log: what is written, and what becomes of the server when nobody reads it.

use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket, UnixStream};

use crate::support::place::Place;
use crate::support::server::{ask, flood};
use crate::support::{Server, http, metrics, soon, websocket};

#[tokio::test]
async fn a_probe_is_a_debug_line_and_a_counter_and_no_error() {
    let place = Place::new();
    let mut server = Server::start(&["--log-level", "debug", "--unix", place.text()]).await;
    drop(server.connect().await);
    server.logged(&["DEBUG probe", "transport=tcp", "how=fin"]).await;
    server.connect().await.set_zero_linger().unwrap();
    server.logged(&["DEBUG probe", "transport=tcp", "how=reset"]).await;
    drop(UnixStream::connect(place.path()).await.unwrap());
    server.logged(&["DEBUG probe", "transport=unix", "how=fin"]).await;
    drop(TcpStream::connect(server.http).await.unwrap());
    server.logged(&["DEBUG probe", "transport=http"]).await;
    TcpStream::connect(server.http).await.unwrap().set_zero_linger().unwrap();
    server.logged(&["DEBUG probe", "transport=http"]).await;
    for (transport, probes) in [("tcp", 2), ("unix", 1), ("http", 2)] {
        let series = format!("wirestamp_probes_total{{transport=\"{transport}\"}}");
        assert_eq!(metrics::value(server.http, &series).await, probes, "{transport}");
    }
    assert!(!metrics::shown(server.http).await.contains("wirestamp_errors_total{"), "no errors");
    assert_eq!(metrics::value(server.http, "wirestamp_sessions_open{transport=\"tcp\"}").await, 0);
}

#[tokio::test]
async fn a_client_that_only_listens_is_logged_soon() {
    let mut server = Server::start(&[]).await;
    let client = server.connect().await;
    let peer = client.local_addr().unwrap().to_string();
    server.logged(&["INFO session opened", &peer]).await;
    drop(client);
    server.logged(&["INFO session closed", &peer, "by=client how=fin"]).await;
}

#[tokio::test]
async fn a_client_is_logged_when_it_connects_and_when_it_leaves() {
    let mut server = Server::start(&[]).await;
    let mut client = server.connect().await;
    let peer = client.local_addr().unwrap().to_string();
    ask(&mut client, b"hello\n").await;
    ask(&mut client, b"bye").await;
    drop(client);
    let opened = server.logged(&["session opened", &peer]).await;
    assert!(opened.contains("transport=tcp"), "{opened}");
    let closed = server.logged(&["session closed", &peer]).await;
    for count in ["reads=2", "messages=2", "bytes_in=9", "bytes_out=63", "by=client how=fin"] {
        assert!(closed.contains(count), "{closed}");
    }
    let lasted = closed.split(" lasted=").nth(1).unwrap().split(' ').next().unwrap();
    assert!(humantime::parse_duration(&lasted.replace('.', "")).is_ok(), "{closed}");
    assert!(!closed.contains("None"), "fields without a value are left out: {closed}");
}

#[tokio::test]
async fn logs_can_be_json_lines() {
    let mut server = Server::start(&["--log-format", "json"]).await;
    ask(&mut server.connect().await, b"hello\n").await;
    let line = server.logged(&["session closed"]).await;
    let line: serde_json::Value = serde_json::from_str(&line).expect(&line);
    assert_eq!(line["message"], "session closed");
    assert_eq!(line["messages"], 1);
    assert!((0.0..60.0).contains(&line["lasted"].as_f64().unwrap()), "{line}");
    assert_eq!(line["transport"], "tcp");
}

#[tokio::test]
async fn a_sessions_number_is_a_number_in_each_of_its_json_lines() {
    let mut server = Server::start(&["--log-format", "json", "--log-payload"]).await;
    ask(&mut server.connect().await, b"hello\n").await;
    for event in ["session opened", "message", "session closed"] {
        let line = server.logged(&[&format!("\"message\":\"{event}\"")]).await;
        let line: serde_json::Value = serde_json::from_str(&line).expect(&line);
        assert_eq!(line["session"], 1, "{line}");
    }
}

#[tokio::test]
async fn messages_are_logged_only_if_that_is_asked_for() {
    for flags in [&["--log-payload"][..], &[]] {
        let mut server = Server::start(&[&["--udp", "127.0.0.1:0", "--gap", "off"], flags].concat()).await;
        let mut client = server.connect().await;
        let peer = format!("peer={}", client.local_addr().unwrap());
        client.write_all(b"one\ntwo \x1b[2J\r\nin ").await.unwrap();
        client.write_all(b"two reads\nthe end").await.unwrap();
        client.shutdown().await.unwrap();
        client.read_to_end(&mut Vec::new()).await.unwrap();
        let mut socket = websocket::open(server.http).await;
        socket.send("over a WebSocket".into()).await.unwrap();
        websocket::next(&mut socket).await;
        drop(socket);
        let datagrams = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        datagrams.send_to(b"datagram", server.addresses("udp")[0]).await.unwrap();
        soon("a reply", datagrams.recv(&mut [0; 100])).await.unwrap();
        server.signal("TERM");
        let mut lines: Vec<String> = Vec::new();
        while !lines.last().is_some_and(|line| line.contains("stopped")) {
            lines.push(server.logged(&[""]).await);
        }
        let messages: Vec<&String> = lines.iter().filter(|line| line.contains("payload=")).collect();
        if flags.is_empty() {
            assert_eq!(messages, [""; 0]);
            continue;
        }
        let of_session = |payload| format!("INFO message session=1 {peer} {payload}");
        for (line, expected) in messages.iter().zip([
            of_session(r"bytes=4 payload=one\n"),
            of_session(r"bytes=10 payload=two \x1b[2J\r\n"),
            of_session(r"bytes=13 payload=in two reads\n"),
            of_session("bytes=7 payload=the end"),
            r"bytes=17 payload=over a WebSocket\n".to_owned(),
            "bytes=8 payload=datagram".to_owned(),
        ]) {
            assert!(line.ends_with(&expected), "{line} {expected}");
        }
        assert_eq!(messages.len(), 6, "{messages:#?}");
        assert!(lines[0].contains("session opened"), "{lines:#?}");
    }
}

#[tokio::test]
async fn control_characters_from_clients_are_escaped_in_the_log() {
    use futures_util::{SinkExt, StreamExt};
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::protocol::CloseFrame;

    let mut server = Server::start(&[]).await;
    let mut client = websocket::open(server.http).await;
    let reason = "\x1b[2J\r\nroot logged in\u{202e}";
    client.send(Message::Close(Some(CloseFrame { code: 4000.into(), reason: reason.into() }))).await.unwrap();
    while let Some(Ok(_)) = soon("the end", client.next()).await {}
    let line = server.logged(&["session closed"]).await;
    assert!(line.contains(r"\u{1b}[2J\r\nroot logged in\u{202e}"), "{line}");
    assert!(line.contains("how=close code=4000 "), "{line}");
}

#[tokio::test]
async fn it_keeps_serving_when_nobody_reads_its_log() {
    let mut server = Server::start(&[]).await;
    server.close_log();
    for _ in 0..3 {
        ask(&mut server.connect().await, b"still there?\n").await;
    }
    assert_eq!(server.stop().await, Some(0));
}

/// Connects clients until the server has dropped a line of its log.
async fn fill_the_log(server: &Server) {
    let dropped = "wirestamp_log_lines_dropped_total";
    while metrics::value(server.http, dropped).await == 0 {
        for _ in 0..100 {
            ask(&mut server.connect().await, b"still there?\n").await;
        }
    }
}

#[tokio::test]
async fn a_log_reader_that_stalls_holds_nothing_up_and_lines_that_do_not_fit_are_counted() {
    let mut server = Server::start(&[]).await;
    let stall = server.stall_log().await;
    fill_the_log(&server).await;
    assert_eq!(http::get(server.http, "/healthz", &[]).await.status(), 200);
    drop(stall);
    server.logged(&["WARN", "log lines were dropped", "lines="]).await;
    server.signal("TERM");
    server.logged(&["stopped", "sessions_drained=0 sessions_cut=0"]).await;
    assert_eq!(server.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_signal_ends_it_while_its_log_reader_stalls() {
    let server = Server::start(&[]).await;
    let _stall = server.stall_log().await;
    fill_the_log(&server).await;
    assert_eq!(server.stop().await, Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_it_while_its_log_reader_stalls() {
    let server = Server::start(&["--drain", "1h"]).await;
    let _stall = server.stall_log().await;
    fill_the_log(&server).await;
    let flood = tokio::spawn(flood(server.connect().await));
    metrics::shows(server.http, "wirestamp_sessions_open{transport=\"tcp\"} 1").await;
    server.signal("TERM");
    while http::get(server.http, "/readyz", &[]).await.status() == 200 {}
    server.signal("TERM");
    assert_eq!(server.exit_code().await, Some(130));
    flood.abort();
}
