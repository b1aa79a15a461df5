use wirestamp_protocol::event::{By, DropReason, End, EventId, How, Read, Source, Transport};

use super::*;

/// 2026-11-22 18:07:00 UTC.
const SECOND: u64 = 1_795_370_820;

const WIDE: Look = Look { width: 100, colour: false };

fn at(nanos: u32) -> Timestamp {
    Timestamp(Duration::new(SECOND, nanos))
}

fn about(nanos: u32) -> About {
    About {
        id: EventId { run: 1, number: 1 },
        session: 3,
        transport: Transport::Tcp,
        peer: "127.0.0.1:44398".into(),
        listener: "127.0.0.1:21567".into(),
        at: at(nanos),
    }
}

fn message() -> Message {
    Message {
        about: about(123_999_000),
        seq: 1,
        bytes: 6,
        payload: Payload::Text("hello\n".into()),
        first_at: at(123_999_000),
        reads: vec![Read { at: at(123_999_000), bytes: 6 }],
        reads_omitted: 0,
        source: Source::Kernel,
        terminator: Terminator::Lf,
        end: End::Lf,
        shared: 1,
        wait_ns: Some(3100),
        service_ns: Some(9000),
        delta_ns: Some(1_234_000),
        stamp: Some("Sun Nov 22 18:07:00 2026".into()),
        unanswered: None,
        news: None,
    }
}

/// A message in reads of these sizes, each so many milliseconds after the one before.
fn dribbled(reads: &[(u32, u64)]) -> Message {
    let mut millis = 0;
    let reads = reads.iter().map(|(after, bytes)| {
        millis += after;
        Read { at: at(millis * 1_000_000), bytes: *bytes }
    });
    Message { reads: reads.collect(), ..message() }
}

fn close() -> Close {
    Close {
        about: about(900_000_000),
        by: By::Client,
        how: How::Fin,
        code: None,
        reason: None,
        reads: 38,
        messages: 1,
        bytes_in: 38,
        bytes_out: 65,
        lasted_ns: 420_000_000,
        count: 1,
        findings: Findings::default(),
    }
}

fn said(message: Message) -> String {
    render(&Event::Message(Box::new(message)), WIDE)
}

/// What the second line says of how a message came. Empty if there is none.
fn anatomy(message: Message) -> String {
    said(message).lines().nth(1).unwrap_or_default().trim_start().to_owned()
}

#[test]
fn a_session_opens_with_its_peer_and_its_listener() {
    let open = Open { about: about(123_456_000), format: Some("ctime".into()), label: None };
    let opened = "18:07:00.123456  tcp 3  127.0.0.1:44398  opened at 127.0.0.1:21567";
    assert_eq!(render(&Event::Open(open.clone()), WIDE), format!("{opened}\n"));
    let labelled = Open { label: Some("sensor".into()), ..open };
    assert_eq!(render(&Event::Open(labelled), WIDE), format!("{opened} as sensor\n"));
}

#[test]
fn a_message_that_came_at_once_is_one_line() {
    assert_eq!(said(message()), "18:07:00.123999  tcp 3  #1  6 B LF  +1.23 ms  hello⏎\n");
    let first = Message { delta_ns: None, terminator: Terminator::Crlf, ..message() };
    assert_eq!(said(first), "18:07:00.123999  tcp 3  #1  6 B CRLF  hello⏎\n");
}

#[test]
fn a_long_payload_is_cut_to_the_terminal() {
    let long = Message { payload: Payload::Text("x".repeat(4096)), bytes: 65_536, ..message() };
    for width in [60, 80, 200] {
        let text = render(&Event::Message(Box::new(long.clone())), Look { width, colour: false });
        let line = text.lines().next().unwrap();
        assert_eq!((line.chars().count(), line.ends_with("x…")), (width, true), "{line}");
    }
    let narrow = render(&Event::Message(Box::new(long)), Look { width: 0, colour: false });
    assert!(narrow.lines().next().unwrap().ends_with("  xxxxxxxxx…"), "{narrow}");
}

#[test]
fn a_payload_that_the_server_cut_ends_with_an_ellipsis() {
    let cut = Message { payload: Payload::Text("x".into()), bytes: 65_536, ..message() };
    assert!(said(cut).ends_with("  x…\n"));
}

