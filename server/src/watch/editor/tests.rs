use super::*;

use std::time::Duration;

use wirestamp_protocol::Cut;
use wirestamp_protocol::event::{DropReason, End, Event, Message, Payload, Terminator};

use crate::ending;
use crate::journal::feed::{Answered, Arrived, Entrance, Missed};
use crate::peer::Transport;
use crate::watch::ring::Entry;

/// An editor, and the events that it has made.
struct Desk {
    editor: Editor,
    ring: Ring,
    batch: Batch,
}

/// So many milliseconds after the start of the test.
fn ms(ms: u64) -> Timestamp {
    Timestamp(Duration::from_secs(1_795_370_820) + Duration::from_millis(ms))
}

impl Desk {
    fn new() -> Self {
        let rules = Rules { zone: Zone::Utc, gap: None, max_message: 65_536 };
        Self {
            editor: Editor::new(rules, 1 << 20, Journal::new(false)),
            ring: Ring::new(1, 1 << 20),
            batch: Batch::default(),
        }
    }

    fn tell(&mut self, record: Record) {
        self.batch.records.push(record);
        self.editor.edit(&mut self.batch, &mut self.ring);
    }

    fn opened(&mut self, is_probe: bool) {
        let opened = Opened {
            session: 7,
            transport: Transport::Tcp,
            peer: Peer::Ip("192.0.2.1:5".parse().unwrap()),
            entrance: Entrance::test(),
            at: ms(0),
            is_probe,
            before: Default::default(),
        };
        self.tell(Record::Opened(Box::new(opened)));
    }

    /// A read of the session that arrived at a time, and waited for 3 µs.
    fn read(&mut self, at: u64, bytes: &[u8]) {
        let arrival = Arrived { at: ms(at), waited: Some(Duration::from_micros(3)) };
        let bytes = self.batch.keep(bytes);
        self.tell(Record::Read { session: 7, arrival, bytes });
    }

    fn answered(&mut self, at: u64, messages: u64, missed: Missed) {
        let answered = Answered { at: Some(ms(at)), messages, bytes_out: 0, missed };
        self.tell(Record::Answered { session: 7, answered });
    }

    fn closed(&mut self, at: u64, how: ending::How, is_probe: bool) {
        let closed = Closed {
            session: 7,
            peer: Peer::Ip("192.0.2.1:5".parse().unwrap()),
            ending: Ending::by_client(how),
            is_probe,
            counts: Default::default(),
            at: ms(at),
            missed: Missed::default(),
        };
        self.tell(Record::Closed(Box::new(closed)));
    }

    fn datagram(&mut self, port: u16, at: u64, unanswered: Option<DropReason>) {
        let arrival = Arrived { at: ms(at), waited: None };
        let (bytes, from) = (self.batch.keep(b"ping"), ([192, 0, 2, 1], port).into());
        self.tell(Record::Datagram { listener: 0, from, arrival, bytes, unanswered });
    }

    /// The events so far.
    fn events(&self) -> Vec<Event> {
        self.ring.entries().map(|Entry { json, .. }| serde_json::from_slice(json).unwrap()).collect()
    }

    fn messages(&self) -> Vec<Message> {
        let message = |event| if let Event::Message(message) = event { Some(*message) } else { None };
        self.events().into_iter().filter_map(message).collect()
    }

    /// What each event is.
    fn told(&self) -> Vec<String> {
        let tell = |event: &Event| match event {
            Event::Open(_) => "open".to_owned(),
            Event::Message(message) => format!("message {}", message.seq),
            Event::Close(close) => format!("close {} × {}", close.how.name(), close.count),
            Event::Dropped(dropped) => format!("dropped {}", dropped.messages),
        };
        self.events().iter().map(tell).collect()
    }
}

