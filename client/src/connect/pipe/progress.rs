//! How far a conversation has come.

use std::cell::Cell;

use tokio::sync::Notify;

/// How many lines were sent and replies written, shared by both directions.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) lines: Cell<u64>,
    pub(super) replies: Cell<u64>,
    /// Notified whenever replies are written.
    pub(super) heard: Notify,
}