#[test]
fn bytes_that_are_not_text_are_escaped() {
    let bytes = Message { payload: Payload::Base64("/w0bWzJK".into()), bytes: 6, ..message() };
    assert!(said(bytes).ends_with("  \\xff\\r\\x1b[2J\n"));
    let broken = Message { payload: Payload::Base64("?\u{1b}".into()), ..message() };
    assert!(said(broken).contains("  ?\\x1b"));
}

#[test]
fn reads_are_told_with_the_time_between_them() {
    let gap = Message {
        end: End::Gap,
        terminator: Terminator::None,
        service_ns: Some(51_000_000),
        ..dribbled(&[(0, 2), (10, 1), (40, 3)])
    };
    assert_eq!(
        anatomy(gap),
        "in 3 reads over 50.0 ms: 2 B, +10.0 ms 1 B, +40.0 ms 3 B; ended by the gap; reply after 51.0 ms"
    );
    let split = dribbled(&[(0, 2), (41, 1)]);
    assert_eq!(anatomy(split), "in 2 reads: 2 B, +41.0 ms 1 B; reply after 9.00 µs");
}

#[test]
fn of_many_reads_only_the_first_are_told() {
    let many = dribbled(&[(10, 1); 38]);
    let first = "1 B, +10.0 ms 1 B, +10.0 ms 1 B, +10.0 ms 1 B, +10.0 ms 1 B, …";
    assert_eq!(anatomy(many), format!("in 38 reads over 370 ms: {first}; reply after 9.00 µs"));
    // Between the second and the last read of these, others are left out.
    let omitted = Message { reads_omitted: 7, ..dribbled(&[(0, 1), (10, 1), (90, 1)]) };
    assert_eq!(anatomy(omitted), "in 10 reads over 100 ms: 1 B, +10.0 ms 1 B, …; reply after 9.00 µs");
}

#[test]
fn what_else_is_unusual_about_a_message_is_told() {
    for (message, told) in [
        (Message { end: End::Eof, ..message() }, "ended with the stream; reply after 9.00 µs"),
        (Message { end: End::Cap, ..message() }, "cut at the maximum size; reply after 9.00 µs"),
        (Message { shared: 2, ..message() }, "its last read had 1 other message; reply after 9.00 µs"),
        (Message { shared: 9, ..message() }, "its last read had 8 other messages; reply after 9.00 µs"),
        (
            Message { wait_ns: Some(2_000_000), ..message() },
            "read 2.00 ms after it arrived; reply after 9.00 µs",
        ),
        (Message { service_ns: Some(12_000_000), ..message() }, "reply after 12.0 ms"),
        (Message { service_ns: None, ..message() }, "its reply waits for the client to read"),
        (
            Message {
                service_ns: None,
                unanswered: Some(DropReason::LowPort),
                end: End::Datagram,
                ..message()
            },
            "no reply: it came from a port below 1024",
        ),
        (Message { end: End::Datagram, ..message() }, ""),
    ] {
        assert_eq!(anatomy(message), told);
    }
}

#[test]
fn news_are_told_when_they_come() {
    let verdict = "The client writes byte by byte.".to_owned();
    let news = Some(Findings { hints: vec!["byte-by-byte".into(), "no-terminator".into()], verdict });
    let text = said(Message { news, ..message() });
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        ["                 The client writes byte by byte.", "                 byte-by-byte no-terminator"]
    );
}

#[test]
fn a_close_tells_how_and_by_whom_and_what_it_came_to() {
    let verdict = "38 bytes in 38 reads.".to_owned();
    let findings = Findings { hints: vec!["byte-by-byte".into()], verdict };
    assert_eq!(
        render(&Event::Close(Close { findings, ..close() }), WIDE),
        "18:07:00.900000  tcp 3  127.0.0.1:44398  \
         closed by the client (FIN); 1 message in 38 reads, 38 B in, 65 B out, 420 ms\n\
         \x20                38 bytes in 38 reads.\n\
         \x20                byte-by-byte\n"
    );
}

#[test]
fn every_ending_names_who_ended_it() {
    for how in How::ALL.into_iter().filter(|how| *how != How::Quiet) {
        for by in By::ALL {
            let text = render(&Event::Close(Close { how, by, ..close() }), WIDE);
            assert!(text.contains(&format!("the {}", by.name())), "{how:?} {by:?}: {text}");
        }
    }
}

