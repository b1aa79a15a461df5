//! The editor: makes events of what sessions feed.
//!
//! - `session`: what is known of one session.
//! - `assemble`: putting messages together from their reads.
//! - `peers`: UDP clients, whose sessions fade.
//! - `probes`: connections that say nothing, which are told together.

mod assemble;
mod peers;
mod probes;
mod session;

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde::Serialize;
use wirestamp_protocol::event::Timestamp;

use crate::ending::Ending;
use crate::journal::Journal;
use crate::journal::feed::{Batch, Closed, Opened, Record};
use crate::peer::Peer;
use crate::watch::ring::Ring;
use crate::zone::Zone;
use assemble::Allowance;
use peers::Peers;
use probes::{Prober, Probes};
use session::{Ended, Session, Summary, Totals};

/// The most sessions that have ended and are still listed.
const ENDED_MAX: usize = 500;

/// The service's rules, which the editor follows too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) zone: Zone,
    /// The silence that ends a message. `None` means that silence never does.
    pub(crate) gap: Option<Duration>,
    /// Where a message ends without a line feed, in bytes.
    pub(crate) max_message: u64,
}

/// Makes events of records.
pub(super) struct Editor {
    rules: Rules,
    memory: usize,
    allowance: Allowance,
    sessions: HashMap<u64, Session>,
    peers: Peers,
    probes: Probes,
    ended: VecDeque<Summary>,
}

/// The sessions, as `/api/sessions` lists them.
#[derive(Serialize)]
struct Listing<'a> {
    open: Vec<Summary>,
    ended: &'a VecDeque<Summary>,
}

impl Editor {
    /// An editor that keeps up to `memory` bytes of messages that haven't ended.
    pub(super) fn new(rules: Rules, memory: usize, journal: Journal) -> Self {
        Self {
            rules,
            memory,
            allowance: Allowance::new(memory),
            sessions: HashMap::new(),
            peers: Peers::new(rules, journal),
            probes: Probes::default(),
            ended: VecDeque::new(),
        }
    }

    /// Adds events for what a batch tells.
    pub(super) fn edit(&mut self, batch: &mut Batch, ring: &mut Ring) {
        let mut records = std::mem::take(&mut batch.records);
        for record in records.drain(..) {
            self.record(record, batch, ring);
        }
        // The batch is filled again, in the same memory.
        batch.records = records;
    }

    fn record(&mut self, record: Record, batch: &Batch, ring: &mut Ring) {
        let Self { rules, allowance, sessions, peers, .. } = self;
        match record {
            Record::Opened(opened) => self.opened(*opened, ring),
            Record::Read { session, arrival, bytes } => {
                if let Some(session) = sessions.get_mut(&session) {
                    session.read(batch.bytes(bytes), arrival, rules, allowance, ring);
                }
            }
            Record::Ended { session, cut } => {
                if let Some(session) = sessions.get_mut(&session) {
                    session.cut(cut, rules, allowance);
                }
            }
            Record::HeldBack { session } => {
                if let Some(session) = sessions.get_mut(&session) {
                    session.held_back(ring);
                }
            }
            Record::Answered { session, answered } => {
                if let Some(session) = sessions.get_mut(&session) {
                    session.answered(answered, ring, allowance);
                }
            }
            Record::Closed(closed) => self.closed(*closed, ring),
            Record::Listener { listener, entrance } => peers.listener(listener, entrance),
            Record::Datagram { listener, from, arrival, bytes, unanswered } => {
                let faded = peers.make_room(listener, from, ring);
                if let Some(session) = peers.session(listener, from, arrival.at, ring) {
                    session.datagram(batch.bytes(bytes), arrival, unanswered, rules);
                }
                faded.into_iter().for_each(|summary| self.keep(summary));
            }
            Record::RepliesLost { listener, to, count } => peers.replies_lost(listener, to, count),
            Record::DatagramsAnswered { listener, at, missed } => peers.answered(listener, at, missed, ring),
        }
    }

    fn opened(&mut self, opened: Opened, ring: &mut Ring) {
        let Opened { session: id, transport, peer, entrance, at, is_probe, before } = opened;
        let totals = Totals {
            reads: before.reads,
            messages: before.messages(),
            bytes_in: before.bytes_in,
            bytes_out: before.bytes_out,
        };
        let session = Session::new(id, transport, peer.to_string(), &entrance, at, totals, &self.rules);
        if !is_probe {
            session.tell_opened(ring);
        }
        self.sessions.insert(id, session);
    }

    fn closed(&mut self, closed: Closed, ring: &mut Ring) {
        let Closed { session, peer, ending, is_probe, counts, at, missed } = closed;
        let Some(mut session) = self.sessions.remove(&session) else { return };
        let ended = told(ending, at);
        if is_probe {
            let from = Prober { host: host(peer), listener: session.listener().to_owned() };
            let summary = self.probes.add(from, session, ended, ring);
            summary.into_iter().for_each(|summary| self.keep(summary));
            return;
        }
        session.settle(counts, missed, ring, &mut self.allowance);
        let summary = session.tell_closed(ended, 1, ring);
        self.keep(summary);
    }

    /// What messages that haven't ended take, in bytes.
    pub(super) fn held(&self) -> usize {
        self.memory - self.allowance.left()
    }

    /// Does what is due: UDP clients fade, probes are told, and it's noted who still doesn't read.
    pub(super) fn tick(&mut self, now: Timestamp, ring: &mut Ring) {
        self.sessions.values_mut().for_each(|session| session.tick(now));
        let mut ended = self.peers.fade(now, ring);
        ended.extend(self.probes.tick(now, ring));
        ended.into_iter().for_each(|summary| self.keep(summary));
    }

    fn keep(&mut self, ended: Summary) {
        if self.ended.len() == ENDED_MAX {
            self.ended.pop_front();
        }
        self.ended.push_back(ended);
    }

    /// The sessions that are open and those that ended lately, as JSON.
    pub(super) fn listing(&self) -> Vec<u8> {
        let open = self.sessions.values().chain(self.peers.sessions()).map(|session| session.summary(None));
        let mut open: Vec<_> = open.collect();
        open.sort_by_key(Summary::number);
        // Serializing names and numbers never fails.
        serde_json::to_vec(&Listing { open, ended: &self.ended }).unwrap_or_default()
    }
}

/// The address without its port, which changes with each connection.
fn host(peer: Peer) -> String {
    match peer {
        Peer::Ip(address) => address.ip().to_string(),
        Peer::Process { uid, .. } => format!("uid:{uid}"),
    }
}

/// An ending, as it's told.
fn told(ending: Ending, at: Timestamp) -> Ended {
    let (code, reason) = (ending.how.code(), ending.how.detail().map(str::to_owned));
    Ended { by: ending.by, how: ending.how.told(), at, code, reason }
}

#[cfg(test)]
mod tests;
