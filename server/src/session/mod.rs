//! One client of the timestamp service, from its first byte to its ending.
//!
//! Knows nothing of listeners and of kinds of socket: a stream is handed in, and so are the clock and the
//! word to stop.

pub(crate) mod service;

use std::fmt;
use std::future::{pending, poll_fn, ready};
use std::io;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use wirestamp_protocol::{Counts, Cut, Format, Responder};

use crate::clock::Clock;
use crate::error::reason;
use crate::io::{Outbox, READ_SIZE, poll_read};
use crate::journal::metrics::{Fault, Metrics, OfTransport};
use crate::peer::{Peer, Transport};

/// How long a client that is told to go may take to hang up. Closing a TCP socket with unread bytes resets
/// it, and the reset would overtake the last replies on their way (RFC 1122, 4.2.2.13).
const LINGER: Duration = Duration::from_secs(1);

/// The most that a session owes its client, in bytes: it reads no more at a time than brings this much of
/// replies. With a message that is not ended yet this bounds its memory: 512 KiB and `--max-message`.
const OWED_MAX: usize = 512 * 1024;

/// What all sessions of a service share.
#[derive(Clone)]
pub(crate) struct Settings {
    /// How long a sender is quiet before what it sent so far is a message; `None`: however long it takes.
    pub(crate) gap: Option<Duration>,
    pub(crate) max_message: NonZeroUsize,
    /// How long a client may leave a reply unread.
    pub(crate) stall_timeout: Duration,
    /// How long a session may be quiet; `None`: for ever.
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) clock: Clock,
    pub(crate) format: Format,
    pub(crate) metrics: Arc<Metrics>,
}

/// Who ended a session, and how.
#[derive(Debug)]
enum Ending {
    /// The client ended its stream, and has every reply.
    Client,
    /// The connection broke.
    Lost(io::Error),
    /// The client did not read its replies.
    Stalled,
    /// Nothing came for the idle timeout.
    Idle,
    /// The server is stopping.
    Stopped,
    /// The session was dropped in the middle.
    Cut,
}

impl From<io::Error> for Ending {
    fn from(error: io::Error) -> Self {
        Self::Lost(error)
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client => f.write_str("by the client"),
            Self::Lost(error) => write!(f, "lost: {}", reason(error)),
            Self::Stalled => f.write_str("stalled: the client does not read"),
            Self::Idle => f.write_str("idle"),
            Self::Stopped => f.write_str("by the server's stop"),
            Self::Cut => f.write_str("cut off"),
        }
    }
}

/// One client: where it came from, what went through, how it ended. Logs its coming, and its going on drop.
pub(crate) struct Session {
    transport: Transport,
    peer: Peer,
    settings: Settings,
    opened: Instant,
    responder: Responder,
    /// What the metrics were told of so far.
    counted: Counts,
    ending: Ending,
}

impl Session {
    pub(crate) fn open(transport: Transport, peer: Peer, settings: Settings) -> Self {
        tracing::info!(%transport, %peer, "session opened");
        settings.metrics.of(transport).opened();
        Self {
            transport,
            peer,
            opened: Instant::now(),
            responder: Responder::new(settings.max_message, settings.format.clone()),
            settings,
            counted: Counts::default(),
            ending: Ending::Cut,
        }
    }

    /// Answers until the client ends its stream, the connection breaks or `stop` is cancelled; whatever was
    /// read by then is answered.
    pub(crate) async fn run<S>(&mut self, stream: &mut S, stop: &CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.ending = self.answer(stream, stop).await.unwrap_or_else(|broken| broken);
    }

