use super::*;

use crate::journal::feed::Entrance;

use tokio::io::{AsyncReadExt, DuplexStream, ReadBuf, duplex};
use tokio::task::JoinHandle;
use tokio::time::advance;
use wirestamp_arrival::Reading;
use wirestamp_protocol::Format;

use std::num::NonZeroUsize;
use std::pin::Pin;

use crate::io::flood::Flood;
use crate::journal::Journal;
use crate::peer::{Peer, Transport};
use crate::zone::Zone;

const GAP: Duration = Duration::from_millis(50);
const STALL: Duration = Duration::from_secs(60);
const STAMP: &str = "[Sun Nov 22 18:07:00 2026] ";

/// When everything arrives: the time of [`STAMP`]. Which time a message is stamped with is tested in the protocol crate.
fn arrival<S>(_: &S) -> ArrivalTime {
    let wall = Duration::from_secs(1_795_370_820);
    ArrivalTime::of_read(Reading { wall, monotonic: Instant::now().into_std() })
}

struct Client {
    stream: DuplexStream,
    stop: CancellationToken,
    session: JoinHandle<Ending>,
}

/// Connects a client through a buffer of `buffer` bytes in each direction.
fn client(buffer: usize, gap: Option<Duration>, max_message: usize) -> Client {
    client_with(buffer, |settings| {
        settings.gap = gap;
        settings.max_message = NonZeroUsize::new(max_message).unwrap();
    })
}

fn settings() -> ServiceSettings {
    ServiceSettings {
        gap: Some(GAP),
        max_message: NonZeroUsize::new(100).unwrap(),
        stall_timeout: STALL,
        idle_timeout: None,
        zone: Zone::Utc,
    }
}

fn client_with(buffer: usize, set: impl FnOnce(&mut ServiceSettings)) -> Client {
    let (stream, mut servers_end) = duplex(buffer);
    let mut settings = settings();
    set(&mut settings);
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    let session = tokio::spawn(async move { converse(&settings, &mut servers_end, &stopped).await });
    Client { stream, stop, session }
}

/// Runs a whole conversation on a stream.
async fn converse<S>(settings: &ServiceSettings, stream: &mut S, stop: &CancellationToken) -> Ending
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let profile = Profile { format: Format::default() };
    let mut session =
        Journal::new(false).opened(Transport::Unix, Peer::Process { pid: None, uid: 0 }, Entrance::test());
    Conversation::new(settings, &profile, &mut session).run(stream, arrival, stop).await
}