#[test]
fn a_probe_and_a_websocket_have_endings_of_their_own() {
    let empty = Close { reads: 0, messages: 0, bytes_in: 0, bytes_out: 0, count: 12, ..close() };
    let text = render(&Event::Close(empty), WIDE);
    assert!(text.ends_with("closed by the client (FIN), 12 times; no bytes in 420 ms\n"), "{text}");
    let reason = Some("bye\u{1b}".to_owned());
    let text = render(&Event::Close(Close { how: How::Close, code: Some(1000), reason, ..close() }), WIDE);
    assert!(text.contains("  closed by the client with 1000: bye\\x1b; 1 message"), "{text}");
}

#[test]
fn what_is_missing_is_told_in_its_place() {
    let dropped = Dropped {
        id: EventId { run: 1, number: 9 },
        at: at(5000),
        session: None,
        reads: 12,
        messages: 300,
        bytes: 1,
        events: 0,
    };
    let text = "18:07:00.000005  missing here: 300 messages, 12 reads, 1 byte\n";
    assert_eq!(render(&Event::Dropped(dropped.clone()), WIDE), text);
    let one = Dropped { session: Some(3), events: 1, messages: 0, reads: 0, bytes: 0, ..dropped };
    let yellow = render(&Event::Dropped(one), Look { colour: true, ..WIDE });
    assert!(yellow.ends_with("\x1b[33mmissing here of session 3: 1 event\x1b[0m\n"), "{yellow}");
}

/// Text without the colours that this program writes.
fn without_colours(text: &str) -> String {
    ["0", "1", "2", "31", "32", "33", "34", "35", "36"]
        .iter()
        .fold(text.to_owned(), |text, code| text.replace(&format!("\x1b[{code}m"), ""))
}

#[test]
fn colours_change_nothing_else() {
    let news = Some(Findings { hints: vec!["crlf".into()], verdict: "Lines end with CR LF.".into() });
    for event in [
        Event::Open(Open { about: about(0), format: Some("ctime".into()), label: None }),
        Event::Message(Box::new(Message { news, end: End::Gap, ..message() })),
        Event::Close(Close { how: How::Reset, ..close() }),
    ] {
        let coloured = render(&event, Look { colour: true, ..WIDE });
        assert!(coloured.contains("\x1b[36m") || coloured.contains("\x1b[34m"), "{coloured:?}");
        assert_eq!(without_colours(&coloured), render(&event, WIDE));
    }
}

#[test]
fn whatever_the_server_passes_on_cannot_act_on_the_terminal() {
    let hostile = "\x1b[2J\u{202e}\n\x07";
    let about = || About { peer: hostile.into(), listener: hostile.into(), ..about(0) };
    let findings = Findings { hints: vec![hostile.into()], verdict: hostile.into() };
    for event in [
        Event::Open(Open { about: about(), format: Some(hostile.into()), label: Some(hostile.into()) }),
        Event::Message(Box::new(Message {
            about: about(),
            payload: Payload::Text(hostile.into()),
            stamp: Some(hostile.into()),
            news: Some(findings.clone()),
            ..message()
        })),
        Event::Close(Close { about: about(), reason: Some(hostile.into()), findings, ..close() }),
    ] {
        let text = without_colours(&render(&event, Look { colour: true, ..WIDE }));
        let acts = |char: char| char != '\n' && wirestamp_protocol::acts(char);
        assert!(!text.contains(acts), "{text:?}");
        assert!(text.lines().all(|line| line.starts_with("18:07") || line.starts_with(INDENT)), "{text}");
    }
}

#[test]
fn the_readme_shows_what_a_terminal_shows() {
    let milliseconds = |time: u32| at(time * 1_000_000);
    let micros = |time: u32| about(time * 1000);
    let reads = [101, 111, 121].map(|time| Read { at: milliseconds(time), bytes: 1 });
    let events = [
        Event::Open(Open { about: micros(101_318), format: Some("ctime".into()), label: None }),
        Event::Message(Box::new(Message {
            about: micros(121_420),
            bytes: 3,
            payload: Payload::Text("abc".into()),
            reads: reads.to_vec(),
            terminator: Terminator::None,
            end: End::Gap,
            service_ns: Some(50_200_000),
            delta_ns: None,
            ..message()
        })),
        Event::Close(Close {
            about: micros(205_318),
            how: How::Reset,
            reads: 3,
            bytes_in: 3,
            bytes_out: 30,
            lasted_ns: 104_000_000,
            ..close()
        }),
    ];
    let shown: String = events.iter().map(|event| render(event, WIDE)).collect();
    let readme = include_str!("../../../../README.md");
    assert!(readme.contains(&format!("```text\n{shown}```")), "{shown}");
}