#[test]
fn a_message_is_told_with_its_anatomy_once_it_is_answered() {
    let mut desk = Desk::new();
    desk.opened(false);
    desk.read(10, b"he");
    desk.read(50, b"llo\r\n");
    assert_eq!(desk.told(), ["open"]);
    desk.answered(51, 1, Missed::default());
    let message = &desk.messages()[0];
    assert_eq!(message.payload, Payload::Text("hello\r\n".into()));
    assert_eq!((message.about.at, message.first_at, message.reads.len()), (ms(50), ms(10), 2));
    assert_eq!((message.wait_ns, message.service_ns, message.delta_ns), (Some(3000), Some(1_000_000), None));
    assert_eq!((message.terminator, message.end, message.shared), (Terminator::Crlf, End::Lf, 1));
    assert_eq!(message.stamp.as_deref(), Some("Sun Nov 22 18:07:00 2026"));
}

#[test]
fn the_gap_and_the_end_of_the_stream_end_messages() {
    let mut desk = Desk::new();
    desk.opened(false);
    for (at, cut) in [(10, Cut::Gap), (200, Cut::Eof)] {
        desk.read(at, b"x");
        desk.tell(Record::Ended { session: 7, cut });
        desk.answered(at + 50, 1, Missed::default());
    }
    desk.closed(250, ending::How::Fin, false);
    let ends: Vec<_> = desk.messages().iter().map(|message| (message.end, message.service_ns)).collect();
    assert_eq!(ends, [(End::Gap, Some(50_000_000)), (End::Eof, Some(50_000_000))]);
    assert_eq!(desk.messages()[1].delta_ns, Some(190_000_000));
    // The client had ended its half before it was answered.
    assert_eq!(desk.told().last().unwrap(), "close half-close × 1");
}

#[test]
fn a_message_whose_client_does_not_read_is_told_all_the_same() {
    let mut desk = Desk::new();
    desk.opened(false);
    desk.read(10, b"a\n");
    desk.tell(Record::HeldBack { session: 7 });
    assert_eq!(desk.messages()[0].service_ns, None);
    desk.answered(900, 1, Missed::default());
    assert_eq!(desk.told(), ["open", "message 1"]);
}

#[test]
fn a_client_that_never_reads_is_found_out_while_it_is_open() {
    let mut desk = Desk::new();
    desk.opened(false);
    desk.read(10, b"a\n");
    desk.tell(Record::HeldBack { session: 7 });
    desk.editor.tick(ms(5000), &mut desk.ring);
    let listed: serde_json::Value = serde_json::from_slice(&desk.editor.listing()).unwrap();
    assert_eq!(listed["open"][0]["hints"], serde_json::json!(["never-reads"]));
}

#[test]
fn of_a_read_of_very_many_messages_each_is_told_once_in_order() {
    let mut desk = Desk::new();
    desk.ring.set_limit(64 << 20);
    desk.opened(false);
    desk.read(1, &[b'\n'; 5000]);
    desk.answered(2, 5000, Missed::default());
    let messages = desk.messages();
    assert!(messages.iter().map(|message| message.seq).eq(1..=5000));
    assert_eq!(messages.iter().filter(|message| message.service_ns.is_some()).count(), 1024);
}

#[test]
fn what_was_kept_of_a_message_that_a_reset_cut_off_may_be_kept_of_others() {
    let mut desk = Desk::new();
    desk.opened(false);
    desk.read(1, b"begun");
    assert_eq!(desk.editor.held(), 5);
    desk.closed(2, ending::How::Reset, false);
    assert_eq!(desk.editor.held(), 0);
}

#[test]
fn the_memory_of_a_batchs_records_is_used_again() {
    let mut desk = Desk::new();
    desk.opened(false);
    assert!(desk.batch.records.is_empty() && desk.batch.records.capacity() > 0);
}

