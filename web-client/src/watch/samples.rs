//! Events for the tests.

use std::time::Duration;

use wirestamp_protocol::event::{
    About, By, Close, Dropped, End, Event, EventId, Findings, How, Message, Open, Payload, Read, Source,
    Terminator, Timestamp, Transport,
};

/// A time this many microseconds after the first.
pub(super) fn at(us: u64) -> Timestamp {
    Timestamp(Duration::from_secs(1_795_370_820) + Duration::from_micros(us))
}

pub(super) fn about(number: u64, session: u64) -> About {
    About {
        id: EventId { run: 0x692a_0b3c, number },
        session,
        transport: Transport::Tcp,
        peer: format!("127.0.0.1:{}", 44_000 + session),
        listener: "127.0.0.1:21567".into(),
        at: at(0),
    }
}

pub(super) fn open(number: u64, session: u64) -> Event {
    Event::Open(Open { about: about(number, session), format: Some("ctime".into()), label: None })
}

/// A line in one read, with its reply 21 µs later.
pub(super) fn line(session: u64, seq: u64, text: &str) -> Message {
    let bytes = text.len() as u64;
    Message {
        about: about(seq + 1, session),
        seq,
        bytes,
        payload: Payload::Text(text.into()),
        first_at: at(0),
        reads: vec![Read { at: at(0), bytes }],
        reads_omitted: 0,
        source: Source::Kernel,
        terminator: Terminator::of(text.as_bytes()),
        end: End::Lf,
        shared: 1,
        wait_ns: Some(3000),
        service_ns: Some(21_000),
        delta_ns: None,
        stamp: Some("Sun Nov 22 18:07:00 2026".into()),
        unanswered: None,
        news: None,
    }
}

/// A message of which a byte is read every so many microseconds.
pub(super) fn dribble(bytes: u64, every_us: u64) -> Message {
    let reads: Vec<_> = (0..bytes).map(|n| Read { at: at(n * every_us), bytes: 1 }).collect();
    let mut message = Message { reads, ..line(1, 1, &"x".repeat(bytes as usize)) };
    message.about.at = at((bytes - 1) * every_us);
    message
}

pub(super) fn message(message: Message) -> Event {
    Event::Message(Box::new(message))
}

pub(super) fn close(number: u64, session: u64) -> Close {
    Close {
        about: about(number, session),
        by: By::Client,
        how: How::Fin,
        code: None,
        reason: None,
        reads: 1,
        messages: 1,
        bytes_in: 6,
        bytes_out: 33,
        lasted_ns: 1_000_000,
        count: 1,
        findings: Findings::default(),
    }
}

pub(super) fn dropped(number: u64, session: Option<u64>) -> Event {
    let id = EventId { run: 0x692a_0b3c, number };
    Event::Dropped(Dropped { id, at: at(0), session, reads: 1, messages: 2, bytes: 3, events: 4 })
}
