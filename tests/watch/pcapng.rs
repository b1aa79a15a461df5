//! Events as a pcapng file, as tshark (Debian's package of that name) reads it.

use std::process::Command;

use wirestamp_capture::Capture;
use wirestamp_protocol::event::{By, Event, How, Message, Payload, Read};

use crate::support::scratch::Scratch;

#[path = "../../capture/tests/capture/feed.rs"]
mod feed;

use feed::{Feed, STAMP, at, tcp, tcp_v6, udp, unix, ws};

/// A file of these events.
fn file(events: &[Event]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut capture = Capture::new(&mut file);
    for event in events {
        capture.event(event, &mut file);
    }
    file
}

/// What tshark prints of these events with these arguments, line by line.
fn tshark(events: &[Event], args: &[&str]) -> Vec<String> {
    read(&file(events), args)
}

/// What tshark prints of a file with these arguments, line by line. It checks checksums.
pub(super) fn read(file: &[u8], args: &[&str]) -> Vec<String> {
    let scratch = Scratch::new();
    let path = scratch.0.join("events.pcapng");
    std::fs::write(&path, file).unwrap();

    let mut command = Command::new("tshark");
    command.arg("-r").arg(path).arg("-n");
    for protocol in ["ip", "tcp", "udp"] {
        command.args(["-o", &format!("{protocol}.check_checksum:TRUE")]);
    }
    let output = command.args(args).output().expect("tshark is needed: apt-get install tshark");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// What the client and the server of this stream said, in hexadecimal.
pub(super) fn conversation(file: &[u8], protocol: &str, stream: u32) -> [String; 2] {
    let follow = format!("follow,{protocol},raw,{stream}");
    let said = read(file, &["-q", "-z", &follow]);
    let lines = said.iter().skip_while(|line| !line.starts_with("Node 1")).skip(1);
    // The lines of the server are indented.
    let (server, client): (Vec<&str>, Vec<&str>) = lines
        .take_while(|line| !line.starts_with('='))
        .map(String::as_str)
        .partition(|line| line.starts_with('\t'));
    [client.concat(), server.iter().map(|line| line.trim()).collect()]
}

/// These fields of each packet.
fn fields(events: &[Event], names: &[&str]) -> Vec<Vec<String>> {
    let args: Vec<&str> =
        ["-T", "fields"].into_iter().chain(names.iter().flat_map(|name| ["-e", name])).collect();
    let lines = tshark(events, &args);
    lines.iter().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A session with two messages, of which the first one was split.
fn session(feed: Feed) -> Vec<Event> {
    vec![
        feed.open(0),
        feed.says(&[(1000, "hel"), (2000, "lo\n")]),
        feed.says(&[(3000, "wörld\r\n")]),
        feed.ends(4000, By::Client, How::Fin),
    ]
}

/// Sessions over every transport.
fn sessions() -> Vec<Event> {
    [tcp(), tcp_v6(), unix(), ws(), udp()].into_iter().flat_map(session).collect()
}

/// A message of 100,000 bytes in two reads, which is told with its first 4 KiB.
fn cut(feed: Feed) -> Event {
    Event::Message(Box::new(Message {
        bytes: 100_000,
        payload: Payload::Text("x".repeat(4096)),
        reads: [3000, 97_000].map(|bytes| Read { at: at(1000), bytes }).to_vec(),
        ..feed.message(&[(1000, "")])
    }))
}

/// Checks that no packet is malformed, and that every checksum is right that can be checked.
fn assert_well_formed(events: &[Event]) -> usize {
    const GOOD: &str = "1";
    /// Bytes are missing.
    const UNVERIFIED: &str = "2";
    let names = [
        "_ws.malformed",
        "ip.checksum.status",
        "tcp.checksum.status",
        "udp.checksum.status",
        "frame.len",
        "frame.cap_len",
    ];
    let packets = fields(events, &names);
    for packet in &packets {
        let [malformed, ip, tcp, udp, len, captured] = &packet[..] else { panic!("{packet:?}") };
        assert_eq!(malformed, "", "{packet:?}");
        // IPv6 has no checksum of its own.
        assert!(["", GOOD].contains(&&ip[..]), "{packet:?}");
        let expected = if len == captured { GOOD } else { UNVERIFIED };
        assert_eq!(format!("{tcp}{udp}"), expected, "{packet:?}");
    }
    packets.len()
}

#[test]
fn no_packet_is_malformed() {
    // Four streams with a handshake of three, a segment for each of three reads and two replies, and two FINs; and two
    // datagrams and replies.
    assert_eq!(assert_well_formed(&sessions()), 4 * 10 + 4);
    assert_well_formed(&[
        tcp().open(0),
        cut(tcp()),
        cut(udp()),
        cut(tcp_v6()),
        unix().ends(0, By::Client, How::Reset),
    ]);
}

#[test]
fn a_connection_has_nothing_to_complain_of() {
    const WARNING: u32 = 0x60_0000;
    // By its port, the bytes of a WebSocket would be taken for HTTP.
    let as_data = ["-d", "tcp.port==8080,data"];
    let shown = ["-T", "fields", "-e", "tcp.analysis.flags", "-e", "_ws.expert.severity"];
    for packet in tshark(&sessions(), &[&as_data[..], &shown[..]].concat()) {
        let (analysis, severities) = packet.split_once('\t').unwrap();
        let mut severities = severities.split(',').filter(|severity| !severity.is_empty());
        let is_fine = severities.all(|severity| severity.parse::<u32>().unwrap() < WARNING);
        assert!(analysis.is_empty() && is_fine, "{packet}");
    }
}

#[test]
fn the_same_bytes_are_reassembled() {
    let reply = |text: &str| format!("[{STAMP}] {text}");
    let hex = |text: &str| data_encoding::HEXLOWER.encode(text.as_bytes());
    for (protocol, feed) in [("tcp", tcp()), ("tcp", tcp_v6()), ("tcp", unix()), ("udp", udp())] {
        let [client, server] = conversation(&file(&session(feed)), protocol, 0);
        assert_eq!(client, hex("hello\nwörld\r\n"));
        assert_eq!(server, hex(&(reply("hello\n") + &reply("wörld\r\n"))));
    }
}

#[test]
fn packets_have_their_addresses_and_times_to_the_nanosecond() {
    let mut message = tcp().message(&[(0, "hello\n")]);
    message.reads[0].at.0 += std::time::Duration::from_nanos(123_456_789);
    message.about.at = message.reads[0].at;
    message.service_ns = Some(1);
    let names = [
        "ip.src",
        "tcp.srcport",
        "ip.dst",
        "tcp.dstport",
        "frame.time_epoch",
        "frame.packet_flags_direction",
    ];
    let packets = fields(&[Event::Message(Box::new(message))], &names);
    let expected = [
        ["127.0.0.1", "44398", "127.0.0.1", "21567", "1795370820.123456789", "0x00000001"],
        ["127.0.0.1", "21567", "127.0.0.1", "44398", "1795370820.123456790", "0x00000002"],
    ];
    assert_eq!(packets, expected);
}

#[test]
fn what_is_missing_is_shown_as_missing() {
    let events = [
        tcp().open(0),
        cut(tcp()),
        tcp().says(&[(1100, "a\n")]),
        tcp().lost(500, 1),
        tcp().says(&[(1200, "b\n")]),
    ];
    let packets = fields(&events, &["tcp.analysis.lost_segment", "tcp.len", "frame.cap_len", "tcp.seq"]);
    let expected = [
        // Of the large message, 1096 bytes of the second read are there, and its reply begins with 4 KiB as well.
        ["", "3000", "3040", "1"],
        ["", "65495", "1136", "3001"],
        ["", "31505", "40", "68496"],
        ["", "65495", "4163", "1"],
        ["", "34532", "40", "65496"],
        ["", "2", "42", "100001"],
        ["", "29", "69", "100028"],
        // 500 bytes behind.
        ["1", "2", "42", "100503"],
        ["1", "29", "69", "100584"],
    ];
    assert_eq!(packets[3..], expected);
}
