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

    /// A line of the log didn't fit into the log's queue.
    pub(crate) fn log_line_dropped(&self) {
        self.0.metrics.log_line_dropped();
    }

    /// The log is read again, after `lines` of its lines were dropped.
    pub(crate) fn log_flows_again(&self, lines: u64) {
        tracing::warn!(lines, "log lines were dropped, because the log was not read fast enough");
    }

    /// The sessions have ended, or were cut off at the end of the drain.
    pub(crate) fn stopped(&self, drained: usize, cut: usize) {
        tracing::info!(sessions_drained = drained, sessions_cut = cut, "stopped");
    }
}
