//! Ending a server in order: first its sessions, then those who watch, then what is left of HTTP.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::journal::Journal;
use crate::watch::Watch;

/// How long HTTP connections may take once the sessions have ended. By then nothing is left to send.
const HTTP_CLOSE: Duration = Duration::from_secs(1);

/// How long those who watch may take to read the last events.
const LAST_EVENTS: Duration = Duration::from_millis(500);

/// The tokens that end the parts of a server, and the trackers that tell when they have ended.
#[derive(Clone, Default)]
pub(crate) struct Drain {
    /// Ends the listeners of the service, and the sessions.
    pub(crate) stop: CancellationToken,
    /// The tasks of the sessions, of every transport.
    pub(crate) sessions: TaskTracker,
    /// The tasks of listeners that have something to do at their end: a path to remove, counts to log.
    pub(crate) listeners: TaskTracker,
    /// Ends HTTP listeners and connections, later than `stop`, so that `/readyz` can still report it.
    pub(crate) close_http: CancellationToken,
    /// The tasks of HTTP connections, until they become WebSockets.
    pub(crate) http: TaskTracker,
}

impl Drain {
    /// Ends everything. Sessions may take for `patience`; what is left then is cut off.
    pub(crate) async fn run(self, patience: Duration, journal: &Journal, watch: &Watch) {
        let before = self.sessions.len();
        self.stop.cancel();
        self.sessions.close();
        self.listeners.close();
        let _ = timeout(patience, async { tokio::join!(self.sessions.wait(), self.listeners.wait()) }).await;
        let cut = self.sessions.len();
        journal.stopped(before.saturating_sub(cut), cut);
        // Whoever watches sees how the sessions ended.
        let _ = timeout(LAST_EVENTS, watch.end()).await;
        self.close_http.cancel();
        self.http.close();
        let _ = timeout(HTTP_CLOSE, self.http.wait()).await;
    }
}
