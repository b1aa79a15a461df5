use super::*;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, join, sink};
use tokio::task::JoinHandle;
use tokio::time::{Instant, advance};

use super::deadlines::{FAREWELL, PING_EVERY};
use crate::bridge::translate::Mode;
use crate::io::flood::Flood;

const STALL: Duration = Duration::from_secs(60);

/// Frames from a client. The mask is all zeros, so that the payload is readable.
const PONG: [u8; 6] = [0x8a, 0x80, 0, 0, 0, 0];
const CLOSE: [u8; 6] = [0x88, 0x80, 0, 0, 0, 0];
const HELLO: [u8; 11] = [0x81, 0x85, 0, 0, 0, 0, b'h', b'e', b'l', b'l', b'o'];

/// Frames from the bridge.
const PING: [u8; 2] = [0x89, 0];
const CLOSED: [u8; 2] = [0x88, 0];

/// A bridge, with the far ends of both its connections.
struct Bridge {
    client: DuplexStream,
    service: DuplexStream,
    pump: JoinHandle<Ending>,
}

fn bridge(buffer: usize) -> Bridge {
    let (client, clients_end) = duplex(buffer);
    let (service, services_end) = duplex(buffer);
    let pump = tokio::spawn(async move {
        let mut talk = Translator::new(Mode::Lines, 1000);
        let mut pump = Pump::new(clients_end, services_end, STALL, &mut talk);
        pump.run().await
    });
    Bridge { client, service, pump }
}

impl Bridge {
    async fn client_gets<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.client.read_exact(&mut bytes).await.unwrap();
        bytes
    }

    async fn service_gets_all(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        self.service.read_to_end(&mut all).await.unwrap();
        all
    }
}

