//! How the client writes: in which pieces, with which ends, in which encoding.

use wirestamp_protocol::event::{By, How, Transport};

use crate::session::{Session, each, ms, tcp};

/// The text as a client that forgets to encode it would send it.
fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_healthy_session_gets_a_plain_line_and_no_hint() {
    let lines = [b"voltage=3.3 current=0.21 temperature=17\n"; 12];
    let session = each(tcp(), lines, ms(20)).fin();
    assert_eq!(session.hints(), "");
    let expected = "12 messages, 480 bytes. Each came in one read and ended with LF. The client ended the stream with FIN.";
    assert_eq!(session.verdict(), expected);
}

#[test]
fn one_line_is_told_in_the_singular() {
    assert_eq!(tcp().read("hello\n").verdict(), "1 message, 6 bytes. It came in one read and ended with LF.");
}

#[test]
fn there_is_a_verdict_before_the_first_message_too() {
    assert_eq!(tcp().verdict(), "Nothing has come yet.");
    assert_eq!(tcp().read("hel").verdict(), "3 bytes in 1 read.");
}

#[test]
fn a_client_that_dribbles_without_a_line_feed_is_told_all_of_it() {
    let session = each(tcp(), [b"x"; 38], ms(10)).wait(ms(42)).reset();
    assert_eq!(session.hints(), "byte-by-byte no-terminator reset");
    let expected = "38 bytes in 38 reads over 370 ms: the client writes byte by byte. \
                    No line feed, so the message was cut by the 50 ms gap, which is the service's own rule. \
                    A line feed would end it at once. The client sent RST 2 ms after the reply. \
                    That happens when a socket is closed with unread replies, or with SO_LINGER set to 0.";
    assert_eq!(session.verdict(), expected);
}

#[test]
fn a_dribble_is_noticed_while_the_message_is_open_and_across_gaps() {
    let mut session = tcp();
    for (number, byte) in b"dribble".iter().enumerate() {
        session = session.read([*byte]).wait(ms(1));
        assert_eq!(session.hints(), "", "{number}");
    }
    assert_eq!(session.read("s").hints(), "byte-by-byte");

    // Each byte is a message here.
    let session = each(tcp(), [b"x"; 38], ms(60));
    assert_eq!(session.hints(), "byte-by-byte no-terminator");
    assert!(session.verdict().contains("so each message was cut by the 50 ms gap"), "{}", session.verdict());

    // Short lines need three.
    let line = ["o", "k", "\n"];
    assert_eq!(each(tcp(), [line, line].concat(), ms(1)).hints(), "");
    assert_eq!(each(tcp(), [line, line, line].concat(), ms(1)).hints(), "byte-by-byte");
}

#[test]
fn short_messages_are_not_a_dribble() {
    assert_eq!(each(tcp(), ["y\n"; 100], ms(10)).hints(), "");
    assert_eq!(each(tcp(), ["\n"; 100], ms(10)).hints(), "");
    assert_eq!(each(tcp(), ["OK"; 100], ms(60)).hints(), "no-terminator");
    assert_eq!(each(tcp(), ["y", "\n"].repeat(20), ms(0)).hints(), "");
    assert_eq!(each(tcp(), ["three", "more", "words\n"].repeat(20), ms(0)).hints(), "");
    assert_eq!(each(Session::new(Transport::Udp), ["x"; 100], ms(10)).hints(), "");
    assert_eq!(each(Session::new(Transport::Ws), ["x\n"; 100], ms(10)).hints(), "");
    // Without time between them, they weren't written one by one.
    assert_eq!(each(tcp(), ["x"; 100], ms(0)).hints(), "");
}

#[test]
fn a_line_that_is_split_by_delayed_ack_is_told_with_the_pause_and_the_cause() {
    let session = each(tcp(), ["temperature=", "17\n"], ms(40));
    assert_eq!(session.hints(), "split-line");
    let expected = "1 message, 15 bytes. The line came in several reads, with a pause of 40 ms. \
                    A read is not a TCP segment, but Nagle's algorithm and delayed ACK cause such a pause when a client \
                    writes a line in pieces. Write each line at once, or set TCP_NODELAY.";
    assert_eq!(session.verdict(), expected);
}

#[test]
fn a_line_that_is_split_by_another_pause_is_told_without_that_cause() {
    let session = each(tcp(), ["temperature=", "17", "\n"], ms(1)).read("17.5\n");
    assert_eq!(session.hints(), "split-line");
    let verdict = session.verdict();
    assert!(
        verdict.contains("1 of 2 messages came in several reads, with pauses of up to 1 ms."),
        "{verdict}"
    );
    assert!(!verdict.contains("Nagle"), "{verdict}");

    let session = each(Session::new(Transport::Unix), ["temperature=", "17\n"], ms(40));
    assert_eq!(session.hints(), "split-line");
    assert!(!session.verdict().contains("TCP"), "{}", session.verdict());
}

