//! What holds for any events.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use wirestamp_protocol::event::{By, Close, Dropped, End, Event, How, Message, Payload, Read, Timestamp};

use crate::feed::{Feed, tcp, tcp_v6, udp, unix, ws};
use crate::packets;

fn size() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..10_u64, 2 => 0..200_000_u64, 1 => any::<u64>()]
}

fn reads() -> impl Strategy<Value = Vec<Read>> {
    let time = any::<std::time::Duration>().prop_map(Timestamp);
    vec((time, size()).prop_map(|(at, bytes)| Read { at, bytes }), 0..5)
}

fn message(feed: Feed) -> impl Strategy<Value = Event> {
    let payload =
        prop_oneof![any::<String>().prop_map(Payload::Text), any::<String>().prop_map(Payload::Base64)];
    let service = any::<Option<u64>>();
    let rest = (select(&End::ALL[..]), any::<Option<String>>(), any::<u64>());
    (size(), reads(), payload, service, rest).prop_map(
        move |(bytes, reads, payload, service_ns, (end, stamp, shared))| {
            let usual = feed.message(&[(10, "")]);
            Event::Message(Box::new(Message {
                bytes,
                reads,
                payload,
                service_ns,
                end,
                stamp,
                shared,
                ..usual
            }))
        },
    )
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let feed = select(vec![tcp(), tcp_v6(), udp(), unix(), ws()]);
    let event = (feed, any::<[u64; 4]>()).prop_flat_map(|(feed, [a, b, c, d])| {
        let close = (select(&By::ALL[..]), select(&How::ALL[..])).prop_map(move |(by, how)| {
            Event::Close(Close { bytes_in: a, bytes_out: b, count: c, ..feed.close(50, by, how) })
        });
        let dropped = Dropped {
            id: feed.about(0).id,
            at: feed.about(0).at,
            session: Some(feed.session),
            reads: a,
            messages: b,
            bytes: c,
            events: d,
        };
        prop_oneof![
            2 => Just(feed.open(1)),
            6 => message(feed),
            1 => close,
            1 => Just(Event::Dropped(dropped)),
        ]
    });
    vec(event, 0..20)
}

proptest! {
    // The reader checks every block, every header and every checksum.
    #[test]
    fn any_events_make_a_consistent_file(events in events()) {
        packets(&events);
    }

    #[test]
    fn what_is_known_of_a_stream_is_in_its_segments(texts in vec(vec("[a-z\n]{1,30}", 1..4), 1..8)) {
        let message = |texts: &Vec<String>| {
            let reads: Vec<_> = texts.iter().map(|text| (10, &text[..])).collect();
            tcp().says(&reads)
        };
        let events: Vec<_> = std::iter::once(tcp().open(0)).chain(texts.iter().map(message)).collect();
        let packets = packets(&events);
        let first = packets[0].tcp.clone().unwrap().number;
        // Every byte is at the place that its sequence number says.
        let said = texts.concat().concat();
        for packet in packets.iter().filter(|packet| packet.is_inbound && packet.size > 0) {
            let place = packet.tcp.clone().unwrap().number.wrapping_sub(first).wrapping_sub(1) as usize;
            prop_assert_eq!(&packet.known[..], &said.as_bytes()[place..place + packet.size]);
        }
        let sent: usize = packets.iter().filter(|packet| packet.is_inbound).map(|packet| packet.size).sum();
        prop_assert_eq!(sent, said.len());
    }
}
