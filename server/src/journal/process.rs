//! The server as a whole in the journal.

use super::Journal;

impl Journal {
    /// A signal asks the server to stop.
    pub(crate) fn stopping(&self, signal: &'static str) {
        tracing::info!(signal, "stopping; SIGINT or SIGTERM now ends at once");
    }

    /// A signal came that means nothing to this server.
    pub(crate) fn signal_ignored(&self, signal: &'static str) {
        tracing::info!(signal, "signal ignored");
    }

    /// Lines of the log didn't fit into the log's queue, or could not be written.
    pub(crate) fn log_lines_dropped(&self, lines: u64) {
        self.0.metrics.log_lines_dropped(lines);
    }

    /// The log accepts lines again, after `lines` were dropped.
    pub(crate) fn log_flows_again(&self, lines: u64) {
        tracing::warn!(lines, "log lines were dropped, because the log was not read fast enough or was full");
    }

    /// The sessions have ended, or were cut off at the end of the drain.
    pub(crate) fn stopped(&self, drained: usize, cut: usize) {
        tracing::info!(sessions_drained = drained, sessions_cut = cut, "stopped");
    }
}