    async fn answer<S>(&mut self, stream: &mut S, stop: &CancellationToken) -> Result<Ending, Ending>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let limit = (OWED_MAX / self.responder.longest_replies(1)).clamp(1, READ_SIZE);
        let clock = self.settings.clock;
        let mut replies = Outbox::default();
        // Once for all turns: all sessions wait for it, and each would go through its lock at every turn.
        let mut stopped = pin!(stop.cancelled());
        // Whether the last read took all that it could, so that there may be more.
        let mut floods = false;
        let ending = loop {
            let quiet_at = self.next_quiet();
            let mut read_at = None;
            // Reading comes first, so that bytes which are there already outrun the end of the gap, and the
            // server's: but for who sends without end, who would never be told.
            let event = tokio::select! {
                biased;
                () = ready(()), if floods && stop.is_cancelled() => Event::End(Ending::Stopped),
                read = poll_fn(|cx| poll_read(stream, limit, cx, |bytes| {
                    let at = *read_at.insert(clock());
                    self.responder.read(bytes, at, replies.bytes());
                })) => match read? {
                    0 => Event::End(Ending::Client),
                    bytes => {
                        floods = bytes == limit;
                        Event::Read
                    }
                },
                () = &mut stopped => Event::End(Ending::Stopped),
                event = quiet(quiet_at) => event,
            };
            let began = read_at.unwrap_or_else(clock);
            match event {
                Event::Read => {}
                Event::GapOver => self.responder.finish(Cut::Gap, replies.bytes()),
                Event::End(_) => self.responder.finish(Cut::Eof, replies.bytes()),
            }
            self.count();
            // Nothing more is read while replies wait: a client that does not read is not read from.
            if !replies.is_empty() {
                write(&mut replies, stream, self.settings.stall_timeout).await?;
                self.metrics().replied(clock().since(began));
            }
            match event {
                Event::End(ending) => break ending,
                // Who sends faster than this takes turns with the others, a read at a time.
                Event::Read if floods => yield_now().await,
                Event::Read | Event::GapOver => {}
            }
        };
        stream.shutdown().await?;
        if !matches!(ending, Ending::Client) {
            let read_on = async {
                while poll_fn(|cx| poll_read(stream, limit, cx, |_| ())).await? > 0 {}
                Ok(())
            };
            let _: Result<io::Result<()>, _> = timeout(LINGER, read_on).await;
        }
        Ok(ending)
    }

    /// When the client will have been quiet for too long, and for what.
    fn next_quiet(&self) -> Option<(Instant, Event)> {
        let Settings { gap, idle_timeout, .. } = self.settings;
        // What the clock does not reach is for ever.
        let after = |wait| Instant::now().checked_add(wait);
        match gap {
            Some(gap) if self.responder.is_pending() => Some((after(gap)?, Event::GapOver)),
            _ => Some((after(idle_timeout?)?, Event::End(Ending::Idle))),
        }
    }

    fn metrics(&self) -> &OfTransport {
        self.settings.metrics.of(self.transport)
    }

    fn count(&mut self) {
        let now = self.responder.counts();
        self.metrics().add(&now, &self.counted);
        self.counted = now;
    }
}

/// What a session waits for.
enum Event {
    Read,
    GapOver,
    End(Ending),
}

async fn quiet(at: Option<(Instant, Event)>) -> Event {
    match at {
        Some((at, event)) => {
            sleep_until(at).await;
            event
        }
        None => pending().await,
    }
}

/// Writes all replies, as long as the client takes some of them every `patience`: slow is not stalled.
async fn write<S: AsyncWrite + Unpin>(
    replies: &mut Outbox,
    stream: &mut S,
    patience: Duration,
) -> Result<(), Ending> {
    // Mostly all goes out at once, and no timer is needed.
    if let Poll::Ready(written) = poll_fn(|cx| Poll::Ready(replies.poll_write(stream, cx))).await {
        return Ok(written?);
    }
    let mut stall = pin!(sleep(patience));
    poll_fn(|cx| {
        let owed = replies.len();
        if let Poll::Ready(written) = replies.poll_write(stream, cx) {
            return Poll::Ready(written.map_err(Ending::Lost));
        }
        if replies.len() < owed {
            stall.set(sleep(patience));
        }
        stall.as_mut().poll(cx).map(|()| Err(Ending::Stalled))
    })
    .await
}

impl Drop for Session {
    fn drop(&mut self) {
        let Self { transport, peer, ending, .. } = &*self;
        let metrics = self.metrics();
        metrics.open.dec();
        match ending {
            Ending::Stalled => metrics.stalls.inc(),
            Ending::Lost(_) => self.settings.metrics.fault(Fault::Lost),
            _ => {}
        }
        let counts = self.responder.counts();
        tracing::info!(
            %transport,
            %peer,
            reads = counts.reads,
            messages = counts.messages(),
            bytes_in = counts.bytes_in,
            bytes_out = counts.bytes_out,
            seconds = self.opened.elapsed().as_secs_f64(),
            ended = %ending,
            "session closed"
        );
    }
}

#[cfg(test)]
mod tests;
