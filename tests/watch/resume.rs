//! From where on a watcher is told, and what of it.

use std::time::Duration;

use chrono::Utc;
use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio::net::UdpSocket;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;

use crate::support::server::ask;
use crate::support::watcher::{Watcher, all, sessions, told};
use crate::support::{Server, soon, websocket};

/// Has `count` lines answered in a connection of its own, and waits until its end is told.
async fn talk(server: &Server, count: usize) {
    let mut watcher = Watcher::start(server, "since=now&type=close").await;
    let mut client = server.connect().await;
    for n in 0..count {
        ask(&mut client, format!("line {n}\n").as_bytes()).await;
    }
    drop(client);
    watcher.next_of("close").await;
}

/// The run of the server that an event's id is of.
fn run_of(id: &Value) -> u64 {
    u64::from_str_radix(id.as_str().unwrap().split('-').next().unwrap(), 16).unwrap()
}

#[tokio::test]
async fn a_watcher_that_comes_back_goes_on_without_a_gap_or_a_repetition() {
    let server = Server::start(&[]).await;
    talk(&server, 5).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut seen = Vec::new();
    while seen.len() < 4 {
        seen.push(watcher.next().await.unwrap());
    }
    drop(watcher);
    let last = seen[3]["id"].as_str().unwrap();
    talk(&server, 5).await;

    let everything = told(&server, "").await;
    assert_eq!(everything.len(), 2 * 7);
    let run = run_of(&everything[0]["id"]);
    let ids: Vec<Value> = (1..=14).map(|number| json!(format!("{run:x}-{number}"))).collect();
    assert_eq!(all(&everything, "id"), ids.iter().collect::<Vec<_>>());
    assert_eq!(seen, everything[..4]);
    assert_eq!(told(&server, &format!("since={last}")).await, everything[4..]);
    // A browser sends the query of its first request again.
    let header = [("last-event-id", last)];
    let back = Watcher::start_with(&server, "follow=no&since=now", &header).await;
    assert_eq!(back.rest().await, everything[4..]);
}

#[tokio::test]
async fn after_a_restart_everything_is_told_from_the_oldest_event_on() {
    let server = Server::start(&[]).await;
    talk(&server, 5).await;
    let before = told(&server, "").await;
    let last = &before.last().unwrap()["id"];
    assert_eq!(server.stop().await, Some(0));
    // A run is named after the second of its start.
    let next_second = async {
        while Utc::now().timestamp().cast_unsigned() == run_of(last) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    soon("the next second", next_second).await;
    let server = Server::start(&[]).await;
    talk(&server, 1).await;
    let since = format!("since={}", last.as_str().unwrap());
    let after = told(&server, &since).await;
    assert_eq!(after, told(&server, "").await);
    assert_eq!(all(&after, "type"), ["open", "message", "close"]);
    assert_ne!(run_of(&after[0]["id"]), run_of(last));
}

#[tokio::test]
async fn filters_choose_by_session_transport_and_type() {
    let server = Server::start(&["--udp", "127.0.0.1:0"]).await;
    talk(&server, 2).await;
    talk(&server, 1).await;
    let mut watcher = Watcher::start(&server, "since=now").await;
    let peer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    peer.send_to(b"a datagram", server.addresses("udp")[0]).await.unwrap();
    watcher.next_of("message").await;
    let mut client = websocket::open(server.http).await;
    client.send(Message::text("hello")).await.unwrap();
    watcher.next_of("message").await;

    let everything = told(&server, "").await;
    assert_eq!(everything.len(), 4 + 3 + 2 + 2);
    let (first, second) = (&everything[0]["session"], &everything[4]["session"]);
    let is_of = |event: &Value, field: &str, values: &[Value]| values.contains(&event[field]);
    for (query, field, values) in [
        ("transport=udp".to_owned(), "transport", vec![json!("udp")]),
        ("transport=tcp,ws".to_owned(), "transport", vec![json!("tcp"), json!("ws")]),
        (format!("session={second}"), "session", vec![second.clone()]),
        (format!("session={first}&session={second}"), "session", vec![first.clone(), second.clone()]),
        ("type=close".to_owned(), "type", vec![json!("close")]),
        ("type=open,message".to_owned(), "type", vec![json!("open"), json!("message")]),
    ] {
        let expected: Vec<Value> =
            everything.iter().filter(|event| is_of(event, field, &values)).cloned().collect();
        assert!(!expected.is_empty() && expected.len() < everything.len(), "{query}");
        assert_eq!(told(&server, &query).await, expected, "{query}");
    }
    let both = told(&server, &format!("session={first}&type=message")).await;
    assert_eq!(all(&both, "text"), ["line 0\n", "line 1\n"]);
}

#[tokio::test]
async fn without_memory_only_what_happens_while_somebody_watches_is_told() {
    let server = Server::start(&["--watch-memory", "0"]).await;
    let mut early = server.connect().await;
    ask(&mut early, b"before\n").await;
    assert_eq!(told(&server, "").await, Vec::<Value>::new());

    let mut watcher = Watcher::start(&server, "").await;
    let mut client = server.connect().await;
    ask(&mut client, b"hello\n").await;
    drop(client);
    let heard = [watcher.next().await, watcher.next().await, watcher.next().await].map(Option::unwrap);
    assert_eq!(all(&heard, "type"), ["open", "message", "close"]);

    // A session that began before is introduced when it speaks.
    ask(&mut early, b"again\n").await;
    let open = watcher.next().await.unwrap();
    let peer = json!(early.local_addr().unwrap());
    assert_eq!((&open["type"], &open["peer"]), (&json!("open"), &peer), "{open}");
    let message = watcher.next().await.unwrap();
    assert_eq!((&message["text"], &message["seq"]), (&json!("again\n"), &json!(2)), "{message}");
    assert_eq!((&message["session"], &message["peer"]), (&open["session"], &peer), "{message}");
    drop(early);
    let close = watcher.next().await.unwrap();
    assert_eq!((&close["bytes_in"], &close["messages"]), (&json!(13), &json!(2)), "{close}");
}

#[tokio::test]
async fn sessions_are_listed_while_they_are_open_and_for_a_while_after() {
    let server = Server::start(&[]).await;
    let mut watcher = Watcher::start(&server, "").await;
    let mut open = server.connect().await;
    ask(&mut open, b"hello\r\n").await;
    let told = watcher.next_of("message").await;
    talk(&server, 3).await;
    let listed = sessions(&server).await;
    let (still, ended) = (&listed["open"], &listed["ended"]);
    let counts = (still.as_array().unwrap().len(), ended.as_array().unwrap().len());
    assert_eq!(counts, (1, 1), "{listed:#}");
    for field in ["session", "transport", "peer", "listener"] {
        assert_eq!(still[0][field], told[field], "{field}");
    }
    let totals = [&still[0]["messages"], &still[0]["bytes_in"], &still[0]["bytes_out"]];
    assert_eq!(totals, [&json!(1), &json!(7), &json!(34)]);
    assert_eq!((&still[0]["ended"], &still[0]["hints"]), (&Value::Null, &json!(["crlf"])));
    assert_eq!((&ended[0]["ended"]["by"], &ended[0]["ended"]["how"]), (&json!("client"), &json!("fin")));
    assert!(ended[0]["verdict"].as_str().unwrap().starts_with("3 messages, 21 bytes."), "{listed:#}");
}
