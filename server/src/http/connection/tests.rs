use super::*;

use std::num::NonZeroUsize;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use wirestamp_protocol::Format;

use crate::admission::Admission;
use crate::bridge::upstream::Upstream;
use crate::bridge::{Backend, Bridges};
use crate::http::access::Access;
use crate::http::access::policy::{AccessPolicy, Allowed};
use crate::http::access::watch::{WatchAccess, WatchCheck};
use crate::http::events::Events;
use crate::http::info::Info;
use crate::http::router;
use crate::peer::{Peer, Transport};
use crate::session::settings::ServiceSettings;
use crate::watch::{self, Rules, Watch};
use crate::zone::Zone;

const STALL_TIMEOUT: Duration = Duration::from_secs(60);

/// A client of the server's routes. Time passes only while every task waits.
struct Client {
    stream: DuplexStream,
}

/// Connects a client, with a buffer of `buffer` bytes in each direction.
fn client(buffer: usize) -> Client {
    client_of(buffer, 1)
}

/// Connects a client to a server with so many places. If there are none, it gets one of the reserve.
fn client_of(buffer: usize, places: usize) -> Client {
    let (stream, servers_end) = duplex(buffer);
    let (close, journal) = (CancellationToken::new(), Journal::new(false));
    let bridges = Bridges {
        backend: Backend::Elsewhere(Upstream("service.invalid:1".parse().unwrap())),
        max_message: NonZeroUsize::MIN,
        stall_timeout: Duration::from_secs(60),
        journal: journal.clone(),
        tasks: TaskTracker::new(),
        stop: close.clone(),
    };
    let settings = ServiceSettings {
        gap: None,
        max_message: NonZeroUsize::MIN,
        stall_timeout: Duration::from_secs(60),
        idle_timeout: None,
        zone: Zone::Utc,
    };
    let policy = Arc::new(AccessPolicy::new(&["localhost"], &[], Allowed::default()));
    let access = Access { policy, journal: journal.clone() };
    let streams = Admission::new("stream", 1, None, journal.clone());
    let info = Info::new(&[], &settings, None, "open");
    let rules = Rules { zone: Zone::Utc, gap: None, max_message: 1 };
    let watching = watch::Settings { rules, memory: 0, journal: journal.clone() };
    let events = Events::new(Watch::start(watching).unwrap(), journal.clone(), close.clone());
    let watchers = WatchCheck { access: Arc::new(WatchAccess::Open), journal: journal.clone() };
    let routes = router::routes(bridges, info, streams.clone(), true, events, watchers, access);
    let profile = Arc::new(Profile { format: Format::default() });
    let listener = ListenerName("127.0.0.1:8080".into());
    let peer = Peer::Process { pid: None, uid: 0 };
    tokio::spawn(async move {
        let admission = streams.beside("http", places, 1);
        let admitted = admission.admit(peer, admission.place().await).unwrap();
        let arrival = Arrival { stream: servers_end, peer, transport: Transport::Tcp };
        Http { routes, profile, listener, journal, stall_timeout: STALL_TIMEOUT, close }
            .serve(arrival, admitted)
            .await;
    });
    Client { stream }
}

impl Client {
    async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads until the server closes the connection. Returns what came, and how long that took.
    async fn read_to_end(&mut self) -> (String, Duration) {
        let begun = Instant::now();
        let mut all = Vec::new();
        self.stream.read_to_end(&mut all).await.unwrap();
        (String::from_utf8(all).unwrap(), begun.elapsed())
    }
}

const GET: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";

#[tokio::test(start_paused = true)]
async fn a_client_that_sends_nothing_is_disconnected() {
    assert_eq!(client(1024).read_to_end().await, (String::new(), HEAD_TIMEOUT));
}

