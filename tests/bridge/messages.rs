//! Messages, pings and handshakes.

use futures_util::SinkExt;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::expect_text;
use crate::support::websocket::{next, open};
use crate::support::{STAMP, Server, http, soon, unstamp};

#[tokio::test]
async fn text_comes_back_stamped_as_text() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    for message in ["hello", "", "grüße", "tab\tand\r", "<script>alert(1)</script>"] {
        client.send(message.into()).await.unwrap();
        expect_text(&mut client, message).await;
    }
}

#[tokio::test]
async fn a_line_feed_at_the_end_is_not_doubled() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    client.send("once\n".into()).await.unwrap();
    client.send("then".into()).await.unwrap();
    expect_text(&mut client, "once").await;
    expect_text(&mut client, "then").await;
}

#[tokio::test]
async fn line_feeds_inside_make_several_lines() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    client.send("a\n\nb".into()).await.unwrap();
    for line in ["a", "", "b"] {
        expect_text(&mut client, line).await;
    }
}

#[tokio::test]
async fn binary_comes_back_as_binary() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    for message in [&b"plain"[..], b"\0\xff\xfe"] {
        client.send(Message::binary(message)).await.unwrap();
        match next(&mut client).await {
            Message::Binary(reply) => assert_eq!(unstamp(&reply), message),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn text_and_binary_in_one_write_come_back_as_text_and_binary() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    for message in [Message::text("a"), Message::binary(&b"b"[..]), Message::text("c\nd")] {
        client.feed(message).await.unwrap();
    }
    client.flush().await.unwrap();
    expect_text(&mut client, "a").await;
    let Message::Binary(reply) = next(&mut client).await else { panic!("not binary") };
    assert_eq!(unstamp(&reply), b"b");
    expect_text(&mut client, "c").await;
    expect_text(&mut client, "d").await;
}

#[tokio::test]
async fn the_subprotocol_binary_is_a_byte_stream() {
    let server = Server::start(&["--gap", "off"]).await;
    let mut request = format!("ws://{}/ws", server.http).into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "base64, binary".parse().unwrap());
    let (mut client, response) = soon("a WebSocket", connect_async(request)).await.unwrap();
    assert_eq!(response.headers()["Sec-WebSocket-Protocol"], "binary");
    // Three chunks make one and a half lines. The bridge adds nothing, and the line feed comes back.
    for chunk in [&b"he"[..], b"llo\nha", b"lf"] {
        client.send(Message::binary(chunk)).await.unwrap();
    }
    let mut stream = Vec::new();
    while stream.len() < STAMP + 6 {
        stream.extend(next(&mut client).await.into_data());
    }
    assert_eq!(unstamp(&stream), b"hello\n");
    client.close(None).await.unwrap();
    let Message::Binary(last) = next(&mut client).await else { panic!("no reply to the incomplete line") };
    assert_eq!(unstamp(&last), b"half");
}

#[tokio::test]
async fn a_ping_is_answered() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    client.send(Message::Ping("are you there".into())).await.unwrap();
    assert_eq!(next(&mut client).await, Message::Pong("are you there".into()));
}

#[tokio::test]
async fn requests_that_are_not_handshakes_are_refused() {
    let server = Server::start(&[]).await;
    let plain = http::get(server.http, "/ws", &[]).await;
    assert_eq!(plain.status(), 426);
    assert_eq!(plain.headers()["upgrade"], "websocket");
    assert_eq!(plain.headers()["connection"], "upgrade");
    let mut headers = http::HANDSHAKE;
    headers[2].1 = "12";
    let old = http::get(server.http, "/ws", &headers).await;
    assert_eq!(old.status(), 426);
    assert_eq!(old.headers()["sec-websocket-version"], "13");
    assert_eq!(old.headers()["connection"], "upgrade");
    headers = http::HANDSHAKE;
    headers[3].1 = "c2hvcnQ=";
    let short = http::get(server.http, "/ws", &headers).await;
    assert_eq!(short.status(), 400);
    assert!(String::from_utf8_lossy(short.body()).contains("Sec-WebSocket-Key"), "{:?}", short.body());
}

#[tokio::test]
async fn a_handshake_may_list_several_options_and_protocols() {
    let server = Server::start(&[]).await;
    let headers = [
        ("connection", "keep-alive"),
        ("connection", "Upgrade"),
        ("upgrade", "h2c,\tWebSocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let accepted = http::get(server.http, "/ws", &headers).await;
    assert_eq!(accepted.status(), 101);
    assert_eq!(accepted.headers()["upgrade"], "websocket");
    assert_eq!(accepted.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}
