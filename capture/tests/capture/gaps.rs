//! What the file says where it doesn't have everything.

use wirestamp_capture::{Capture, SESSIONS_MAX};
use wirestamp_protocol::event::{By, Close, Event, How, Message, Payload, Read};

use crate::feed::{Feed, STAMP, at, tcp};
use crate::packets;
use crate::reader::{Packet, read};

/// How many more bytes a reply has than its message.
const PREFIX: u32 = STAMP.len() as u32 + 3;

/// Known and true sizes of the segments that a client sent.
fn sizes(packets: &[Packet], is_inbound: bool) -> Vec<(usize, usize)> {
    let data = packets.iter().filter(|packet| packet.is_inbound == is_inbound && packet.size > 0);
    data.map(|packet| (packet.known.len(), packet.size)).collect()
}

fn number(packet: &Packet) -> u32 {
    packet.tcp.clone().unwrap().number
}

/// A message of this size of which 4 KiB are told.
fn cut(bytes: u64, reads: &[u64]) -> Message {
    Message {
        bytes,
        payload: Payload::Text("x".repeat(4096)),
        reads: reads.iter().map(|bytes| Read { at: at(10), bytes: *bytes }).collect(),
        ..tcp().message(&[(10, "")])
    }
}

fn event(message: Message) -> Event {
    Event::Message(Box::new(message))
}

#[test]
fn bytes_that_were_cut_are_missing_from_packets_of_the_true_size() {
    let packets = packets(&[tcp().open(0), event(cut(10_000, &[3000, 3000, 4000]))]);
    assert_eq!(sizes(&packets, true), [(3000, 3000), (1096, 3000), (0, 4000)]);
    let prefix = PREFIX as usize;
    assert_eq!(sizes(&packets, false), [(prefix + 4096, prefix + 10_000)]);
}

#[test]
fn what_does_not_fit_into_a_packet_is_split() {
    let packets = packets(&[tcp().open(0), event(cut(100_000, &[100_000])), tcp().says(&[(90, "x\n")])]);
    assert_eq!(sizes(&packets, true), [(4096, 65_495), (0, 34_505), (2, 2)]);
    let first = number(&packets[3]);
    assert_eq!(number(&packets[4]).wrapping_sub(first), 65_495);
    assert_eq!(number(&packets[7]).wrapping_sub(first), 100_000);
}

#[test]
fn a_message_as_large_as_can_be_adds_less_than_128_kib() {
    let mut file = Vec::new();
    let mut capture = Capture::new(&mut file);
    let most = 16 * 1024 * 1024;
    let mut reads = vec![1; 255];
    reads.push(most - 255);
    capture.event(&event(cut(most, &reads)), &mut file);
    let before = file.len();
    assert!(before < 128 * 1024, "{before} bytes");
    assert_eq!(
        read(&file).packets.iter().filter(|packet| packet.is_inbound).map(|p| p.size as u64).sum::<u64>(),
        most
    );

    // A feed can claim anything.
    capture.event(&event(cut(u64::MAX, &[u64::MAX, u64::MAX])), &mut file);
    assert!(file.len() - before < 128 * 1024);
    read(&file);
}

#[test]
fn reads_that_are_left_out_are_one_segment_in_their_place() {
    let mut message = tcp().message(&[(10, "a"), (20, "bcd"), (30, "e\n")]);
    message.reads.remove(1);
    message.reads_omitted = 3;
    let packets = packets(&[tcp().open(0), event(message)]);
    let shown: Vec<_> = packets[3..6].iter().map(|packet| (packet.at, &packet.known[..])).collect();
    assert_eq!(shown, [(at(10).0, &b"a"[..]), (at(30).0, b"bcd"), (at(30).0, b"e\n")]);
    assert!(packets[4].comments[0].contains("one by one: 3."), "{packets:?}");
}

#[test]
fn a_payload_that_is_not_base64_is_missing() {
    let message = |text: &str, bytes| Message {
        payload: Payload::Base64(text.into()),
        bytes,
        reads: Vec::new(),
        ..tcp().message(&[(10, "")])
    };
    let packets = packets(&[event(message("/w==", 1)), event(message("not base64", 7))]);
    assert_eq!(sizes(&packets, true), [(1, 1), (0, 7)]);
    assert_eq!(packets[0].known, b"\xff");
}

#[test]
fn a_session_whose_beginning_was_not_told_begins_in_its_middle() {
    let packets = packets(&[tcp().says(&[(10, "a\n")]), tcp().says(&[(90, "b\n")])]);
    let flags: Vec<_> = packets.iter().map(|packet| packet.tcp.clone().unwrap().flags).collect();
    assert_eq!(flags, ["P."; 4]);
    assert!(
        packets[0].comments.iter().any(|comment| comment.contains("beginning of this session is missing"))
    );
    assert_eq!(number(&packets[2]).wrapping_sub(number(&packets[0])), 2);
}

#[test]
fn dropped_bytes_leave_a_gap_in_the_numbers_and_a_comment() {
    let packets = packets(&[
        tcp().open(0),
        tcp().says(&[(10, "a\n")]),
        tcp().lost(1000, 2),
        tcp().says(&[(90, "b\n")]),
    ]);
    assert_eq!(number(&packets[5]).wrapping_sub(number(&packets[3])), 2 + 1000);
    // Their replies are missing too.
    assert_eq!(number(&packets[6]).wrapping_sub(number(&packets[4])), 2 + PREFIX + 1000 + 2 * PREFIX);
    let comment = packets[5].comments.join(" ");
    assert!(comment.contains("1 read, 2 messages, 1000 bytes, 0 events"), "{comment}");
    assert!(packets[6].comments.is_empty());
}

#[test]
fn the_totals_at_the_end_show_a_gap_that_nobody_told() {
    let close = Close { bytes_in: 1002, bytes_out: 3000, ..tcp().close(200, By::Client, How::Fin) };
    let packets = packets(&[tcp().open(0), tcp().says(&[(10, "a\n")]), Event::Close(close)]);
    assert_eq!(number(&packets[5]).wrapping_sub(number(&packets[0])), 1 + 1002);
    assert_eq!(number(&packets[6]).wrapping_sub(number(&packets[1])), 1 + 3000);
}

#[test]
fn the_sessions_that_were_quiet_longest_are_forgotten() {
    let mut file = Vec::new();
    let mut capture = Capture::new(&mut file);
    let session = |session| Feed { session, ..tcp() };
    capture.event(&session(0).open(0), &mut file);
    for other in 1..=SESSIONS_MAX as u64 {
        capture.event(&session(other).open(0), &mut Vec::new());
    }
    let mut last = Vec::new();
    Capture::new(&mut last);
    capture.event(&session(0).says(&[(10, "a\n")]), &mut last);
    capture.event(&session(SESSIONS_MAX as u64).says(&[(10, "a\n")]), &mut last);
    let (forgotten, known) = (&read(&last).packets[0], &read(&last).packets[2]);
    assert!(
        forgotten.comments.iter().any(|comment| comment.contains("beginning of this session is missing"))
    );
    assert!(known.comments.is_empty());
    // Numbers go on far ahead, so that the segment isn't taken for one that was sent before.
    let ahead = number(forgotten).wrapping_sub(number(&read(&file).packets[0]));
    assert_eq!(ahead, 1 << 30);
}
