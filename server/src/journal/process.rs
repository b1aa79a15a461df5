//! The server as a whole in the journal.

use super::Journal;

impl Journal {
    /// A signal asks the server to stop.
    pub(crate) fn stopping(&self, signal: &'static str) {
        tracing::info!(signal, "stopping; a second signal ends the server immediately");
    }

    /// The sessions have ended, or were cut off at the end of the drain.
    pub(crate) fn stopped(&self, drained: usize, cut: usize) {
        tracing::info!(sessions_drained = drained, sessions_cut = cut, "stopped");
    }
}
