//! Sessions over streams: segments, their numbers, their times and their addresses.

use wirestamp_protocol::event::{Event, Message, Open, Read, Source};

use crate::feed::{Feed, SERVICE_US, STAMP, at, tcp, tcp_v6, unix, ws};
use crate::reader::Packet;
use crate::{capture, packets};

/// Flags, sequence number and acknowledged number, the latter two since the initial ones of a whole session.
fn numbers(packets: &[Packet]) -> Vec<(&'static str, u32, u32)> {
    let tcp: Vec<_> = packets.iter().map(|packet| packet.tcp.clone().unwrap()).collect();
    let (client, server) = (tcp[0].number, tcp[1].number);
    let relative = |(packet, tcp): (&Packet, &crate::reader::Tcp)| {
        let (own, other) = if packet.is_inbound { (client, server) } else { (server, client) };
        let acknowledged = if tcp.flags == "S" { 0 } else { tcp.acknowledged.wrapping_sub(other) };
        (tcp.flags, tcp.number.wrapping_sub(own), acknowledged)
    };
    packets.iter().zip(&tcp).map(relative).collect()
}

#[test]
fn the_file_says_that_it_is_synthesised_and_who_wrote_it() {
    let file = capture(&[]);
    let [(1, comment), (4, application)] = &file.section[..] else { panic!("{:?}", file.section) };
    let comment = std::str::from_utf8(comment).unwrap();
    assert!(comment.starts_with("Synthesised") && comment.contains("never on a wire"), "{comment}");
    assert_eq!(application, concat!("wirestamp ", env!("CARGO_PKG_VERSION")).as_bytes());
    // Times are in nanoseconds.
    assert_eq!(file.interface, [(2, b"wirestamp".to_vec()), (9, vec![9])]);
}

#[test]
fn a_session_is_a_connection_with_a_segment_a_read_and_a_reply() {
    let packets = packets(&[tcp().open(0), tcp().says(&[(10, "hel"), (30, "lo\n")])]);
    let expected = [
        ("S", 0, 0),
        ("S.", 0, 1),
        (".", 1, 1),
        ("P.", 1, 1),
        ("P.", 4, 1),
        // Six bytes and the SYN came before.
        ("P.", 1, 7),
    ];
    assert_eq!(numbers(&packets), expected);
    let data: Vec<_> = packets.iter().map(|packet| (packet.at, &packet.known[..])).skip(3).collect();
    let reply = format!("[{STAMP}] hello\n");
    let expected =
        [(10, &b"hel"[..]), (30, b"lo\n"), (30 + SERVICE_US, reply.as_bytes())].map(|(us, b)| (at(us).0, b));
    assert_eq!(data, expected);
    for packet in &packets {
        let ends = (packet.source.to_string(), packet.destination.to_string());
        let expected = (tcp().peer.to_owned(), tcp().listener.to_owned());
        assert_eq!(if packet.is_inbound { ends } else { (ends.1, ends.0) }, expected);
        assert_eq!(packet.size, packet.known.len());
    }
}

#[test]
fn addresses_can_be_of_ipv6() {
    let packets = packets(&[tcp_v6().open(0), tcp_v6().says(&[(10, "hello\n")])]);
    assert_eq!(packets[3].source.to_string(), tcp_v6().peer);
    assert_eq!(packets[4].source.to_string(), tcp_v6().listener);
    assert_eq!(numbers(&packets)[3..], [("P.", 1, 1), ("P.", 1, 7)]);
}

#[test]
fn a_segment_acknowledges_only_what_came_before_it() {
    // Two lines of one read, of which the second is told behind the reply to the first.
    let shared = |text| Event::Message(Box::new(Message { shared: 2, ..tcp().message(&[(10, text)]) }));
    let packets = packets(&[tcp().open(0), shared("a\n"), shared("b\n"), tcp().says(&[(90, "c\n")])]);
    let reply = STAMP.len() as u32 + 5;
    let expected = [
        ("P.", 1, 1),
        ("P.", 1, 3),
        ("P.", 3, 1),
        ("P.", 1 + reply, 5),
        ("P.", 5, 1 + 2 * reply),
        ("P.", 1 + 2 * reply, 7),
    ];
    assert_eq!(numbers(&packets)[3..], expected);
    for packet in [&packets[3], &packets[5]] {
        assert!(packet.comments.iter().any(|comment| comment.contains("bytes of 2 messages")), "{packet:?}");
    }
}

#[test]
fn sequence_numbers_begin_elsewhere_in_each_session() {
    let of = |session| {
        let feed = Feed { session, ..tcp() };
        packets(&[feed.open(0)])[0].tcp.clone().unwrap().number
    };
    assert_ne!(of(1), of(2));
}

#[test]
fn a_session_without_addresses_has_those_of_documentation_and_says_so() {
    let packets = packets(&[unix().open(0), unix().says(&[(10, "hello\n")])]);
    assert_eq!(packets[0].source.to_string(), "192.0.2.1:49158");
    assert_eq!(packets[0].destination.to_string(), "192.0.2.2:21567");
    let comments = packets[0].comments.join(" ");
    assert!(comments.contains("pid:1234,uid:1000") && comments.contains("/tmp/wirestamp"), "{comments}");
}

#[test]
fn a_session_over_a_websocket_says_that_it_is_without_frames() {
    let packets = packets(&[ws().open(0), ws().says(&[(10, "hello\n")])]);
    assert!(packets[0].comments.iter().any(|comment| comment.contains("without frames")));
    assert_eq!(packets[3].known, b"hello\n");
}

#[test]
fn times_that_are_not_the_kernels_are_said_to_be() {
    let says = |source| Event::Message(Box::new(Message { source, ..tcp().message(&[(10, "a\n")]) }));
    let packets = packets(&[tcp().open(0), says(Source::Read), says(Source::Read), says(Source::Kernel)]);
    let said: Vec<_> = packets.iter().map(|packet| packet.comments.join(" ")).skip(3).collect();
    assert!(said[0].contains("had read the bytes") && said[4].contains("are the kernel's"), "{said:?}");
    assert_eq!([&said[1], &said[2], &said[3], &said[5]], ["", "", "", ""]);
}

#[test]
fn a_reply_that_was_not_written_yet_is_said_to_be() {
    let message = Message { service_ns: None, ..tcp().message(&[(10, "a\n")]) };
    let packets = packets(&[tcp().open(0), Event::Message(Box::new(message))]);
    assert!(packets[4].comments[0].contains("wasn't written yet"));
    assert_eq!(packets[4].at, at(10).0);
}

#[test]
fn reads_without_bytes_make_no_segment() {
    let mut message = tcp().message(&[(10, "a\n")]);
    message.reads.insert(0, Read { at: at(5), bytes: 0 });
    assert_eq!(packets(&[tcp().open(0), Event::Message(Box::new(message))]).len(), 5);
}

#[test]
fn words_that_a_client_chose_are_short_and_do_not_act_on_a_terminal() {
    let label = Some("\x1b]0;owned\x07".repeat(1000));
    let open = Open { about: tcp().about(0), format: Some("ctime".into()), label };
    let packets = packets(&[Event::Open(open)]);
    let comment = packets[0].comments.last().unwrap();
    assert!(comment.starts_with(r"Its label: \x1b]0;owned\x07"), "{comment}");
    assert!(comment.len() <= 1024 && !comment.contains(char::is_control));
}
