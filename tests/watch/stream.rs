//! What is told of each kind of client: the pieces of its messages, its end, and the verdict.

use std::time::Duration;

use chrono::DateTime;
use futures_util::SinkExt;
use serde_json::{Value, json};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UdpSocket, UnixStream};
use tokio::time::{interval, sleep};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::support::place::Place;
use crate::support::server::ask;
use crate::support::shell::bash;
use crate::support::watcher::Watcher;
use crate::support::{Server, websocket};

/// The nanoseconds of a time in an event.
fn nanos(time: &Value) -> i64 {
    DateTime::parse_from_rfc3339(time.as_str().unwrap()).unwrap().timestamp_nanos_opt().unwrap()
}

/// How many bytes each read of a message had.
fn sizes(message: &Value) -> Vec<u64> {
    message["reads"].as_array().unwrap().iter().map(|read| read["bytes"].as_u64().unwrap()).collect()
}

/// Checks how a session ended and what its verdict says.
fn assert_end(close: &Value, by: &str, how: &str, hints: &[&str], words: &[&str]) {
    assert_eq!((&close["by"], &close["how"]), (&json!(by), &json!(how)), "{close}");
    assert_eq!(close["hints"], json!(hints), "{close}");
    let verdict = close["verdict"].as_str().unwrap();
    for words in words {
        assert!(verdict.contains(words), "{verdict:?} lacks {words:?}");
    }
}

/// Checks what anatomy a message has: its terminator, its end, and how many messages shared its last read.
fn assert_cut(message: &Value, terminator: &str, end: &str, shared: u64) {
    let anatomy = json!([message["terminator"], message["end"], message["shared"]]);
    assert_eq!(anatomy, json!([terminator, end, shared]), "{message}");
    assert_eq!(sizes(message).iter().sum::<u64>(), message["bytes"].as_u64().unwrap(), "{message}");
    assert_eq!(message["reads"].as_array().unwrap().last().unwrap()["at"], message["at"], "{message}");
    assert_eq!(message["reads"][0]["at"], message["first_at"], "{message}");
}

/// Sends a line in a connection of its own, and returns how that ended.
async fn first_bytes(bytes: &[u8]) -> Value {
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = server.connect().await;
    client.write_all(bytes).await.unwrap();
    assert_eq!(watcher.next_of("message").await["bytes"], bytes.len());
    client.shutdown().await.unwrap();
    client.read_to_end(&mut Vec::new()).await.unwrap();
    watcher.next_of("close").await
}

#[tokio::test]
async fn a_line_of_netcat() {
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let before = chrono::Utc::now().timestamp_nanos_opt().unwrap();
    let line = format!("echo hello | nc -N 127.0.0.1 {}", server.tcp.port());
    let reply = String::from_utf8(bash(&line).await.stdout).unwrap();

    let open = watcher.next().await.unwrap();
    let peer = open["peer"].as_str().unwrap();
    assert!(peer.starts_with("127.0.0.1:"), "{open}");
    let message = watcher.next().await.unwrap();
    assert_cut(&message, "lf", "lf", 1);
    assert_eq!((&message["text"], &message["seq"]), (&json!("hello\n"), &json!(1)), "{message}");
    assert_eq!(format!("[{}] hello\n", message["stamp"].as_str().unwrap()), reply);
    assert_eq!((&message["source"], sizes(&message)), (&json!("kernel"), vec![6]), "{message}");
    let (wait, service) = (message["wait_ns"].as_i64().unwrap(), message["service_ns"].as_i64().unwrap());
    assert!(0 <= wait && wait < service, "{message}");
    let age = nanos(&message["at"]) - before;
    assert!((0..60_000_000_000).contains(&age), "{message}");

    let close = watcher.next().await.unwrap();
    for event in [&open, &message, &close] {
        assert_eq!((&event["session"], &event["peer"]), (&json!(1), &json!(peer)), "{event}");
        assert_eq!((&event["transport"], &event["listener"]), (&json!("tcp"), &json!(server.tcp)), "{event}");
    }
    // Its FIN comes right behind the line: either of them may be handled first.
    assert_eq!(close["by"], "client");
    let totals = json!([close["reads"], close["messages"], close["bytes_in"], close["bytes_out"]]);
    assert_eq!(totals, json!([1, 1, 6, 33]));
    let verdict = close["verdict"].as_str().unwrap();
    assert!(verdict.starts_with("1 message, 6 bytes. It came in one read and ended with LF."), "{verdict}");
}

