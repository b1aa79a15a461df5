//! How a session over the bridge ends, and the code and reason of the Close frame.

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{expect_close, expect_text};
use crate::support::websocket::{next, open};
use crate::support::{Server, soon};

#[tokio::test]
async fn a_message_of_maximum_size_passes_and_a_larger_one_closes_with_1009() {
    let server = Server::start(&["--max-message", "100"]).await;
    let mut client = open(server.http).await;
    let longest = "x".repeat(99);
    client.send(longest.as_str().into()).await.unwrap();
    client.send((longest.clone() + "x").into()).await.unwrap();
    // Earlier messages are still answered.
    expect_text(&mut client, &longest).await;
    let close = expect_close(&mut client).await.unwrap();
    assert_eq!(close.code, CloseCode::Size);
    assert!(close.reason.contains("maximum of 100 bytes"), "{}", close.reason);
}

#[tokio::test]
async fn a_message_far_over_the_maximum_still_gets_the_reason() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    // The Close arrives while the client is still sending. The write may fail, but the reason must arrive.
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
    // A port that was free a moment ago, so nobody listens on it.
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
async fn a_stopping_server_answers_what_was_sent_and_closes_with_1001() {
    let server = Server::start(&[]).await;
    let mut client = open(server.http).await;
    client.send("before".into()).await.unwrap();
    expect_text(&mut client, "before").await;
    server.signal("TERM");
    assert_eq!(expect_close(&mut client).await.unwrap().code, CloseCode::Away);
    assert!(matches!(soon("the end", client.next()).await, None | Some(Err(Error::ConnectionClosed))));
    assert_eq!(server.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_websocket_is_one_session_with_one_id_and_one_ending() {
    let mut server = Server::start(&[]).await;
    let client = open(server.http).await;
    let opened = server.logged(&["session opened", "transport=ws"]).await;
    drop(client);
    let closed = server.logged(&["transport=ws"]).await;
    assert!(closed.contains("session closed") && closed.contains("by=client how=fin"), "{closed}");
    let id = |line: &str| line.split(' ').find(|word| word.starts_with("session=")).map(str::to_owned);
    assert_eq!(id(&opened), id(&closed));
    server.signal("TERM");
    let next = server.logged(&[""]).await;
    assert!(next.contains("stopping"), "one closing line a session, but then came {next}");
}

#[tokio::test]
async fn a_session_that_the_service_ends_says_so_for_the_websocket_too() {
    let mut server = Server::start(&["--idle-timeout", "100ms"]).await;
    let mut client = open(server.http).await;
    let close = expect_close(&mut client).await.unwrap();
    assert_eq!(close.code, CloseCode::Normal);
    drop(client);
    server.logged(&["session closed", "transport=ws", "by=server how=idle"]).await;
}
