//! Any events. What each adds to a file is whole blocks that a reader of pcapng accepts, with right checksums, and less than
//! 128 KiB however large a message claims to be. Every byte of a message is in a packet, up to 16 MiB.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestamp_capture::Capture;
use wirestamp_fuzz::{Step, script};
use wirestamp_protocol::event::{
    By, Close, Dropped, End, Event, How, Message, Open, Payload, Read, Source, Transport,
};

#[allow(dead_code, reason = "shared with the tests of the crate")]
#[path = "../../../capture/tests/capture/feed.rs"]
mod feed;
#[allow(dead_code, reason = "shared with the tests of the crate")]
#[path = "../../../capture/tests/capture/reader.rs"]
mod reader;

use feed::{Feed, at, tcp, tcp_v6, udp, unix, ws};

const OPEN: u8 = 0;
const CLOSE: u8 = 1;
const DROPPED: u8 = 2;

/// The bytes of a step, taken from the front. Behind their end, all are zero.
struct Taken<'a>(&'a [u8]);

impl Taken<'_> {
    fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// Any order of magnitude: a byte, shifted by another.
    fn number(&mut self) -> u64 {
        u64::from(self.byte()) << (self.byte() % 64)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    /// The rest.
    fn text(&self) -> String {
        String::from_utf8_lossy(self.0).into_owned()
    }
}

fn event(Step { kind, bytes }: Step<'_>) -> Event {
    let mut taken = Taken(bytes);
    let v6 = Feed { transport: Transport::Udp, ..tcp_v6() };
    let feed = taken.one_of(&[tcp(), tcp_v6(), unix(), ws(), udp(), v6]);
    match kind {
        OPEN => {
            let about = feed.about(taken.number());
            Event::Open(Open { about, format: Some("%T".into()), label: Some(taken.text()) })
        }
        CLOSE => {
            let (by, how) = (taken.one_of(&By::ALL), taken.one_of(&How::ALL));
            let usual = feed.close(taken.number(), by, how);
            let (bytes_in, bytes_out, count) = (taken.number(), taken.number(), taken.number());
            Event::Close(Close { bytes_in, bytes_out, count, reason: Some(taken.text()), ..usual })
        }
        DROPPED => {
            let about = feed.about(taken.number());
            let [reads, messages, bytes, events] = [0; 4].map(|_| taken.number());
            let session = Some(feed.session).filter(|_| taken.byte() % 2 == 0);
            Event::Dropped(Dropped { id: about.id, at: about.at, session, reads, messages, bytes, events })
        }
        _ => Event::Message(Box::new(message(feed, taken))),
    }
}

fn message(feed: Feed, mut taken: Taken<'_>) -> Message {
    let usual = feed.message(&[(taken.number(), "")]);
    let flags = taken.byte();
    let reads = (0..taken.byte() % 8).map(|_| Read { at: at(taken.number()), bytes: taken.number() });
    Message {
        reads: reads.collect(),
        bytes: taken.number(),
        reads_omitted: taken.number(),
        shared: taken.number(),
        service_ns: Some(taken.number()).filter(|_| flags & 1 == 0),
        stamp: Some("18:07:00".to_owned()).filter(|_| flags & 2 == 0),
        end: taken.one_of(&End::ALL),
        source: taken.one_of(&Source::ALL),
        payload: if flags & 4 == 0 { Payload::Text(taken.text()) } else { Payload::Base64(taken.text()) },
        ..usual
    }
}

fuzz_target!(|data: &[u8]| {
    let mut begin = Vec::new();
    let mut capture = Capture::new(&mut begin);
    for event in script(data).map(event) {
        let mut file = begin.clone();
        capture.event(&event, &mut file);
        assert!(file.len() - begin.len() < 128 * 1024);
        let packets = reader::read(&file).packets;
        let sent: usize = packets.iter().filter(|packet| packet.is_inbound).map(|packet| packet.size).sum();
        let expected = match &event {
            Event::Message(message) => {
                let most = match (message.about.transport, &message.about.peer[..1]) {
                    (Transport::Udp, "[") => 65_527,
                    (Transport::Udp, _) => 65_507,
                    _ => 16 << 20,
                };
                message.bytes.min(most)
            }
            _ => 0,
        };
        assert_eq!(sent as u64, expected, "{event:?}");
    }
});
