//! The course of a session: its silences, its waits, and its end.

use std::time::Duration;

use super::units::Kept;
use crate::event::{By, How, Timestamp};

/// The silence from which on a client was idle for long.
pub const LONG_IDLE: Duration = Duration::from_secs(5 * 60);

/// The time from which on a client that doesn't read its replies is said never to.
pub const HELD_LONG: Duration = Duration::from_secs(2);

/// How a session ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    pub(super) by: By,
    pub(super) how: How,
    pub(super) code: Option<u16>,
    pub(super) reason: Option<Kept>,
    pub(super) at: Timestamp,
}

/// What happened when.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) opened_at: Timestamp,
    /// The latest time that is known.
    now: Timestamp,
    /// When the client last sent something, or connected.
    heard_at: Timestamp,
    pub(super) longest_silence: Duration,
    /// When all replies had been written, if they have been.
    replied_at: Option<Timestamp>,
    /// Whether a reply is owed.
    is_owed: bool,
    held_since: Option<Timestamp>,
    pub(super) ending: Option<Ending>,
}

impl Course {
    pub(super) fn new(opened_at: Timestamp) -> Self {
        Self {
            opened_at,
            now: opened_at,
            heard_at: opened_at,
            longest_silence: Duration::ZERO,
            replied_at: None,
            is_owed: false,
            held_since: None,
            ending: None,
        }
    }

    pub(super) fn heard(&mut self, at: Timestamp) {
        self.silent_until(at);
        self.heard_at = self.heard_at.max(at);
    }

    pub(super) fn owes(&mut self) {
        self.is_owed = true;
    }

    pub(super) fn replied(&mut self, at: Timestamp) {
        self.now = self.now.max(at);
        self.is_owed = false;
        self.replied_at = Some(at);
        self.held_since = None;
    }

    pub(super) fn held_back(&mut self, at: Timestamp) {
        self.now = self.now.max(at);
        self.held_since.get_or_insert(at);
    }

    pub(super) fn ended(&mut self, ending: Ending) {
        self.silent_until(ending.at);
        self.ending = Some(ending);
    }

    fn silent_until(&mut self, at: Timestamp) {
        self.now = self.now.max(at);
        // While replies wait, the service doesn't read: the silence isn't the client's.
        if self.held_since.is_none() {
            self.longest_silence = self.longest_silence.max(at - self.heard_at);
        }
    }

    /// The time of the last reply, unless another one is owed.
    pub(super) fn settled_at(&self) -> Option<Timestamp> {
        self.replied_at.filter(|_| !self.is_owed)
    }

    /// How long the replies have waited for the client, if they do.
    pub(super) fn held_for(&self) -> Option<Duration> {
        self.held_since.map(|since| self.now - since)
    }

    /// How long the client had sent nothing when the session ended.
    pub(super) fn silent_for(&self, ending: &Ending) -> Duration {
        ending.at - self.heard_at
    }

    pub(super) fn is_owed(&self) -> bool {
        self.is_owed
    }

    pub(super) fn never_reads(&self) -> bool {
        let is_stalled = self.ending.is_some_and(|ending| ending.how == How::Stalled);
        is_stalled || self.held_for().is_some_and(|held| held >= HELD_LONG)
    }

    pub(super) fn is_long_idle(&self) -> bool {
        let is_idle = self.ending.is_some_and(|ending| ending.how == How::Idle);
        is_idle || self.longest_silence >= LONG_IDLE
    }

    /// Whether the client ended it in this way.
    pub(super) fn client_did(&self, how: How) -> bool {
        self.ending.is_some_and(|ending| ending.by == By::Client && ending.how == how)
    }
}
