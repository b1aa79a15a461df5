//! The WebSocket bridge, with tokio-tungstenite as its client.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{STAMP, Server, http, soon, unstamp};

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn open(at: SocketAddr) -> Client {
    soon("a WebSocket", connect_async(format!("ws://{at}/ws"))).await.unwrap().0
}

async fn next(client: &mut Client) -> Message {
    soon("a message", client.next()).await.expect("the stream goes on").unwrap()
}

/// The next message, which is to be the reply to `sent` as text.
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
async fn the_subprotocol_binary_is_a_byte_stream() {
    let server = Server::start(&["--gap", "off"]).await;
    let mut request = format!("ws://{}/ws", server.http).into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "base64, binary".parse().unwrap());
    let (mut client, response) = soon("a WebSocket", connect_async(request)).await.unwrap();
    assert_eq!(response.headers()["Sec-WebSocket-Protocol"], "binary");
    // Three chunks, one line and a half: nothing is added, and the line feed comes back.
    for chunk in [&b"he"[..], b"llo\nha", b"lf"] {
        client.send(Message::binary(chunk)).await.unwrap();
    }
    let mut stream = Vec::new();
    while stream.len() < STAMP + 6 {
        stream.extend(next(&mut client).await.into_data());
    }
    assert_eq!(unstamp(&stream), b"hello\n");
    client.close(None).await.unwrap();
    let Message::Binary(last) = next(&mut client).await else { panic!("the half line's reply is lost") };
    assert_eq!(unstamp(&last), b"half");
}

#[tokio::test]
async fn a_message_of_the_maximum_passes_and_one_over_it_closes_with_1009() {
    let server = Server::start(&["--max-message", "100"]).await;
    let mut client = open(server.http).await;
    let longest = "x".repeat(99);
    client.send(longest.as_str().into()).await.unwrap();
    client.send((longest.clone() + "x").into()).await.unwrap();
    // What came before it is still answered.
    expect_text(&mut client, &longest).await;
    let close = expect_close(&mut client).await.unwrap();
    assert_eq!(close.code, CloseCode::Size);
    assert!(close.reason.contains("maximum of 100 bytes"), "{}", close.reason);
}

#[tokio::test]
async fn a_message_far_over_the_maximum_still_hears_why() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    // The close frame comes while the client still sends: it may see its write fail, never a lost reason.
    let _ = client.send("x".repeat(8 << 20).into()).await;
    assert_eq!(expect_close(&mut client).await.unwrap().code, CloseCode::Size);
}

#[tokio::test]
async fn the_clients_last_messages_are_answered_before_its_close() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    for number in 0..100 {
        client.feed(format!("{number}").into()).await.unwrap();
    }
    let goodbye = CloseFrame { code: CloseCode::Normal, reason: "done".into() };
    client.close(Some(goodbye.clone())).await.unwrap();
    for number in 0..100 {
        expect_text(&mut client, &number.to_string()).await;
    }
    assert_eq!(expect_close(&mut client).await, Some(goodbye));
    assert!(matches!(soon("the end", client.next()).await, None | Some(Err(Error::ConnectionClosed))));
}

#[tokio::test]
async fn the_services_last_bytes_arrive_before_the_close() {
    let service = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = service.local_addr().unwrap().to_string();
    let server = Server::start(&["--upstream", &upstream]).await;
    let mut client = open(server.http).await;
    client.send("hello".into()).await.unwrap();

    let (mut dialled, _) = soon("the bridge's connection", service.accept()).await.unwrap();
    let mut line = [0; 6];
    soon("the line", dialled.read_exact(&mut line)).await.unwrap();
    assert_eq!(&line, b"hello\n");
    dialled.write_all(b"first\nlast, without a line feed").await.unwrap();
    drop(dialled);

    assert_eq!(next(&mut client).await, Message::text("first"));
    assert_eq!(next(&mut client).await, Message::text("last, without a line feed"));
    let close = expect_close(&mut client).await.unwrap();
    assert_eq!(
        (close.code, close.reason.as_str()),
        (CloseCode::Normal, "the timestamp service ended the session")
    );
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_is_named_in_the_close() {
    // A port that was free a moment ago, and that nobody listens on.
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let mut server = Server::start(&["--upstream", &nobody]).await;
    let mut client = open(server.http).await;
    let close = expect_close(&mut client).await.unwrap();
    assert_eq!(close.code, CloseCode::Error);
    let reason = format!("cannot reach the timestamp service at {nobody}: connection refused");
    assert_eq!(close.reason.as_str(), reason);
    server.logged(&["WARN", &reason]).await;
}

#[tokio::test]
async fn a_ping_is_answered() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    client.send(Message::Ping("are you there".into())).await.unwrap();
    assert_eq!(next(&mut client).await, Message::Pong("are you there".into()));
}

#[tokio::test]
async fn a_stopping_server_answers_what_was_sent_and_closes_with_1001() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    client.send("before".into()).await.unwrap();
    expect_text(&mut client, "before").await;
    server.signal("TERM");
    assert_eq!(expect_close(&mut client).await.unwrap().code, CloseCode::Away);
    assert!(matches!(soon("the end", client.next()).await, None | Some(Err(Error::ConnectionClosed))));
    assert_eq!(server.stop_was_asked().await, Some(0));
}

#[tokio::test]
async fn a_client_that_vanishes_ends_its_bridge_and_its_session() {
    let mut server = Server::start(&[]).await;
    let client = open(server.http).await;
    drop(client);
    // In whichever order they end.
    let first = server.logged(&["closed", "transport=ws"]).await;
    let second = server.logged(&["closed", "transport=ws"]).await;
    assert_ne!(first.contains("bridge closed"), second.contains("bridge closed"), "{first}\n{second}");
}

#[tokio::test]
async fn what_is_no_handshake_is_told_so() {
    let server = Server::start(&[]).await;
    let plain = http::get(server.http, "/ws", &[]).await;
    assert_eq!(plain.status(), 426);
    assert_eq!(plain.headers()["upgrade"], "websocket");
    let headers = [("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "12")];
    let old = http::get(server.http, "/ws", &headers).await;
    assert_eq!(old.status(), 400);
    assert!(String::from_utf8_lossy(old.body()).contains("Sec-WebSocket-Version"), "{:?}", old.body());
}
