//! What the page was told, within bounds: the latest sessions, and the latest events.

use std::collections::VecDeque;

use wirestamp_protocol::event::{About, Close, Event, Message, Payload};

use super::activity::nanos;
use super::session::{Ending, Session};

/// The most sessions that are kept. Of more, the one that ended first is forgotten.
pub const SESSIONS_MAX: usize = 2000;

/// The most events that are kept. Of more, the oldest are forgotten.
pub const EVENTS_MAX: usize = 20_000;

/// About how much memory those events may take, in bytes.
pub const BYTES_MAX: usize = 32 << 20;

/// The sessions and events that are kept.
#[derive(Debug, Default)]
pub struct Store {
    /// By their numbers.
    sessions: Vec<Session>,
    events: VecDeque<Event>,
    /// How many events were forgotten: the number of the first one that is kept.
    first: u64,
    bytes: usize,
    /// Which run of the server they are from.
    run: u64,
}

impl Store {
    /// The sessions, in the order of their numbers.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The session with this number.
    pub fn session(&self, number: u64) -> Option<&Session> {
        let at = self.place(number).ok()?;
        self.sessions.get(at)
    }

    /// The number of the first event that is kept, and one more than that of the last. Each event has the number of
    /// events before it, kept or not.
    pub fn numbers(&self) -> (u64, u64) {
        (self.first, self.first + self.events.len() as u64)
    }

    /// The event with this number.
    pub fn event(&self, number: u64) -> Option<&Event> {
        self.events.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// The messages of a session that are kept.
    pub fn messages(&self, session: u64) -> impl Iterator<Item = &Message> {
        self.events.iter().filter_map(move |event| match event {
            Event::Message(message) if message.about.session == session => Some(&**message),
            _ => None,
        })
    }

    /// Adds sessions that were told apart from events. Those that are known already stay as they are.
    pub(super) fn know(&mut self, sessions: Vec<Session>) {
        for session in sessions {
            if let Err(at) = self.place(session.number) {
                self.sessions.insert(at, session);
            }
        }
        self.forget_sessions(None);
    }

    /// Takes an event, and returns whether it is the first of another run of the server. The session with the number
    /// `kept` isn't forgotten.
    pub(super) fn take(&mut self, event: Event, kept: Option<u64>) -> bool {
        let run = event.id().run;
        // Those that were told before the first event are of the same run.
        let is_another_run = run != self.run && self.run != 0;
        self.run = run;
        if is_another_run {
            // Sessions are counted anew.
            self.sessions.clear();
        }
        if let Some(about) = event.about() {
            let at = self.open(about);
            if let Some(session) = self.sessions.get_mut(at) {
                update(session, &event);
            }
            self.forget_sessions(kept);
        }
        self.bytes += size(&event);
        self.events.push_back(event);
        is_another_run
    }

    /// The place of the session that an event is about, which is new if it wasn't known.
    fn open(&mut self, about: &About) -> usize {
        self.place(about.session).unwrap_or_else(|at| {
            let mut session = Session::new(about.session, about.transport, about.peer.clone(), about.at);
            session.listener.clone_from(&about.listener);
            self.sessions.insert(at, session);
            at
        })
    }

    fn place(&self, number: u64) -> Result<usize, usize> {
        self.sessions.binary_search_by_key(&number, |session| session.number)
    }

    fn forget_sessions(&mut self, kept: Option<u64>) {
        while self.sessions.len() > SESSIONS_MAX {
            let spare = self.sessions.iter().enumerate().filter(|(_, one)| Some(one.number) != kept);
            let first = spare.min_by_key(|(_, one)| (one.ending.is_none(), one.last));
            let Some((at, _)) = first else { return };
            self.sessions.remove(at);
        }
    }

    /// Forgets the oldest events, down to `times` the bounds.
    pub(super) fn trim(&mut self, times: usize) {
        while self.events.len() > times * EVENTS_MAX || self.bytes > times * BYTES_MAX {
            let Some(event) = self.events.pop_front() else { return };
            self.bytes -= size(&event);
            self.first += 1;
        }
    }
}

/// About how much memory an event takes.
fn size(event: &Event) -> usize {
    // An event with its addresses, and a read with its time.
    const EVENT: usize = 300;
    const READ: usize = 24;
    EVENT
        + match event {
            Event::Message(message) => {
                let (Payload::Text(text) | Payload::Base64(text)) = &message.payload;
                text.len() + message.reads.len() * READ
            }
            _ => 0,
        }
}

fn update(session: &mut Session, event: &Event) {
    session.version = session.version.wrapping_add(1);
    session.last = session.last.max(event.at());
    match event {
        Event::Open(open) => session.label.clone_from(&open.label),
        Event::Message(message) => {
            message.reads.iter().for_each(|read| session.activity.read(read.at));
            // Messages that were told with the session are counted already.
            if message.seq > session.messages {
                session.messages = message.seq;
                session.bytes_in += message.bytes;
            }
            if let Some(news) = &message.news {
                session.findings.clone_from(news);
            }
        }
        Event::Close(close) => ended(session, close),
        Event::Dropped(_) => {}
    }
}

/// How a session ended, from what was told then.
pub(super) fn ending(close: &Close) -> Ending {
    Ending {
        by: close.by,
        how: close.how,
        code: close.code,
        reason: close.reason.clone(),
        count: close.count,
    }
}

fn ended(session: &mut Session, close: &Close) {
    session.ending = Some(ending(close));
    session.messages = close.messages;
    session.bytes_in = close.bytes_in;
    session.bytes_out = close.bytes_out;
    session.findings.clone_from(&close.findings);
}

/// How long a session has been open at its last event, in nanoseconds.
pub fn lasted(session: &Session) -> u64 {
    nanos(session.last, session.opened)
}

#[cfg(test)]
mod tests;