#[test]
fn a_line_in_two_reads_is_not_split_without_a_pause_or_in_many_reads_or_by_a_gap() {
    assert_eq!(each(tcp(), ["temperature=", "17\n"], ms(0)).hints(), "");
    let long = each(tcp(), ["a long line ", "that comes ", "in more ", "than four ", "reads\n"], ms(20));
    assert_eq!(long.hints(), "");
    assert!(long.verdict().contains("It came in 5 reads."), "{}", long.verdict());
    assert_eq!(each(tcp(), ["temperature=", "17\n"], ms(60)).hints(), "no-terminator");
    // It begins behind another line, so the server's buffer may have been full.
    let flood = each(tcp(), ["one\ntwo\nthr", "ee\nfour\nfi", "ve\n"], ms(40));
    assert_eq!(flood.hints(), "coalesced");
    assert_eq!(each(flood, ["temperature=", "17\n"], ms(40)).hints(), "split-line coalesced");
    // The bridge's reads aren't the client's.
    assert_eq!(each(Session::new(Transport::Ws), ["temperature=", "17\n"], ms(40)).hints(), "");
}

#[test]
fn messages_without_a_line_feed_are_told_with_what_ended_them() {
    let each_gap = each(tcp(), ["hello"; 2], ms(60));
    let some_gaps = each(tcp(), ["hello", "hello\n", "hello"], ms(60));
    let eof = tcp().read("hello\n").read("bye").fin();
    let cap = tcp().read(vec![b'x'; 150_000]).read("\n");
    for (session, told) in [
        (
            each_gap,
            "No line feed, so each message was cut by the 50 ms gap, which is the service's own rule.",
        ),
        (some_gaps, "2 of 3 messages had no line feed and were cut by the 50 ms gap"),
        (eof, "The last one has no line feed: the end of the stream ended it."),
        (cap, "2 messages were cut at the maximum length, as no line feed came."),
    ] {
        assert!(session.hints().contains("no-terminator"), "{}", session.hints());
        assert!(session.verdict().contains(told), "{}", session.verdict());
    }
}

#[test]
fn a_datagram_needs_no_line_feed() {
    let session = each(Session::new(Transport::Udp), ["hello", "", "hello\n"], ms(5));
    assert_eq!((session.hints().as_str(), session.verdict().as_str()), ("", "3 datagrams, 11 bytes."));
}

#[test]
fn carriage_returns_are_told_apart_by_what_follows() {
    let all = each(tcp(), ["one\r\n", "two\r\n"], ms(5));
    assert_eq!(all.hints(), "crlf");
    assert!(
        all.verdict().contains("ended with CR LF. The CR before each LF is part of"),
        "{}",
        all.verdict()
    );
    let some = each(tcp(), ["one\r\n", "two\n"], ms(5));
    assert_eq!(some.hints(), "crlf");
    assert!(some.verdict().contains("One message ends with CR LF"), "{}", some.verdict());

    let alone = each(tcp(), ["one\r", "two\r"], ms(60));
    assert_eq!(alone.hints(), "cr-only");
    let told = "Lines end with CR alone, so each message was cut by the 50 ms gap";
    assert!(alone.verdict().contains(told), "{}", alone.verdict());

    // The carriage return comes after the message that the maximum ended.
    assert_eq!(tcp().read([&[b'x'; 65_536][..], b"\r"].concat()).hints(), "no-terminator");
    // A progress bar, and a carriage return that ends nothing.
    assert_eq!(tcp().read("10 %\r20 %\r100 %\n").hints(), "");
    assert_eq!(tcp().read("one\rtwo").wait(ms(60)).hints(), "no-terminator");
}

#[test]
fn the_first_nul_is_told_with_its_offset() {
    let session = tcp().read("ok\n").read("hello\0\n");
    assert_eq!(session.hints(), "nul");
    assert!(session.verdict().contains("There is a NUL byte at offset 8."), "{}", session.verdict());
    assert_eq!(tcp().read("zero 0 \\0 ␀\n").hints(), "");
}

