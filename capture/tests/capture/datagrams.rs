//! Messages over UDP.

use wirestamp_protocol::event::{By, DropReason, Event, How, Message};

use crate::feed::{Feed, SERVICE_US, STAMP, at, udp};
use crate::packets;

#[test]
fn a_datagram_and_its_reply_are_a_packet_each() {
    let packets =
        packets(&[udp().open(0), udp().says(&[(10, "hello")]), udp().ends(90, By::Client, How::Quiet)]);
    let [asked, answered] = &packets[..] else { panic!("{packets:?}") };
    assert_eq!((asked.at, &asked.known[..], &asked.tcp), (at(10).0, &b"hello"[..], &None));
    let reply = format!("[{STAMP}] hello");
    assert_eq!((answered.at, &answered.known[..]), (at(10 + SERVICE_US).0, reply.as_bytes()));
    assert_eq!((asked.source, asked.destination), (answered.destination, answered.source));
    assert_eq!(asked.source.to_string(), udp().peer);
}

#[test]
fn a_datagram_can_be_empty_and_get_no_reply() {
    let unanswered = Some(DropReason::OverRate);
    let message = Message { stamp: None, unanswered, ..udp().message(&[(10, "")]) };
    let packets = packets(&[Event::Message(Box::new(message))]);
    let [asked] = &packets[..] else { panic!("{packets:?}") };
    assert_eq!((asked.size, &asked.comments[..]), (0, &["It got no reply: over-rate.".to_owned()][..]));
}

#[test]
fn no_datagram_is_larger_than_a_packet_of_its_family() {
    let v6 = Feed { peer: "[::1]:5", listener: "[::1]:6", ..udp() };
    for (feed, most) in [(udp(), 65_507), (v6, 65_527)] {
        let message = Message { bytes: 70_000, ..feed.message(&[(10, "hello")]) };
        let sizes: Vec<_> =
            packets(&[Event::Message(Box::new(message))]).iter().map(|packet| packet.size).collect();
        assert_eq!(sizes, [most, most]);
    }
}
