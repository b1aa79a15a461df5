//! What the page knows, and what it does about what happens. No browser, no clock: times are handed in, as
//! milliseconds of a clock that only goes forward.

use std::collections::VecDeque;

use wirestamp_protocol::{count_lines, split_stamp};

use crate::{Backoff, Closing, History, Piece, round_trip, visible};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Connect if there is no connection, else end it: the page was loaded, or someone pressed the button.
    Toggle,
    /// Someone wants no further attempts.
    Stop,
    /// A connection opened.
    Opened {
        /// Which one, by [`Effect::Open`]'s number.
        generation: u32,
    },
    /// A reply came.
    Received {
        /// On which connection.
        generation: u32,
        /// The message as it came.
        reply: Vec<u8>,
        /// When it came.
        at: f64,
    },
    /// A connection ended, or never came to be.
    Closed {
        /// Which one.
        generation: u32,
        /// The WebSocket close code.
        code: u16,
        /// The far side's words.
        reason: String,
        /// When it ended.
        at: f64,
    },
    /// The time of a [`Effect::Wake`] has come.
    Tick {
        /// What time it is.
        at: f64,
    },
    /// The time of a [`Effect::Resume`] has come.
    Resume {
        /// What time it is.
        at: f64,
    },
    /// Someone wants the box's text sent.
    Send {
        /// The text, of one line or several.
        text: String,
        /// When.
        at: f64,
    },
    /// Someone wants the message before the one in the box.
    Older {
        /// What the box shows.
        shown: String,
    },
    /// Someone wants the message after the one in the box.
    Newer,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open a connection, in place of any other.
    Open {
        /// Its number, for its events to carry.
        generation: u32,
    },
    /// End the connection. No event of it counts any more.
    Close,
    /// Send this line on the connection.
    Transmit(String),
    /// Bring a [`Event::Tick`] in this many milliseconds, in place of any other.
    Wake(i32),
    /// Bring a [`Event::Resume`] once the page has been drawn.
    Resume,
    /// Change the log.
    Log(LogChange),
    /// Put this text into the box.
    Compose(String),
    /// The connection's state changed: show [`State::connection`] and [`State::last_close`].
    ShowConnection,
}

/// A change of the log. Those that answer concern the oldest message that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogChange {
    /// A message was sent and waits.
    Sent(Vec<Piece>),
    /// The oldest message that waits was answered.
    Answered {
        /// What came back.
        reply: Reply,
        /// How long that took.
        round_trip: String,
    },
    /// The oldest message that waits has no answer to come.
    Lost,
    /// A reply came that no message asked for.
    Unsolicited(Reply),
}

/// A reply, taken apart to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The stamp without its brackets; empty if it had none.
    pub stamp: String,
    /// The message behind it.
    pub message: Vec<Piece>,
}

impl Reply {
    fn new(reply: &[u8]) -> Self {
        // The line feed ends the line and is not of it.
        let line = reply.strip_suffix(b"\n").unwrap_or(reply);
        let (stamp, message) = split_stamp(line).unwrap_or((b"", line));
        let stamp = visible(stamp).into_iter().map(|piece| piece.text).collect();
        Self { stamp, message: visible(message) }
    }
}

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

/// How many messages are sent between two frames. Thousands at once would keep the page from being drawn for as
/// long as they take.
const AT_ONCE: usize = 500;

/// What the page knows.
#[derive(Debug)]
pub struct State {
    connection: Connection,
    generation: u32,
    /// When the next attempt is due, while waiting for it.
    due: f64,
    backoff: Backoff,
    last_close: Option<Closing>,
    /// When each message was sent that waits for its reply, the oldest in front.
    waiting: VecDeque<f64>,
    /// Messages that are to be sent and were not yet.
    outgoing: VecDeque<String>,
    history: History,
    timer_step: f64,
}

impl State {
    /// A page that is not connected. Its timer steps by `timer_step` milliseconds.
    pub fn new(timer_step: f64) -> Self {
        Self {
            connection: Connection::Stopped,
            generation: 0,
            due: 0.0,
            backoff: Backoff::default(),
            last_close: None,
            waiting: VecDeque::new(),
            outgoing: VecDeque::new(),
            history: History::default(),
            timer_step,
        }
    }

    /// Where the connection is.
    pub fn connection(&self) -> Connection {
        self.connection
    }

    /// How the last connection ended, until the service has answered on a new one.
    pub fn last_close(&self) -> Option<&Closing> {
        self.last_close.as_ref()
    }