#[tokio::test]
async fn a_device_that_dribbles_a_byte_every_ten_milliseconds() {
    const SAID: &str = "temperature=21.4 humidity=48 battery=3";
    // A busy computer may be late by more than the default, 50 ms.
    let server = Server::start(&["--gap", "1s"]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = server.connect().await;
    client.set_nodelay(true).unwrap();
    let mut pace = interval(Duration::from_millis(10));
    for byte in SAID.bytes() {
        pace.tick().await;
        client.write_all(&[byte]).await.unwrap();
    }
    let message = watcher.next_of("message").await;
    assert_cut(&message, "none", "gap", 1);
    assert_eq!(message["text"], SAID);
    // On a busy computer, some bytes are read together.
    let reads = sizes(&message).len();
    assert!(reads > SAID.len() / 2, "{message}");
    assert!(message["service_ns"].as_u64().unwrap() >= 1_000_000_000, "{message}");
    assert_eq!(message["news"]["hints"], json!(["byte-by-byte", "no-terminator"]));

    client.read_exact(&mut [0; 27 + SAID.len()]).await.unwrap();
    drop(client);
    let close = watcher.next_of("close").await;
    let amount = format!("{} bytes in {reads} reads over ", SAID.len());
    let words = [&amount, " ms: the client writes byte by byte.", "cut by the 1 s gap", "with FIN."];
    assert_end(&close, "client", "fin", &["byte-by-byte", "no-terminator"], &words);
}

#[tokio::test]
async fn a_line_in_two_writes_40_ms_apart() {
    let server = Server::start(&["--gap", "5s"]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = server.connect().await;
    client.set_nodelay(true).unwrap();
    client.write_all(b"half a ").await.unwrap();
    // The pause is what the test is about.
    sleep(Duration::from_millis(40)).await;
    client.write_all(b"line\r\n").await.unwrap();
    let message = watcher.next_of("message").await;
    assert_cut(&message, "crlf", "lf", 1);
    assert_eq!((&message["text"], sizes(&message)), (&json!("half a line\r\n"), vec![7, 6]));
    let pause = nanos(&message["at"]) - nanos(&message["first_at"]);
    assert!(pause >= 39_000_000, "{message}");
    client.read_exact(&mut [0; 27 + 13]).await.unwrap();
    drop(client);
    let close = watcher.next_of("close").await;
    let words = ["with a pause of ", " ms. A read is not a TCP segment"];
    assert_end(&close, "client", "fin", &["split-line", "crlf"], &words);
}

#[tokio::test]
async fn a_message_at_the_maximum_of_64_kib() {
    const MAXIMUM: usize = 64 * 1024;
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = server.connect().await;
    let sent = [&[b'x'; MAXIMUM][..], b"rest\n"].concat();
    let (mut reader, mut writer) = client.split();
    let mut reply = vec![0; sent.len() + 2 * 27];
    let (written, read) = tokio::join!(writer.write_all(&sent), reader.read_exact(&mut reply));
    written.unwrap();
    read.unwrap();
    let message = watcher.next_of("message").await;
    assert_eq!((&message["end"], &message["terminator"]), (&json!("cap"), &json!("none")), "{message}");
    assert_eq!(message["bytes"], MAXIMUM);
    assert_eq!(message["text"], "x".repeat(4096), "the payload is cut");
    assert_eq!(sizes(&message).iter().sum::<u64>(), MAXIMUM as u64);
    let rest = watcher.next_of("message").await;
    assert_eq!((&rest["text"], &rest["seq"]), (&json!("rest\n"), &json!(2)));
    drop(client);
    let close = watcher.next_of("close").await;
    assert_eq!((&close["bytes_in"], &close["messages"]), (&json!(sent.len()), &json!(2)));
    let words = "One message was cut at the maximum length, as no line feed came.";
    assert!(close["verdict"].as_str().unwrap().contains(words), "{close}");
}

#[tokio::test]
async fn a_reset_and_a_fin() {
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = server.connect().await;
    ask(&mut client, b"hello\n").await;
    SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
    drop(client);
    let words = ["The client sent RST ", " after the reply."];
    assert_end(&watcher.next_of("close").await, "client", "reset", &["reset"], &words);

    let mut client = server.connect().await;
    ask(&mut client, b"hello\n").await;
    drop(client);
    let words = ["The client ended the stream with FIN."];
    assert_end(&watcher.next_of("close").await, "client", "fin", &[], &words);
}

#[tokio::test]
async fn a_half_close_that_ends_the_last_message() {
    let server = Server::start(&["--gap", "60s"]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let line = format!("printf 'no line feed' | nc -N 127.0.0.1 {}", server.tcp.port());
    let reply = bash(&line).await.stdout;
    assert!(reply.ends_with(b"] no line feed"), "{}", reply.escape_ascii());
    let message = watcher.next_of("message").await;
    assert_cut(&message, "none", "eof", 1);
    let close = watcher.next_of("close").await;
    let words =
        ["the end of the stream ended it", "sent FIN before its last reply was written", "as nc -N does"];
    assert_end(&close, "client", "half-close", &["no-terminator", "early-fin"], &words);
}

#[tokio::test]
async fn a_probe_that_connects_and_closes() {
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    drop(server.connect().await);
    let close = watcher.next_of("close").await;
    assert_end(&close, "client", "fin", &["probe"], &["without sending a byte"]);
}

#[tokio::test]
async fn a_tls_client() {
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let line = format!("openssl s_client -connect {} -servername sensor.example </dev/null", server.tcp);
    assert!(!bash(&line).await.status.success());
    let message = watcher.next_of("message").await;
    assert!(message["base64"].as_str().unwrap().starts_with("FgMB"), "{message}");
    let close = watcher.next_of("close").await;
    assert_eq!((&close["hints"][0], &close["by"]), (&json!("tls"), &json!("client")), "{close}");
    let said = "The client speaks TLS: it sent a ClientHello for \"sensor.example\".";
    assert!(close["verdict"].as_str().unwrap().starts_with(said), "{close}");
}

#[tokio::test]
async fn an_http_client() {
    let close = first_bytes(b"GET /status HTTP/1.0\n").await;
    let words = ["The client speaks HTTP: it sent \"GET /status\".", "The page is on the HTTP port."];
    assert_eq!(close["hints"][0], "http", "{close}");
    assert!(words.iter().all(|words| close["verdict"].as_str().unwrap().contains(words)), "{close}");
}

#[tokio::test]
async fn a_datagram_is_a_message_of_a_session_that_stays_open() {
    let server = Server::start(&["--udp", "127.0.0.1:0"]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for seq in 1..=2 {
        peer.send_to(b"a datagram", server.addresses("udp")[0]).await.unwrap();
        if seq == 1 {
            let open = watcher.next().await.unwrap();
            assert_eq!((&open["type"], &open["transport"]), (&json!("open"), &json!("udp")));
        }
        let message = watcher.next().await.unwrap();
        assert_cut(&message, "none", "datagram", 1);
        assert_eq!((&message["seq"], &message["text"]), (&json!(seq), &json!("a datagram")), "{message}");
        assert_eq!(message["peer"], json!(peer.local_addr().unwrap()));
        assert_eq!(message["unanswered"], Value::Null);
    }
}

#[tokio::test]
async fn a_unix_client_is_told_by_its_process() {
    let place = Place::new();
    let server = Server::start(&["--unix", place.text()]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = UnixStream::connect(place.path()).await.unwrap();
    client.write_all(b"one\ntwo\n").await.unwrap();
    for (seq, text) in [(1, "one\n"), (2, "two\n")] {
        let message = watcher.next_of("message").await;
        assert_cut(&message, "lf", "lf", 2);
        assert_eq!((&message["seq"], &message["text"]), (&json!(seq), &json!(text)));
        assert!(message["peer"].as_str().unwrap().starts_with(&format!("pid:{},", std::process::id())));
        assert_eq!((&message["listener"], &message["transport"]), (&json!(place.text()), &json!("unix")));
        // The kernel has no times for Unix sockets.
        assert_eq!((&message["source"], &message["wait_ns"]), (&json!("read"), &Value::Null));
    }
    client.read_exact(&mut [0; 2 * 31]).await.unwrap();
    drop(client);
    let words = ["Up to 2 messages shared a read", "The client ended the stream."];
    assert_end(&watcher.next_of("close").await, "client", "fin", &["coalesced"], &words);
}

#[tokio::test]
async fn a_websocket_with_its_label_and_its_close_code() {
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut client = websocket::open_url(&format!("ws://{}/ws?label=sensor%207", server.http)).await;
    let open = watcher.next().await.unwrap();
    assert_eq!((&open["label"], &open["transport"]), (&json!("sensor 7"), &json!("ws")), "{open}");
    client.send(Message::text("hello")).await.unwrap();
    let message = watcher.next().await.unwrap();
    assert_eq!((&message["type"], &message["text"]), (&json!("message"), &json!("hello\n")), "{message}");
    assert_cut(&message, "lf", "lf", 1);
    let reply = websocket::next(&mut client).await.into_text().unwrap();
    assert!(reply.ends_with("] hello"), "{reply:?}");
    let frame = CloseFrame { code: 1000.into(), reason: "done".into() };
    client.close(Some(frame)).await.unwrap();
    let close = watcher.next().await.unwrap();
    assert_eq!((&close["type"], &close["code"]), (&json!("close"), &json!(1000)), "{close}");
    assert_end(&close, "client", "close", &[], &["The client closed the WebSocket with code 1000"]);
}