#[tokio::test(start_paused = true)]
async fn at_the_limit_a_client_gets_one_response_and_only_monitoring_is_served() {
    for (path, status, body) in [
        ("/healthz", 200, "ok\n"),
        ("/metrics", 200, "# HELP "),
        ("/readyz", 503, "at the limit of connections\n"),
        ("/", 503, "at the limit of connections\n"),
        ("/ws", 503, "at the limit of connections\n"),
    ] {
        let mut client = client_of(1 << 20, 0);
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await;
        let (said, waited) = client.read_to_end().await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {said}");
        assert!(said.to_lowercase().contains("\r\nconnection: close\r\n"), "{said}");
        assert!(said.split_once("\r\n\r\n").unwrap().1.starts_with(body), "{path}: {said}");
        assert_eq!(waited, Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn at_the_limit_a_client_that_sends_nothing_is_soon_disconnected() {
    assert_eq!(client_of(1024, 0).read_to_end().await, (String::new(), RESERVE_HEAD_TIMEOUT));
}

#[tokio::test(start_paused = true)]
async fn a_head_is_timed_as_a_whole_even_if_it_drips_steadily() {
    let Client { stream } = client(1024);
    let (mut reads, mut writes) = tokio::io::split(stream);
    let begun = Instant::now();
    let dripping = tokio::spawn(async move {
        let mut head = GET.bytes().chain(std::iter::repeat(b'x'));
        while let Some(byte) = head.next()
            && writes.write_all(&[byte]).await.is_ok()
        {
            sleep(Duration::from_secs(1)).await;
        }
    });
    let mut said = Vec::new();
    reads.read_to_end(&mut said).await.unwrap();
    assert_eq!(begun.elapsed(), HEAD_TIMEOUT);
    assert_eq!(String::from_utf8(said).unwrap(), "");
    dripping.abort();
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_kept_only_as_long_as_a_head_may_take() {
    let mut client = client(1024);
    for _ in 0..2 {
        client.send(&format!("{GET}\r\n")).await;
        sleep(HEAD_TIMEOUT / 2).await;
    }
    let (said, waited) = client.read_to_end().await;
    assert_eq!(said.matches("HTTP/1.1 200 OK").count(), 2, "{said}");
    assert_eq!(waited, HEAD_TIMEOUT / 2);
}

#[tokio::test(start_paused = true)]
async fn a_head_over_the_maximum_is_answered_with_431() {
    let mut client = client(2 * MAX_HEAD);
    client.send(GET).await;
    client.send(&format!("X: {}", "x".repeat(MAX_HEAD))).await;
    let (said, waited) = client.read_to_end().await;
    assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
    assert_eq!(waited, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_body_is_refused_without_waiting_for_it() {
    for body in [
        "Content-Length: 5\r\n\r\nhell",
        "Content-Length: 1099511627776\r\n\r\nhell",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nhell",
        "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
        // The handshake of a WebSocket has no body either.
        "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 5\r\n\r\nhell",
    ] {
        for path in ["/", "/ws", "/healthz", "/nothing"] {
            let mut client = client(1024);
            client.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{body}")).await;
            let (said, waited) = client.read_to_end().await;
            assert!(said.starts_with("HTTP/1.1 413 "), "{path} {body}: {said}");
            assert!(said.ends_with("send the request without one\n"), "{said}");
            assert_eq!(waited, Duration::ZERO, "{path} {body}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_body_is_accepted() {
    let mut client = client(1024);
    client.send(&format!("{GET}Content-Length: 0\r\nConnection: close\r\n\r\n")).await;
    assert!(client.read_to_end().await.0.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_the_response_is_disconnected_eventually() {
    let mut client = client(1024);
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    sleep(MAX_AGE + LAST_RESPONSE + Duration::from_secs(1)).await;
    let (said, waited) = client.read_to_end().await;
    assert_eq!((said.len(), waited), (1024, Duration::ZERO), "only what was in the buffer");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_keeps_asking_has_to_reconnect_eventually() {
    let mut client = client(1 << 20);
    let begun = Instant::now();
    while client.stream.write_all(format!("{GET}\r\n").as_bytes()).await.is_ok() {
        sleep(Duration::from_secs(5)).await;
    }
    assert!(begun.elapsed() <= MAX_AGE + Duration::from_secs(5), "{:?}", begun.elapsed());
    let (said, _) = client.read_to_end().await;
    let (begun, whole) = (said.matches("HTTP/1.1 200 OK").count(), said.matches("\r\n\r\nok\n").count());
    assert!(begun > 20 && begun == whole, "{begun} responses, {whole} whole");
}

const WATCH: &str = "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_stream_of_events_goes_on_for_longer_than_other_connections_may() {
    let mut client = client(1 << 20);
    client.send(WATCH).await;
    sleep(20 * MAX_AGE).await;
    let mut said = vec![0; 4096];
    let bytes = client.stream.read(&mut said).await.unwrap();
    assert!(said[..bytes].starts_with(b"HTTP/1.1 200 OK\r\n"));
    let more = tokio::time::timeout(10 * MAX_AGE, client.stream.read(&mut said)).await;
    // Signs of life come in real time, from another thread, or not at all.
    assert!(more.is_err() || more.is_ok_and(|read| read.unwrap() > 0), "it has ended");
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_as_old_as_others_once_its_stream_has_ended() {
    let mut client = client(1 << 20);
    client.send(&WATCH.replace("events", "events.ndjson?follow=no")).await;
    let mut said = Vec::new();
    while !said.ends_with(b"0\r\n\r\n") {
        client.stream.read_buf(&mut said).await.unwrap();
    }
    let begun = Instant::now();
    while client.stream.write_all(format!("{GET}\r\n").as_bytes()).await.is_ok() {
        sleep(Duration::from_secs(5)).await;
    }
    assert!(begun.elapsed() <= MAX_AGE + Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_watcher_that_takes_nothing_is_disconnected_after_the_stall_timeout() {
    let mut client = client(64);
    client.send(WATCH).await;
    sleep(STALL_TIMEOUT - Duration::from_millis(1)).await;
    assert_eq!(client.stream.read_u8().await.unwrap(), b'H');
    sleep(STALL_TIMEOUT + Duration::from_millis(1)).await;
    // The first byte made room for another.
    let (said, waited) = client.read_to_end().await;
    assert_eq!((said.len(), waited), (64, Duration::ZERO), "only what was in the buffer");
}

#[tokio::test(start_paused = true)]
async fn a_watcher_that_takes_a_little_at_a_time_is_not_disconnected() {
    let mut client = client(64);
    client.send(WATCH).await;
    for _ in 0..300 {
        sleep(STALL_TIMEOUT / 2).await;
        client.stream.read_u8().await.unwrap();
    }
}