#[tokio::test(start_paused = true)]
async fn a_quiet_client_is_pinged_and_kept_as_long_as_it_answers() {
    let mut bridge = bridge(64);
    for _ in 0..100 {
        let asked = Instant::now();
        assert_eq!(bridge.client_gets().await, PING);
        assert!(asked.elapsed() >= PING_EVERY - Duration::from_millis(1), "{:?}", asked.elapsed());
        bridge.client.write_all(&PONG).await.unwrap();
    }
    assert!(!bridge.pump.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_two_pings_unanswered_is_disconnected() {
    let mut bridge = bridge(64);
    let began = Instant::now();
    assert_eq!(bridge.client_gets().await, PING);
    assert_eq!(bridge.client_gets().await, PING);
    assert_eq!(bridge.pump.await.unwrap(), Ending::by_server(How::PingTimeout));
    assert_eq!(began.elapsed().as_secs(), 3 * PING_EVERY.as_secs());
}

#[tokio::test(start_paused = true)]
async fn whatever_a_client_sends_answers_a_ping() {
    let mut bridge = bridge(64);
    for _ in 0..10 {
        advance(PING_EVERY - Duration::from_secs(1)).await;
        bridge.client.write_all(&HELLO).await.unwrap();
        let mut line = [0; 6];
        bridge.service.read_exact(&mut line).await.unwrap();
        assert_eq!(&line, b"hello\n");
    }
    bridge.service.shutdown().await.unwrap();
    // The Close frame is the first thing that the client gets: no ping came before it.
    assert_eq!(bridge.client_gets::<1>().await, [0x88]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_neither_pinged_nor_disconnected() {
    let mut bridge = bridge(4);
    // Two thousand bytes go through a buffer of four to a client that reads one every ten seconds.
    let sending = tokio::spawn(async move {
        bridge.service.write_all(&[b"x".repeat(124), b"\n".to_vec()].concat().repeat(16)).await.unwrap();
        bridge.service
    });
    for expected in [&[0x81, 124][..], &[b'x'; 124]].concat().repeat(16) {
        advance(Duration::from_secs(10)).await;
        assert_eq!(bridge.client.read_u8().await.unwrap(), expected, "there is no ping in between");
    }
    assert!(!bridge.pump.is_finished());
    sending.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_disconnected_and_its_service_is_not_read_ahead() {
    let mut bridge = bridge(64);
    let mut sent = 0;
    let minute = Duration::from_secs(59);
    while let Ok(written) = tokio::time::timeout(minute, bridge.service.write(&[b'\n'; 64])).await {
        sent += written.unwrap();
        assert!(sent < 10_000, "the service is still read from");
    }
    assert_eq!(bridge.pump.await.unwrap(), Ending::by_server(How::Stalled));
}

#[tokio::test(start_paused = true)]
async fn a_bridge_that_is_ending_waits_as_long_as_the_service_keeps_sending() {
    let mut bridge = bridge(64);
    bridge.client.write_all(&HELLO).await.unwrap();
    bridge.client.write_all(&CLOSE).await.unwrap();
    assert_eq!(bridge.service_gets_all().await, b"hello\n", "the service sees the message and the end");
    for _ in 0..10 {
        advance(FAREWELL - Duration::from_secs(1)).await;
        bridge.service.write_all(b"more\n").await.unwrap();
        assert_eq!(bridge.client_gets().await, *b"\x81\x04more");
    }
    let began = Instant::now();
    assert_eq!(bridge.pump.await.unwrap(), Ending::by_client(How::Close(None)));
    assert_eq!(began.elapsed(), FAREWELL);
}

/// Sends `bytes` every second until the bridge ends, and returns how long that took.
async fn dribble(mut client: DuplexStream, pump: JoinHandle<Ending>, bytes: &[u8]) -> (Duration, Ending) {
    let began = Instant::now();
    while !pump.is_finished() {
        assert!(began.elapsed() < 10 * FAREWELL, "the bridge has no deadline");
        advance(Duration::from_secs(1)).await;
        let _ = client.write_all(bytes).await;
        tokio::task::yield_now().await;
    }
    (began.elapsed(), pump.await.unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_on_sending_after_a_violation_has_a_deadline() {
    let Bridge { mut client, mut service, pump } = bridge(64);
    // The mask is missing.
    client.write_all(b"\x81\x01x").await.unwrap();
    service.read_to_end(&mut Vec::new()).await.unwrap();
    drop(service);
    let (took, ending) = dribble(client, pump, b"x").await;
    assert!(took <= FAREWELL + Duration::from_secs(2), "{took:?}");
    assert!(matches!(ending.how, How::Violation(1002, _)), "{ending:?}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_on_sending_after_the_service_ended_has_a_deadline() {
    let Bridge { client, service, pump } = bridge(1024);
    drop(service);
    let (took, ending) = dribble(client, pump, &HELLO).await;
    assert!(took <= FAREWELL + Duration::from_secs(2), "{took:?}");
    assert_eq!(ending.by, Party::Upstream);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_floods_after_a_violation_has_a_deadline() {
    let flood = tokio::spawn(async move {
        let client = Flood { pattern: b"\x81\x01x", reads: usize::MAX };
        let mut talk = Translator::new(Mode::Lines, 1000);
        Pump::new(client, join(tokio::io::empty(), sink()), STALL, &mut talk).run().await
    });
    // The bridge gets a turn each second, so that it takes a few to see the violation and the service's end.
    for _ in 0..FAREWELL.as_secs() + 10 {
        advance(Duration::from_secs(1)).await;
    }
    assert!(flood.is_finished(), "the flood has no deadline");
}

#[tokio::test(start_paused = true)]
async fn every_reply_comes_before_the_close_through_a_buffer_of_any_size() {
    for buffer in [1, 2, 3, 64] {
        let mut bridge = bridge(buffer);
        let (mut reads, mut writes) = tokio::io::split(bridge.client);
        tokio::spawn(async move {
            writes.write_all(&HELLO).await.unwrap();
            writes.write_all(&CLOSE).await.unwrap();
            writes
        });
        tokio::spawn(async move {
            let mut line = Vec::new();
            bridge.service.read_to_end(&mut line).await.unwrap();
            bridge.service.write_all(&[b"[] ", &line[..]].concat()).await.unwrap();
        });
        let mut frames = Vec::new();
        reads.read_to_end(&mut frames).await.unwrap();
        assert_eq!(frames, [&b"\x81\x08[] hello"[..], &CLOSED].concat(), "{buffer}");
        assert_eq!(bridge.pump.await.unwrap(), Ending::by_client(How::Close(None)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_ended_is_read_to_its_end_while_the_client_still_sends() {
    let Bridge { mut client, mut service, pump: _pump } = bridge(64);
    let mut said = Vec::new();
    // More than fits into the buffers, so that some of it is still unread when the service is gone.
    for number in 10..40 {
        said.extend([&[0x81, 2][..], number.to_string().as_bytes()].concat());
        service.write_all(format!("{number}\n").as_bytes()).await.unwrap();
        tokio::task::yield_now().await;
    }
    drop(service);
    client.write_all(&HELLO).await.unwrap();
    tokio::task::yield_now().await;
    let mut heard = vec![0; said.len()];
    client.read_exact(&mut heard).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&heard), String::from_utf8_lossy(&said));
    let mut close = [0; 4];
    client.read_exact(&mut close).await.unwrap();
    assert_eq!((close[0], &close[2..]), (0x88, &1000_u16.to_be_bytes()[..]));
}

#[tokio::test(start_paused = true)]
async fn if_the_client_vanished_before_its_reply_the_bridge_ends_with_the_session() {
    let Bridge { mut client, mut service, pump } = bridge(64);
    client.write_all(&HELLO).await.unwrap();
    drop(client);
    let mut line = Vec::new();
    service.read_to_end(&mut line).await.unwrap();
    // The service ends after the bridge has found that nobody reads its reply.
    service.write_all(&[b"[] ", &line[..]].concat()).await.unwrap();
    tokio::task::yield_now().await;
    let began = Instant::now();
    drop(service);
    assert_eq!(pump.await.unwrap(), Ending::by_client(How::Fin));
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_flooding_client_takes_turns_with_the_others() {
    // The frame has 64 bytes, so that every read ends with a whole one.
    const FRAME: &[u8; 64] = b"\x81\xba\0\0\0\0xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    let (_silent, service) = duplex(1);
    let flood = tokio::spawn(async move {
        let client = Flood { pattern: FRAME, reads: 100 };
        let mut talk = Translator::new(Mode::Lines, 1000);
        Pump::new(client, join(service, sink()), STALL, &mut talk).run().await;
    });
    for _ in 0..90 {
        tokio::task::yield_now().await;
        assert!(!flood.is_finished(), "the flood does not yield");
    }
}