impl Client {
    async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Reads the next reply, which must be the stamp and `message`.
    async fn expect(&mut self, message: &[u8]) {
        let mut reply = vec![0; STAMP.len() + message.len()];
        self.stream.read_exact(&mut reply).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&reply), STAMP.to_owned() + &String::from_utf8_lossy(message));
        assert_eq!(&reply[STAMP.len()..], message);
    }

    async fn expect_end(&mut self) {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"", "unexpected bytes");
    }

    /// Checks that nothing comes for `how_long`.
    async fn expect_silence(&mut self, how_long: Duration) {
        let read = tokio::time::timeout(how_long, self.stream.read_u8()).await;
        assert!(read.is_err(), "unexpected: {read:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_never_speaks_first() {
    client(64, Some(GAP), 100).expect_silence(Duration::from_secs(3600)).await;
}

#[tokio::test(start_paused = true)]
async fn every_byte_comes_back_unchanged_through_a_buffer_of_any_size() {
    let message = b"\r\0\xff\xfe \x1b[31m\n";
    for buffer in [1, 2, 3, 7, 64] {
        let client = client(buffer, Some(GAP), 100);
        // Send and receive at the same time: with a buffer of one byte, neither can run ahead of the other.
        let (mut reads, mut writes) = tokio::io::split(client.stream);
        let sending = tokio::spawn(async move {
            writes.write_all(message).await.unwrap();
            writes.write_all(b"\n").await.unwrap();
            writes.shutdown().await.unwrap();
        });
        let mut replies = Vec::new();
        reads.read_to_end(&mut replies).await.unwrap();
        sending.await.unwrap();
        assert_eq!(replies, [STAMP.as_bytes(), message, STAMP.as_bytes(), b"\n"].concat(), "{buffer}");
        assert_eq!(client.session.await.unwrap(), Ending::by_client(How::Fin));
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_is_answered_at_once() {
    let mut client = client(64, Some(GAP), 100);
    let asked = Instant::now();
    client.send(b"hello\n").await;
    client.expect(b"hello\n").await;
    assert_eq!(Instant::now(), asked);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_gap_ends_a_message_without_a_line_feed() {
    let mut client = client(64, Some(GAP), 100);
    let asked = Instant::now();
    client.send(b"hello").await;
    client.expect(b"hello").await;
    assert!(asked.elapsed() >= GAP, "{:?}", asked.elapsed());
    client.expect_silence(GAP * 10).await;
}

#[tokio::test(start_paused = true)]
async fn each_byte_restarts_the_gap() {
    let mut client = client(64, Some(GAP), 100);
    for byte in b"slow" {
        client.send(&[*byte]).await;
        client.expect_silence(GAP - Duration::from_millis(1)).await;
    }
    client.send(b" line\n").await;
    client.expect(b"slow line\n").await;
}

#[tokio::test(start_paused = true)]
async fn with_the_gap_off_only_a_line_feed_ends_a_message() {
    let mut client = client(64, None, 100);
    client.send(b"hel").await;
    client.expect_silence(Duration::from_secs(3600)).await;
    client.send(b"lo\n").await;
    client.expect(b"hello\n").await;
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_stream_ends_a_message_and_its_reply_still_arrives() {
    let mut client = client(64, Some(GAP), 100);
    client.send(b"a\nb").await;
    client.stream.shutdown().await.unwrap();
    client.expect(b"a\n").await;
    client.expect(b"b").await;
    client.expect_end().await;
    client.session.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_maximum_ends_a_message() {
    let mut client = client(64, Some(GAP), 4);
    client.send(b"abcdef\n").await;
    client.expect(b"abcd").await;
    client.expect(b"ef\n").await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_not_read_from() {
    let mut client = client(64, Some(GAP), 100);
    let mut sent = 0;
    let minute = Duration::from_secs(60);
    while let Ok(written) = tokio::time::timeout(minute, client.stream.write(&[b'\n'; 1000])).await {
        sent += written.unwrap();
        assert!(sent < 1 << 20, "the client is still read from");
    }
    // Once it reads, it gets every reply.
    for _ in 0..sent {
        client.expect(b"\n").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_answers_what_was_read_and_ends_the_stream() {
    let mut client = client(64, Some(GAP), 100);
    client.send(b"half a li").await;
    advance(GAP / 2).await;
    client.stop.cancel();
    client.expect(b"half a li").await;
    client.expect_end().await;
    let hung_up = Instant::now();
    assert_eq!(client.session.await.unwrap(), Ending::by_server(How::Stop));
    assert!(hung_up.elapsed() <= LINGER);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_its_replies_unread_is_disconnected_after_the_stall_timeout() {
    let mut client = client(64, Some(GAP), 100);
    client.send(&[b'\n'; 64]).await;
    let began = Instant::now();
    assert_eq!(client.session.await.unwrap(), Ending::by_server(How::Stalled));
    assert_eq!(began.elapsed(), STALL);
}

#[tokio::test(start_paused = true)]
async fn reply_times_do_not_depend_on_the_wall_clock() {
    let (mut client, mut servers_end) = duplex(10);
    let journal = Journal::new(false);
    let told = journal.clone();
    tokio::spawn(async move {
        let profile = Profile { format: Format::default() };
        let mut session = told.opened(Transport::Tcp, Peer::Process { pid: None, uid: 0 }, Entrance::test());
        let settings = settings();
        Conversation::new(&settings, &profile, &mut session)
            .run(&mut servers_end, arrival, &CancellationToken::new())
            .await
    });
    client.write_all(b"slow\n").await.unwrap();
    client.shutdown().await.unwrap();
    // The reply is longer than the buffer, so writing it takes as long as the client waits.
    tokio::time::sleep(Duration::from_secs(3)).await;
    client.read_to_end(&mut Vec::new()).await.unwrap();
    let shown = String::from_utf8(journal.metrics()).unwrap();
    assert!(shown.contains("wirestamp_reply_seconds_sum{transport=\"tcp\"} 3\n"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_not_stalled() {
    let mut client = client(64, Some(GAP), 100);
    client.send(&[b'\n'; 64]).await;
    client.stream.shutdown().await.unwrap();
    for _ in 0..64 * (STAMP.len() + 1) {
        advance(STALL - Duration::from_secs(1)).await;
        client.stream.read_u8().await.unwrap();
    }
    client.expect_end().await;
}

#[tokio::test(start_paused = true)]
async fn a_quiet_session_is_kept_unless_there_is_an_idle_timeout() {
    let mut client = client(64, Some(GAP), 100);
    client.expect_silence(Duration::from_secs(30 * 24 * 3600)).await;
    client.send(b"still here\n").await;
    client.expect(b"still here\n").await;

    let hour = Duration::from_secs(3600);
    let mut client = client_with(64, |settings| settings.idle_timeout = Some(hour));
    client.send(b"one\n").await;
    client.expect(b"one\n").await;
    let quiet_since = Instant::now();
    client.expect_end().await;
    assert_eq!(quiet_since.elapsed(), hour);
    drop(client.stream);
    assert_eq!(client.session.await.unwrap(), Ending::by_server(How::Idle));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_sends_is_idle_from_its_start() {
    for idle in [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(60)] {
        let mut client = client_with(64, |settings| settings.idle_timeout = Some(idle));
        let began = Instant::now();
        client.expect_end().await;
        assert_eq!(began.elapsed(), idle);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_half_closed_for_an_hour_still_gets_every_reply() {
    let mut client = client(64, Some(GAP), 100);
    client.send(&[b'\n'; 40]).await;
    client.stream.shutdown().await.unwrap();
    for _ in 0..60 {
        // It reads a little every 59 s, which is within the stall timeout.
        advance(Duration::from_secs(59)).await;
        client.stream.read_exact(&mut [0; 4]).await.unwrap();
    }
    let mut rest = Vec::new();
    client.stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(60 * 4 + rest.len(), 40 * (STAMP.len() + 1));
}

#[tokio::test(start_paused = true)]
async fn a_flooding_client_takes_turns_with_the_others() {
    let flood = tokio::spawn(async {
        let mut client = Flood { pattern: b"\n", reads: 100 };
        converse(&settings(), &mut client, &CancellationToken::new()).await
    });
    let mut quiet = client(64, Some(GAP), 100);
    quiet.send(b"quiet\n").await;
    quiet.expect(b"quiet\n").await;
    assert!(!flood.is_finished(), "the flood does not yield");
    flood.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_flooding_client_is_ended_by_the_stop() {
    let stop = CancellationToken::new();
    stop.cancel();
    let mut client = Flood { pattern: b"\n", reads: 100 };
    assert_eq!(converse(&settings(), &mut client, &stop).await, Ending::by_server(How::Stop));
}

/// Takes a few bytes of what is written, then nothing more, and remembers the most that was offered.
struct Blocked {
    flood: Flood,
    takes: usize,
    offered: usize,
}

impl AsyncRead for Blocked {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        read: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.flood).poll_read(cx, read)
    }
}

impl AsyncWrite for Blocked {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.offered = self.offered.max(bytes.len());
        match self.takes.min(bytes.len()) {
            0 => Poll::Pending,
            taken => {
                self.takes -= taken;
                Poll::Ready(Ok(taken))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test(start_paused = true)]
async fn unsent_replies_are_bounded_whatever_the_format() {
    for format in ["ctime", "%A, the %d of %B %Y, and %H hours, %M minutes and %S seconds, %A, %A, %A, %A"] {
        let profile = Profile { format: format.parse().unwrap() };
        let flood = Flood { pattern: b"\n", reads: 100 };
        let mut client = Blocked { flood, takes: 100_000, offered: 0 };
        let mut session = Journal::new(false).opened(
            Transport::Unix,
            Peer::Process { pid: None, uid: 0 },
            Entrance::test(),
        );
        let settings = settings();
        let mut conversation = Conversation::new(&settings, &profile, &mut session);
        let ending = conversation.run(&mut client, arrival, &CancellationToken::new()).await;
        assert_eq!(ending, Ending::by_server(How::Stalled));
        assert!((1..=PIECE_MAX).contains(&client.offered), "{} bytes at once", client.offered);
        assert_eq!(client.flood.reads, 99, "nothing more is read");
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_beyond_the_range_of_the_clock_never_expires() {
    let mut client = client_with(64, |settings| {
        (settings.gap, settings.idle_timeout) = (Some(Duration::MAX), Some(Duration::MAX));
        settings.stall_timeout = Duration::MAX;
    });
    client.send(b"in two ").await;
    advance(Duration::from_secs(3600)).await;
    client.send(b"parts\n").await;
    client.expect(b"in two parts\n").await;
    // There are more replies than the buffer holds, so they are written in pieces.
    client.send(&[b'\n'; 30]).await;
    for _ in 0..30 {
        client.expect(b"\n").await;
    }
}
