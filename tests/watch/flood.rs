//! More messages than can be told.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::support::watcher::Watcher;
use crate::support::{STAMP, Server, metrics, soon};

/// `--watch-memory`.
const LIMIT: u64 = 1 << 20;

/// How long the flood lasts, and the most messages that it has.
const FLOOD: Duration = Duration::from_millis(1500);
const MOST: usize = 1_000_000;

const LINE: &[u8] = b"line\n";
const LINES_A_WRITE: usize = 1000;

/// Sends lines as fast as they are taken, and reads every reply. Returns how many there were.
async fn flood(client: TcpStream) -> usize {
    let (mut reader, mut writer) = client.into_split();
    let reading = tokio::spawn(async move {
        let (mut buffer, mut bytes) = (vec![0; 1 << 18], 0);
        loop {
            match reader.read(&mut buffer).await.unwrap() {
                0 => return bytes,
                len => bytes += len,
            }
        }
    });
    let (began, mut sent) = (Instant::now(), 0);
    let lines = LINE.repeat(LINES_A_WRITE);
    while began.elapsed() < FLOOD && sent < MOST {
        soon("room for lines", writer.write_all(&lines)).await.unwrap();
        sent += LINES_A_WRITE;
    }
    writer.shutdown().await.unwrap();
    let bytes = soon("the last reply", reading).await.unwrap();
    assert_eq!(bytes, sent * (STAMP + LINE.len()), "a reply to every line");
    println!("{:.0} messages a second", sent as f64 / began.elapsed().as_secs_f64());
    sent
}

/// The most memory that watching takes until `done`: by the server's own account, and how much its process grows.
async fn most_memory(server: &Server, before: usize, done: watch::Receiver<bool>) -> (u64, usize) {
    let mut most = (0, 0);
    while !*done.borrow() {
        most.0 = metrics::value(server.http, "wirestamp_watch_memory_bytes").await.max(most.0);
        most.1 = server.anonymous_memory().saturating_sub(before).max(most.1);
    }
    most
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// What a watcher was told of one session.
#[derive(Default)]
struct Account {
    /// How many events it got, and how many it missed by its own fault.
    events: u64,
    late: u64,
    /// How many messages it got, and how many were dropped before they were events.
    messages: u64,
    dropped: u64,
    /// The number of the last message.
    seq: u64,
    /// How many numbers lie between the messages, beyond what is said to be dropped.
    unaccounted: u64,
}

impl Account {
    /// Follows a watcher to the close of the session, and checks that no event is missing without being counted.
    async fn of(mut watcher: Watcher) -> (Self, Value) {
        let (mut account, mut since) = (Self::default(), 0);
        loop {
            let event = watcher.next().await.expect("the server goes on");
            let id = number_of(&event);
            match event["type"].as_str().unwrap() {
                "message" => {
                    let seq = number(&event["seq"]);
                    assert!(seq > account.seq + since, "{event}");
                    account.unaccounted += seq - account.seq - since - 1;
                    (account.seq, since) = (seq, 0);
                    account.messages += 1;
                }
                "dropped" if number(&event["events"]) > 0 => account.late += number(&event["events"]),
                "dropped" => {
                    account.dropped += number(&event["messages"]);
                    since += number(&event["messages"]);
                }
                _ => {}
            }
            // One that tells of missing events has the number of the last of them.
            account.events += u64::from(event["type"] != "dropped" || event["events"] == 0);
            assert_eq!(id, account.events + account.late, "an event is missing before {event}");
            if event["type"] == "close" {
                account.unaccounted += number(&event["messages"]) - account.seq - since;
                return (account, event);
            }
        }
    }
}

/// The number of an event in its run.
fn number_of(event: &Value) -> u64 {
    event["id"].as_str().unwrap().split('-').nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_answered_and_watched_in_bounded_memory_and_what_is_not_told_is_counted() {
    let server = Server::start(&["--watch-memory", "1MiB"]).await;
    let mut stuck = TcpStream::connect(server.http).await.unwrap();
    stuck.write_all(b"GET /api/events.ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let watchers = [Watcher::start(&server, "").await, Watcher::start(&server, "").await];
    let watching = watchers.map(|watcher| tokio::spawn(Account::of(watcher)));
    let before = server.anonymous_memory();

    let (done, is_done) = watch::channel(false);
    let client = server.connect().await;
    let flooding = async {
        let sent = flood(client).await as u64;
        let mut accounts = Vec::new();
        for account in watching {
            accounts.push(soon("the close", account).await.unwrap());
        }
        done.send_replace(true);
        (sent, accounts)
    };
    let ((sent, accounts), (memory, growth)) = tokio::join!(flooding, most_memory(&server, before, is_done));

    println!("{} KiB for watching; {} KiB of growth", memory / 1024, growth / 1024);
    assert!((1..=LIMIT).contains(&memory), "{memory}");
    assert!(growth < 8 << 20, "{growth}");
    for (Account { messages, dropped, late, unaccounted, .. }, close) in accounts {
        println!(
            "{messages} messages, {dropped} dropped, {late} events missed, {unaccounted} messages in them"
        );
        assert_eq!(close["messages"], sent, "{close}");
        assert_eq!(close["bytes_in"], sent * LINE.len() as u64, "{close}");
        assert_eq!(messages + dropped + unaccounted, sent);
        // Only where events were missed is the number of messages unknown.
        assert!(unaccounted == 0 || late > 0, "{unaccounted}");
    }
    // What isn't read fills the stuck one's connection and its place, which isn't more than the others have.
    let mut begun = [0; 15];
    soon("the stuck one's stream", stuck.read_exact(&mut begun)).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    assert_eq!(server.stop().await, Some(0));
}
