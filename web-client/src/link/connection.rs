//! The one connection: whether it is there, and what is done about it when it is not.

use super::backoff::Backoff;
use super::close::Closing;
use crate::effect::Effect;

/// Where the connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// On its way.
    Connecting,
    /// Open.
    Connected,
    /// Lost: the next attempt comes in so many seconds.
    Waiting {
        /// The seconds left, rounded up.
        seconds: u32,
    },
    /// Ended by hand: no attempt comes.
    Stopped,
}

/// The connection, its attempts and how the last one ended.
#[derive(Debug)]
pub struct Link {
    connection: Connection,
    generation: u32,
    /// When the next attempt is due, while waiting for it.
    due: f64,
    backoff: Backoff,
    last_close: Option<Closing>,
    /// Since when it is open.
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
    /// Where it is.
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// How the last one ended, until the service has answered on a new one.
    pub fn last_close(&self) -> Option<&Closing> {
        self.last_close.as_ref()
    }

    /// Since when it is open, by the page's clock; `None` if it is not.
    pub fn since(&self) -> Option<f64> {
        self.since
    }

    /// Whether the computer has a network, as far as the browser knows.
    pub fn is_online(&self) -> bool {
        self.online
    }

    pub(crate) fn is_open(&self) -> bool {
        self.connection == Connection::Connected
    }

    /// Whether an event of this connection counts: it is the one there may be, and not over.
    pub(crate) fn is_current(&self, generation: u32) -> bool {
        self.is_wanted() && generation == self.generation
    }

    /// Whether there is a connection, or one on its way.
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
        // An attempt that failed is made good by this. A connection that was lost is not: the next one may be
        // lost the same way.
        self.last_close = self.last_close.take().filter(|closing| closing.was_open);
        vec![Effect::ShowConnection]
    }

    /// The service answered: open is not enough, as a bridge opens before it has reached the service.
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

    /// Counts the seconds to the next attempt down, and makes it when they are over.
    pub(crate) fn count_down(&mut self, at: f64) -> Vec<Effect> {
        let left = (self.due - at).max(0.0);
        let seconds = (left / 1000.0).ceil();
        if seconds < 1.0 {
            return self.open();
        }
        self.connection = Connection::Waiting { seconds: seconds as u32 };
        // To when the next lower number of seconds is left. At least one: a timer may fire a little early.
        let to_next = left - (seconds - 1.0) * 1000.0;
        vec![Effect::Wake((to_next.ceil() as i32).max(1)), Effect::ShowConnection]
    }

    /// The computer has a network again, or none: with one there is no reason to wait.
    pub(crate) fn network(&mut self, online: bool) -> Vec<Effect> {
        self.online = online;
        match self.connection {
            Connection::Waiting { .. } if online => self.open(),
            _ => vec![Effect::ShowConnection],
        }
    }
}
