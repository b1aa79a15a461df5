//! How long a bridge waits for its client, and for its end.

use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// How long a bridge that is ending may take while nothing moves.
pub(super) const FAREWELL: Duration = Duration::from_secs(10);

/// How often a client from which nothing comes is pinged. Proxies cut WebSockets that are quiet for a minute.
pub(super) const PING_EVERY: Duration = Duration::from_secs(20);

/// How many pings may go unanswered before the client counts as gone.
const UNANSWERED_MAX: u32 = 2;

/// What ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expired {
    /// The client doesn't read what is waiting for it.
    Stall,
    /// The client does not answer pings.
    Pings,
    /// One side does not end.
    Farewell,
}

pub(super) struct Deadlines {
    /// Runs while the bridge is ending and nothing moves.
    farewell: Option<Pin<Box<Sleep>>>,
    /// Runs while the client doesn't read what is waiting for it.
    stall: Option<Pin<Box<Sleep>>>,
    stall_timeout: Duration,
    next_ping: Pin<Box<Sleep>>,
    /// When the client last sent something, or read something of what was waiting for it.
    alive: Instant,
    unanswered: u32,
}

impl Deadlines {
    pub(super) fn new(stall_timeout: Duration) -> Self {
        Self {
            farewell: None,
            stall: None,
            stall_timeout,
            next_ping: Box::pin(sleep(PING_EVERY)),
            alive: Instant::now(),
            unanswered: 0,
        }
    }

    /// Bytes were moved in either direction. Bytes from the client that nobody gets don't count.
    pub(super) fn moved(&mut self) {
        self.farewell = None;
    }

    /// The client sent something: anything counts as a sign of life.
    pub(super) fn heard(&mut self) {
        self.alive = Instant::now();
        self.unanswered = 0;
    }

    /// The client read something of what was waiting for it.
    pub(super) fn taken(&mut self) {
        self.stall = None;
        self.alive = Instant::now();
    }

    /// Whether it is time to look at the client, and then whether to ping it: `None` while it is not.
    ///
    /// A ping never queues behind data. While data is waiting, reading it shows that the client is there, and a ping
    /// queued behind a slow download would end a healthy session.
    pub(super) fn poll_ping(&mut self, cx: &mut Context<'_>, client_is_owed: bool) -> Option<bool> {
        if self.next_ping.as_mut().poll(cx).is_pending() {
            return None;
        }
        let now = Instant::now();
        let quiet = now - self.alive >= PING_EVERY;
        let due = if quiet { now } else { self.alive } + PING_EVERY;
        self.next_ping.as_mut().reset(due);
        if !quiet || client_is_owed {
            return Some(false);
        }
        self.unanswered += 1;
        Some(self.unanswered <= UNANSWERED_MAX)
    }

    /// What has run out. Call this only when nothing moves.
    pub(super) fn poll_expired(
        &mut self,
        cx: &mut Context<'_>,
        client_is_owed: bool,
        is_ending: bool,
    ) -> Option<Expired> {
        if self.unanswered > UNANSWERED_MAX {
            return Some(Expired::Pings);
        }
        if client_is_owed {
            let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(self.stall_timeout)));
            if stall.as_mut().poll(cx).is_ready() {
                return Some(Expired::Stall);
            }
        }
        if is_ending {
            let farewell = self.farewell.get_or_insert_with(|| Box::pin(sleep(FAREWELL)));
            if farewell.as_mut().poll(cx).is_ready() {
                return Some(Expired::Farewell);
            }
        }
        None
    }
}