#[test]
fn utf_16_is_told_instead_of_what_follows_from_it() {
    let lines = utf16("hello\nworld\n");
    for chunk in [2, 7, 100] {
        let session = lines.chunks(chunk).fold(tcp(), |session, bytes| session.read(bytes).wait(ms(60)));
        assert_eq!(session.hints(), "utf-16", "{chunk}");
    }
    let session = tcp().read(utf16("\u{feff}東京 17 °C\n")).wait(ms(60));
    assert_eq!(session.hints(), "utf-16");
    let told = "They came in one read. The text is UTF-16. The service ends a message at the single byte LF";
    assert!(session.verdict().contains(told), "{}", session.verdict());
    assert_eq!(tcp().read("h\0e\0y\n").hints(), "nul");
}

#[test]
fn a_byte_order_mark_is_told_at_the_beginning_only() {
    assert_eq!(tcp().read("\u{feff}hello\n").hints(), "bom");
    assert_eq!(tcp().read(b"\xef\xbb").read(b"\xbfhello\n").hints(), "bom");
    assert_eq!(tcp().read("hello \u{feff}world\n").hints(), "");
}

#[test]
fn invalid_utf_8_is_told_with_its_offset_in_the_stream() {
    let session = tcp().read("ok\n").read(b"na\xefve\n");
    assert_eq!(session.hints(), "invalid-utf8");
    assert!(session.verdict().contains("The byte at offset 5 isn't valid UTF-8."), "{}", session.verdict());
    // A character that is split between reads is whole.
    assert_eq!(tcp().read(b"na\xc3").read(b"\xafve\n").hints(), "");
    // One that the end cuts off isn't.
    let cut_off = tcp().read(b"ok\nna\xc3");
    assert_eq!(cut_off.hints(), "coalesced");
    assert!(cut_off.end(By::Client, How::Reset).hints().contains("invalid-utf8"));
}

#[test]
fn invalid_utf_8_is_told_with_its_place_in_the_datagram() {
    let session = each(Session::new(Transport::Udp), [&b"ok"[..], b"na\xefve"], ms(5));
    assert_eq!(session.hints(), "invalid-utf8");
    assert!(session.verdict().contains("The byte at offset 2 of datagram 2 isn't"), "{}", session.verdict());
    assert_eq!(
        each(Session::new(Transport::Udp), [&b"na\xc3"[..], b"\xafve"], ms(5)).hints(),
        "invalid-utf8"
    );
}

#[test]
fn messages_that_share_a_read_are_told() {
    let session = tcp().read("one\ntwo\nthree\n");
    assert_eq!(session.hints(), "coalesced");
    assert!(session.verdict().contains("Up to 3 messages shared a read"), "{}", session.verdict());
    // The bridge hands several messages on at once, and each datagram stands alone.
    assert_eq!(Session::new(Transport::Ws).read("one\ntwo\n").hints(), "");
    assert_eq!(Session::new(Transport::Udp).read("one\ntwo\n").hints(), "");
    // One message without a line feed, which the maximum cut.
    assert_eq!(tcp().read(vec![b'x'; 150_000]).hints(), "no-terminator");
}

#[test]
fn nothing_is_concluded_from_what_was_not_seen() {
    // A line whose beginning is missing, the rest of a character, and a carriage return.
    let session = tcp().read(b"na\xc3").missed().wait(ms(40)).read(b"\xafve\n");
    assert_eq!(session.hints(), "");
    assert!(session.verdict().contains("Some reads were not looked into"), "{}", session.verdict());
    assert_eq!(tcp().missed().read("x\r").wait(ms(60)).fin().hints(), "");
    // No request, no dribble and no probe begins behind a hole.
    assert_eq!(tcp().missed().read("GET / HTTP/1.1\n").hints(), "");
    assert_eq!(each(each(tcp(), ["x"; 7], ms(1)).missed(), ["x"; 7], ms(1)).hints(), "");
    assert_eq!(each(tcp().missed(), ["x"; 20], ms(1)).hints(), "");
    assert_eq!(each(tcp().missed(), ["temperature=", "17\n"], ms(40)).hints(), "");
    assert_eq!(tcp().missed().fin().hints(), "");
    // What is there is told, without a place.
    let session = tcp().missed().read(b"\xff\n");
    assert_eq!(session.hints(), "invalid-utf8");
    assert!(session.verdict().contains("Some bytes aren't valid UTF-8."), "{}", session.verdict());
}

#[test]
fn news_is_a_change_of_hints_and_not_of_numbers() {
    let mut session = tcp().read("one\n");
    assert_eq!(session.examination.take_news(), None);
    session = session.read("two\r\n");
    let news = session.examination.take_news().unwrap();
    assert_eq!(news.hints, ["crlf"]);
    assert_eq!(news, session.findings());
    session = session.read("three\r\n");
    assert_eq!(session.examination.take_news(), None);
}
