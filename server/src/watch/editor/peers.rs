//! UDP clients. UDP has no sessions, so each client that sends datagrams to a listener has one that fades once it's quiet.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use wirestamp_protocol::event::{By, Dropped, Event, EventId, How, Timestamp};

use super::Rules;
use super::session::{Ended, Session, Summary, Totals};
use crate::journal::Journal;
use crate::journal::feed::{Entrance, Missed};
use crate::peer::Transport;
use crate::watch::ring::Ring;

/// How long a client may be quiet.
const FADES_AFTER: Duration = Duration::from_secs(60);

/// The most clients at once. When there are more, the one that has been quiet for the longest fades.
const CLIENTS_MAX: usize = 2048;

/// The number of a listener, and a client of it.
type Key = (u32, SocketAddr);

pub(super) struct Peers {
    rules: Rules,
    journal: Journal,
    listeners: HashMap<u32, Arc<Entrance>>,
    sessions: HashMap<Key, Session>,
    /// The clients whose datagrams wait for their replies to be sent.
    waiting: Vec<Key>,
}

impl Peers {
    pub(super) fn new(rules: Rules, journal: Journal) -> Self {
        Self { rules, journal, listeners: HashMap::new(), sessions: HashMap::new(), waiting: Vec::new() }
    }

    pub(super) fn listener(&mut self, number: u32, entrance: Arc<Entrance>) {
        self.listeners.insert(number, entrance);
    }

    pub(super) fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    /// If a client is new and there's no room for it, the quietest one fades.
    pub(super) fn make_room(&mut self, listener: u32, from: SocketAddr, ring: &mut Ring) -> Option<Summary> {
        if self.sessions.len() < CLIENTS_MAX || self.sessions.contains_key(&(listener, from)) {
            return None;
        }
        let quietest = self.sessions.iter().min_by_key(|(_, session)| session.last_heard());
        let (key, at) = quietest.map(|(key, session)| (*key, session.last_heard()))?;
        self.sessions.remove(&key).map(|session| session.tell_closed(quiet(at), 1, ring))
    }

    /// The session of a client, which is told of if it's new. `None` if the listener isn't known.
    pub(super) fn session(
        &mut self,
        listener: u32,
        from: SocketAddr,
        at: Timestamp,
        ring: &mut Ring,
    ) -> Option<&mut Session> {
        let (key, entrance) = ((listener, from), self.listeners.get(&listener)?);
        if self.waiting.last() != Some(&key) {
            self.waiting.push(key);
        }
        Some(self.sessions.entry(key).or_insert_with(|| {
            let number = self.journal.next_session();
            let session = Session::new(
                number,
                Transport::Udp,
                from.to_string(),
                entrance,
                at,
                Totals::default(),
                &self.rules,
            );
            session.tell_opened(ring);
            session
        }))
    }

    pub(super) fn replies_lost(&mut self, listener: u32, to: SocketAddr, count: usize) {
        if let Some(session) = self.sessions.get_mut(&(listener, to)) {
            session.replies_lost(count);
        }
    }

    /// The datagrams of a listener so far have been answered.
    pub(super) fn answered(&mut self, listener: u32, at: Timestamp, missed: Missed, ring: &mut Ring) {
        let Self { sessions, waiting, .. } = self;
        waiting.retain(|key| {
            if key.0 == listener
                && let Some(session) = sessions.get_mut(key)
            {
                session.datagrams_answered(at, ring);
            }
            key.0 != listener
        });
        if !missed.is_none() {
            let (reads, bytes) = (missed.reads.into(), missed.bytes);
            let id = EventId::default();
            ring.publish(Event::Dropped(Dropped {
                id,
                at,
                session: None,
                reads,
                messages: reads,
                bytes,
                events: 0,
            }));
        }
    }

    /// Ends the sessions that have been quiet for long enough, and returns them.
    pub(super) fn fade(&mut self, now: Timestamp, ring: &mut Ring) -> Vec<Summary> {
        let faded = self.sessions.extract_if(|_, session| now - session.last_heard() >= FADES_AFTER);
        faded.map(|(_, session)| session.tell_closed(quiet(now), 1, ring)).collect()
    }
}

fn quiet(at: Timestamp) -> Ended {
    Ended { by: By::Client, how: How::Quiet, at, code: None, reason: None }
}