    /// Takes in what happened, and says what to do, in order. Nothing it does grows with the log.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Toggle => match self.connection {
                Connection::Connecting | Connection::Connected => self.stop(),
                Connection::Waiting { .. } | Connection::Stopped => self.open(),
            },
            Event::Stop => self.stop(),
            Event::Opened { generation } if self.is_current(generation) => {
                self.connection = Connection::Connected;
                // An attempt that failed is made good by this. A connection that was lost is not: the next
                // one may be lost the same way.
                self.last_close = self.last_close.take().filter(|closing| closing.was_open);
                vec![Effect::ShowConnection]
            }
            Event::Received { generation, reply, at } if self.is_current(generation) => {
                self.received(&reply, at)
            }
            Event::Closed { generation, code, reason, at } if self.is_current(generation) => {
                self.closed(code, reason, at)
            }
            // An old connection's last words.
            Event::Opened { .. } | Event::Received { .. } | Event::Closed { .. } => Vec::new(),
            Event::Tick { at } => match self.connection {
                Connection::Waiting { .. } => self.count_down(at),
                _ => Vec::new(),
            },
            Event::Send { text, at } => self.send(text, at),
            Event::Resume { at } => self.transmit(at),
            Event::Older { shown } => self.history.older(&shown).map(compose).into_iter().collect(),
            Event::Newer => self.history.newer().map(compose).into_iter().collect(),
        }
    }

    /// Whether it is the one connection there may be, and not over.
    fn is_current(&self, generation: u32) -> bool {
        let alive = matches!(self.connection, Connection::Connecting | Connection::Connected);
        alive && generation == self.generation
    }

    fn open(&mut self) -> Vec<Effect> {
        self.generation = self.generation.wrapping_add(1);
        self.connection = Connection::Connecting;
        vec![Effect::Open { generation: self.generation }, Effect::ShowConnection]
    }

    fn stop(&mut self) -> Vec<Effect> {
        self.connection = Connection::Stopped;
        self.backoff.reset();
        self.last_close = None;
        let mut effects = vec![Effect::Close];
        effects.extend(self.lose());
        effects.extend(self.hold_back());
        effects.push(Effect::ShowConnection);
        effects
    }

    fn closed(&mut self, code: u16, reason: String, at: f64) -> Vec<Effect> {
        let was_open = self.connection == Connection::Connected;
        self.last_close = Some(Closing { code, reason, was_open });
        self.due = at + f64::from(self.backoff.wait()) * 1000.0;
        let mut effects = vec![Effect::Close];
        effects.extend(self.lose());
        effects.extend(self.hold_back());
        effects.extend(self.count_down(at));
        effects
    }

    /// What still waited has no answer to come: replies are paired by their order, on one connection.
    fn lose(&mut self) -> impl Iterator<Item = Effect> + use<> {
        std::mem::take(&mut self.waiting).into_iter().map(|_| Effect::Log(LogChange::Lost))
    }

    fn count_down(&mut self, at: f64) -> Vec<Effect> {
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

    fn send(&mut self, text: String, at: f64) -> Vec<Effect> {
        if self.connection != Connection::Connected {
            return Vec::new();
        }
        self.history.push(&text);
        // Each line is a message of its own to the service, and has a reply of its own. It goes out alone as
        // well: together they could be more than the service takes as one.
        let is_sending = !self.outgoing.is_empty();
        self.outgoing.extend(text.split('\n').take(count_lines(text.as_bytes())).map(str::to_owned));
        let mut effects = if is_sending { Vec::new() } else { self.transmit(at) };
        effects.push(Effect::Compose(String::new()));
        effects
    }

    fn transmit(&mut self, at: f64) -> Vec<Effect> {
        let mut effects = Vec::new();
        for line in self.outgoing.drain(..AT_ONCE.min(self.outgoing.len())) {
            self.waiting.push_back(at);
            effects.push(Effect::Log(LogChange::Sent(visible(line.as_bytes()))));
            effects.push(Effect::Transmit(line));
        }
        if !self.outgoing.is_empty() {
            effects.push(Effect::Resume);
        }
        effects
    }

    /// What was not sent goes back into the box.
    fn hold_back(&mut self) -> Option<Effect> {
        let unsent: Vec<String> = std::mem::take(&mut self.outgoing).into();
        (!unsent.is_empty()).then(|| Effect::Compose(unsent.join("\n")))
    }

    fn received(&mut self, reply: &[u8], at: f64) -> Vec<Effect> {
        let reply = Reply::new(reply);
        let mut effects = vec![Effect::Log(match self.waiting.pop_front() {
            Some(sent) => LogChange::Answered { reply, round_trip: round_trip(at - sent, self.timer_step) },
            None => LogChange::Unsolicited(reply),
        })];
        // Open is not enough: a bridge opens before it has reached the service.
        self.backoff.reset();
        if self.last_close.take().is_some() {
            effects.push(Effect::ShowConnection);
        }
        effects
    }
}

fn compose(text: &str) -> Effect {
    Effect::Compose(text.to_owned())
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
