//! How connections end.

use wirestamp_protocol::event::{By, Close, End, Event, Findings, How, Message};

use crate::feed::{SERVICE_US, at, tcp, ws};
use crate::packets;

/// Who sent which flags behind the handshake.
fn flags(events: &[Event]) -> Vec<(&'static str, &'static str)> {
    let side = |is_inbound| if is_inbound { "client" } else { "server" };
    let packets = packets(events);
    packets[3..].iter().map(|packet| (side(packet.is_inbound), packet.tcp.clone().unwrap().flags)).collect()
}

#[test]
fn the_end_is_that_of_who_ended_it_and_how() {
    let both = &[("client", "F."), ("server", "F.")][..];
    let server = &[("server", "F.")][..];
    for (by, how, expected) in [
        (By::Client, How::Fin, both),
        (By::Client, How::HalfClose, both),
        (By::Client, How::Close, both),
        (By::Client, How::Reset, &[("client", "R.")]),
        (By::Server, How::Reset, &[("server", "R.")]),
        (By::Network, How::Broken, &[]),
        (By::Server, How::Idle, server),
        (By::Server, How::Stalled, server),
        (By::Server, How::Stop, server),
        (By::Server, How::Close, &[("server", "F."), ("client", "F.")]),
        (By::Upstream, How::Fin, server),
        (By::Upstream, How::Reset, server),
        (By::Upstream, How::Unreachable, server),
    ] {
        assert_eq!(flags(&[tcp().open(0), tcp().ends(90, by, how)]), expected, "{by:?} {how:?}");
    }
}

#[test]
fn the_fin_that_ended_a_message_comes_before_its_reply_and_only_once() {
    let message = Message { end: End::Eof, ..tcp().message(&[(10, "no line feed")]) };
    let events =
        [tcp().open(0), Event::Message(Box::new(message)), tcp().ends(90, By::Client, How::HalfClose)];
    let expected = [("client", "P."), ("client", "F."), ("server", "P."), ("server", "F.")];
    assert_eq!(flags(&events), expected);
    assert_eq!(packets(&events)[4].at, at(10 + SERVICE_US).0);
}

#[test]
fn a_websocket_has_no_fin_before_its_last_reply() {
    let message = Message { end: End::Eof, ..ws().message(&[(10, "bytes")]) };
    let events = [ws().open(0), Event::Message(Box::new(message)), ws().ends(90, By::Client, How::Close)];
    let expected = [("client", "P."), ("server", "P."), ("client", "F."), ("server", "F.")];
    assert_eq!(flags(&events), expected);
}

#[test]
fn the_first_segment_of_the_end_has_the_verdict() {
    let close = Close {
        code: Some(1000),
        reason: Some("bye".into()),
        count: 3,
        findings: Findings { hints: Vec::new(), verdict: "It sent nothing.".into() },
        ..tcp().close(90, By::Client, How::Close)
    };
    let packets = packets(&[tcp().open(0), Event::Close(close)]);
    let expected = [
        "Ended by client: close, code 1000, bye",
        "This stands for 3 such sessions in a row.",
        "It sent nothing.",
    ];
    assert_eq!(packets[3].comments, expected);
    assert!(packets[4].comments.is_empty());
}

#[test]
fn a_session_that_ended_is_forgotten() {
    let events = [tcp().open(0), tcp().ends(90, By::Client, How::Reset), tcp().says(&[(99, "a\n")])];
    assert!(packets(&events)[4].comments.iter().any(|comment| comment.contains("beginning of this session")));
}
