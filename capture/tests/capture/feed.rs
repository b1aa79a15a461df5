//! Events made by hand.

use std::time::Duration;

use wirestamp_protocol::event::*;

/// What is the same in all events of a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Feed {
    pub(crate) session: u64,
    pub(crate) transport: Transport,
    pub(crate) peer: &'static str,
    pub(crate) listener: &'static str,
}

/// The stamp of every reply.
pub(crate) const STAMP: &str = "Sun Nov 22 18:07:00 2026";

/// How long every reply takes, in microseconds.
pub(crate) const SERVICE_US: u64 = 9;

/// A time in microseconds.
pub(crate) fn at(micros: u64) -> Timestamp {
    Timestamp(Duration::from_secs(1_795_370_820) + Duration::from_micros(micros))
}

pub(crate) fn tcp() -> Feed {
    Feed { session: 3, transport: Transport::Tcp, peer: "127.0.0.1:44398", listener: "127.0.0.1:21567" }
}

pub(crate) fn tcp_v6() -> Feed {
    Feed { session: 4, peer: "[2001:db8::1]:44398", listener: "[2001:db8::2]:21567", ..tcp() }
}

pub(crate) fn udp() -> Feed {
    Feed { session: 5, transport: Transport::Udp, ..tcp() }
}

pub(crate) fn unix() -> Feed {
    Feed { session: 6, transport: Transport::Unix, peer: "pid:1234,uid:1000", listener: "/tmp/wirestamp" }
}

pub(crate) fn ws() -> Feed {
    Feed { session: 7, transport: Transport::Ws, listener: "127.0.0.1:8080", ..tcp() }
}

impl Feed {
    pub(crate) fn about(self, micros: u64) -> About {
        About {
            id: EventId { run: 1, number: 0 },
            session: self.session,
            transport: self.transport,
            peer: self.peer.into(),
            listener: self.listener.into(),
            at: at(micros),
        }
    }

    pub(crate) fn open(self, micros: u64) -> Event {
        Event::Open(Open { about: self.about(micros), format: Some("ctime".into()), label: None })
    }

    /// A message whose reads are at these times, in microseconds, and have these bytes.
    pub(crate) fn message(self, reads: &[(u64, &str)]) -> Message {
        let text: String = reads.iter().map(|(_, text)| *text).collect();
        let last = reads.last().map_or(0, |(micros, _)| *micros);
        let reads: Vec<Read> =
            reads.iter().map(|(micros, text)| Read { at: at(*micros), bytes: text.len() as u64 }).collect();
        let end = if self.transport == Transport::Udp { End::Datagram } else { End::Lf };
        Message {
            about: self.about(last),
            seq: 1,
            bytes: text.len() as u64,
            terminator: Terminator::of(text.as_bytes()),
            payload: Payload::Text(text),
            first_at: reads.first().map_or(at(last), |read| read.at),
            reads,
            reads_omitted: 0,
            source: Source::Kernel,
            end,
            shared: 1,
            wait_ns: None,
            service_ns: Some(SERVICE_US * 1000),
            delta_ns: None,
            stamp: Some(STAMP.into()),
            unanswered: None,
            news: None,
        }
    }

    /// The same as an event.
    pub(crate) fn says(self, reads: &[(u64, &str)]) -> Event {
        Event::Message(Box::new(self.message(reads)))
    }

    pub(crate) fn close(self, micros: u64, by: By, how: How) -> Close {
        Close {
            about: self.about(micros),
            by,
            how,
            code: None,
            reason: None,
            reads: 0,
            messages: 0,
            bytes_in: 0,
            bytes_out: 0,
            lasted_ns: 0,
            count: 1,
            findings: Findings::default(),
        }
    }

    /// The same as an event.
    pub(crate) fn ends(self, micros: u64, by: By, how: How) -> Event {
        Event::Close(self.close(micros, by, how))
    }

    /// Bytes and messages of this session that are missing.
    pub(crate) fn lost(self, bytes: u64, messages: u64) -> Event {
        let About { id, session, at, .. } = self.about(0);
        Event::Dropped(Dropped { id, at, session: Some(session), reads: 1, messages, bytes, events: 0 })
    }
}
