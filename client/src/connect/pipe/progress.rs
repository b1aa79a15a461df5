//! How far a conversation has come.

use std::cell::Cell;

use tokio::sync::Notify;

/// How many lines and replies have passed, for both directions to see.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) lines: Cell<u64>,
    pub(super) replies: Cell<u64>,
    /// Notified whenever replies have come.
    pub(super) heard: Notify,
}
