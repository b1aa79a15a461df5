//! HTTP requests and connections in the journal.

use std::error::Error;
use std::fmt::Display;

use tracing::field::debug;

use super::Journal;
use super::metrics::Fault;
use crate::peer::Peer;

impl Journal {
    /// A request was refused, such as for the host or the origin that it names. `label` is the reason in the metrics.
    pub(crate) fn request_refused(
        &self,
        peer: Peer,
        label: &'static str,
        why: &dyn Display,
        host: Option<String>,
        origin: Option<String>,
    ) {
        self.0.metrics.refused(label);
        let (host, origin) = (host.map(debug), origin.map(debug));
        tracing::info!(%peer, host, origin, reason = %why, "request refused");
    }

    /// Nobody may watch, because HTTP can be reached from other computers and there is no token.
    pub(crate) fn watching_is_off(&self) {
        tracing::warn!(
            "HTTP is open beyond this computer, so nobody may watch what clients send; to turn watching on, set a \
             token with --watch-token @FILE or WIRESTAMP_WATCH_TOKEN"
        );
    }

    /// A client connected and left without a request.
    pub(crate) fn http_probed(&self, peer: Peer) {
        self.0.metrics.probed("http");
        tracing::debug!(transport = %"http", %peer, "probe");
    }

    /// An HTTP connection broke, or took too long.
    pub(crate) fn http_broke(&self, peer: Peer, error: &dyn Error) {
        self.0.metrics.fault(Fault::Http);
        tracing::debug!(%peer, %error, "HTTP connection broke");
    }

    /// An HTTP connection was cut because its client does not read the last response.
    pub(crate) fn http_cut(&self, peer: Peer) {
        tracing::debug!(%peer, "HTTP connection cut: its last response is not read");
    }

    /// A connection broke in the middle of its WebSocket handshake.
    pub(crate) fn upgrade_broke(&self, peer: Peer, error: &dyn Error) {
        self.0.metrics.fault(Fault::Http);
        tracing::debug!(%peer, %error, "WebSocket lost in its handshake");
    }
}
