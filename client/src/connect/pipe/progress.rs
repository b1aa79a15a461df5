//! How far a conversation has come.

use std::cell::Cell;

use tokio::sync::Notify;

/// How many lines were sent and replies written, shared by both directions.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) lines: Cell<u64>,
    /// The length of the last line, if it lacks its line feed; otherwise 0.
    pub(super) last_line: Cell<usize>,
    pub(super) replies: Cell<u64>,
    /// Notified whenever replies are written.
    pub(super) heard: Notify,
}