#[test]
fn what_is_missing_is_told_in_its_place_and_the_numbers_go_on() {
    let mut desk = Desk::new();
    desk.opened(false);
    desk.read(1, b"a\nbegun");
    desk.answered(1, 1, Missed::default());
    desk.answered(2, 31, Missed { reads: 2, bytes: 100 });
    desk.read(3, b"rest\nb\n");
    desk.answered(3, 33, Missed::default());
    assert_eq!(desk.told(), ["open", "message 1", "dropped 30", "dropped 1", "message 33"]);
    assert_eq!(desk.messages()[1].payload, Payload::Text("b\n".into()));
}

#[test]
fn bytes_that_are_no_text_are_in_base64_and_a_halved_character_is_left_out() {
    assert_eq!(session::payload_of(b"\xff".to_vec(), 1), Payload::Base64("/w==".into()));
    assert_eq!(session::payload_of("a東".into(), 4), Payload::Text("a東".into()));
    let halved = "a東".as_bytes()[..3].to_vec();
    assert_eq!(session::payload_of(halved.clone(), 9), Payload::Text("a".into()));
    assert_eq!(session::payload_of(halved, 3), Payload::Base64("Yead".into()));
}

#[test]
fn a_udp_client_has_a_session_that_fades() {
    let mut desk = Desk::new();
    desk.tell(Record::Listener { listener: 0, entrance: Entrance::test() });
    desk.datagram(5000, 0, None);
    desk.datagram(5001, 1, Some(DropReason::OverRate));
    desk.tell(Record::RepliesLost { listener: 0, to: ([192, 0, 2, 1], 5000).into(), count: 1 });
    desk.datagram(5000, 2, None);
    desk.tell(Record::DatagramsAnswered { listener: 0, at: ms(3), missed: Missed::default() });
    let told: Vec<_> =
        desk.messages().into_iter().map(|message| (message.unanswered, message.service_ns)).collect();
    assert_eq!(
        told,
        [(Some(DropReason::Lost), None), (None, Some(1_000_000)), (Some(DropReason::OverRate), None)]
    );
    desk.editor.tick(ms(60_001), &mut desk.ring);
    assert_eq!(desk.told().iter().filter(|told| *told == "close quiet × 1").count(), 1);
    desk.editor.tick(ms(60_002), &mut desk.ring);
    assert_eq!(desk.told().iter().filter(|told| *told == "close quiet × 1").count(), 2);
    assert!(desk.editor.peers.sessions().next().is_none());
}

#[test]
fn probes_from_one_host_are_told_together() {
    let mut desk = Desk::new();
    for at in [0, 1000, 2000] {
        desk.opened(true);
        desk.closed(at, ending::How::Fin, true);
    }
    assert_eq!(desk.told(), ["open", "close fin × 1"]);
    desk.editor.tick(ms(9_000), &mut desk.ring);
    assert_eq!(desk.told().len(), 2);
    desk.editor.tick(ms(10_000), &mut desk.ring);
    assert_eq!(desk.told()[2..], ["open", "close fin × 2"]);
    // After a quiet while, the next one is told at once again.
    desk.editor.tick(ms(20_000), &mut desk.ring);
    desk.opened(true);
    desk.closed(21_000, ending::How::Fin, true);
    assert_eq!(desk.told()[4..], ["open", "close fin × 1"]);
}

#[test]
fn sessions_are_listed_with_what_went_through_and_how_they_ended() {
    let mut desk = Desk::new();
    desk.opened(false);
    desk.read(1, b"a\n");
    desk.answered(1, 1, Missed::default());
    let list = |desk: &Desk| serde_json::from_slice::<serde_json::Value>(&desk.editor.listing()).unwrap();
    let open = &list(&desk)["open"][0];
    assert_eq!((&open["session"], &open["messages"], &open["bytes_in"]), (&7.into(), &1.into(), &2.into()));
    assert!(open["ended"].is_null());
    desk.closed(5, ending::How::Reset, false);
    let listed = list(&desk);
    assert_eq!(listed["open"].as_array().unwrap().len(), 0);
    assert_eq!(listed["ended"][0]["ended"]["how"], "reset");
}
