//! The connection's state, and when to reconnect.

use super::backoff::Backoff;
use super::close::Closing;
use crate::effect::Effect;

/// The state of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Being opened.
    Connecting,
    /// Open.
    Connected,
    /// Lost; the next attempt follows in this many seconds.
    Waiting {
        /// The seconds left, rounded up.
        seconds: u32,
    },
    /// Closed by the user, so there are no further attempts.
    Stopped,
}

/// The connection, its retries, and how the last one ended.
#[derive(Debug)]
pub struct Link {
    connection: Connection,
    generation: u32,
    /// When the next attempt is due, while waiting for it.
    due: f64,
    backoff: Backoff,
    last_close: Option<Closing>,
    /// When it was opened.
    since: Option<f64>,
    online: bool,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            connection: Connection::Stopped,
            generation: 0,
            due: 0.0,
            backoff: Backoff::default(),
            last_close: None,
            since: None,
            online: true,
        }
    }
}

impl Link {
    /// The current state.
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// Retries as fits a server at this host: see [`Backoff::to`].
    pub(crate) fn set_host(&mut self, host: &str) {
        self.backoff = Backoff::to(host);
    }

    /// How the last connection ended, until the service has answered on a new one.
    pub fn last_close(&self) -> Option<&Closing> {
        self.last_close.as_ref()
    }

    /// When it was opened, by the page's clock; `None` if it isn't open.
    pub fn since(&self) -> Option<f64> {
        self.since
    }

    /// Whether the computer is online, as far as the browser knows.
    pub fn is_online(&self) -> bool {
        self.online
    }

    pub(crate) fn is_open(&self) -> bool {
        self.connection == Connection::Connected
    }

    /// Whether events of this connection still count.
    pub(crate) fn is_current(&self, generation: u32) -> bool {
        self.is_wanted() && generation == self.generation
    }

    /// Whether a connection is open or being opened.
    pub(crate) fn is_wanted(&self) -> bool {
        matches!(self.connection, Connection::Connecting | Connection::Connected)
    }

    pub(crate) fn open(&mut self) -> Vec<Effect> {
        self.generation = self.generation.wrapping_add(1);
        self.connection = Connection::Connecting;
        self.since = None;
        vec![Effect::Open { generation: self.generation }, Effect::ShowConnection]
    }

    pub(crate) fn opened(&mut self, at: f64) -> Vec<Effect> {
        self.connection = Connection::Connected;
        self.since = Some(at);
        // Opening makes up for an attempt that failed, but not for a connection that was lost: the next one may
        // be lost the same way.
        self.last_close = self.last_close.take().filter(|closing| closing.was_open);
        vec![Effect::ShowConnection]
    }

    /// The service answered. Opening alone proves nothing: the bridge accepts before it has reached the service.
    pub(crate) fn answered(&mut self) -> Option<Effect> {
        self.backoff.reset();
        self.last_close.take().map(|_| Effect::ShowConnection)
    }

    pub(crate) fn stop(&mut self) -> Vec<Effect> {
        self.connection = Connection::Stopped;
        self.since = None;
        self.backoff.reset();
        self.last_close = None;
        vec![Effect::Close, Effect::ShowConnection]
    }

    pub(crate) fn closed(&mut self, code: u16, reason: String, at: f64) -> Vec<Effect> {
        let was_open = self.is_open();
        self.since = None;
        self.last_close = Some(Closing { code, reason, was_open });
        self.due = at + f64::from(self.backoff.wait()) * 1000.0;
        let mut effects = vec![Effect::Close];
        effects.extend(self.count_down(at));
        effects
    }

    /// Counts down to the next attempt, and starts it when the time has come.
    pub(crate) fn count_down(&mut self, at: f64) -> Vec<Effect> {
        let left = (self.due - at).max(0.0);
        let seconds = (left / 1000.0).ceil();
        if seconds < 1.0 {
            return self.open();
        }
        self.connection = Connection::Waiting { seconds: seconds as u32 };
        // Wake when the displayed number changes, but wait at least 1 ms: timers may fire early.
        let to_next = left - (seconds - 1.0) * 1000.0;
        vec![Effect::Wake((to_next.ceil() as i32).max(1)), Effect::ShowConnection]
    }

    /// The computer went online or offline. Once it is online, there is no reason to wait.
    pub(crate) fn network(&mut self, online: bool) -> Vec<Effect> {
        self.online = online;
        match self.connection {
            Connection::Waiting { .. } if online => self.open(),
            _ => vec![Effect::ShowConnection],
        }
    }
}
