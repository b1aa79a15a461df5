//! Against the JSON that the server's own types make.

use serde_json::json;
use wirestamp_protocol::event::{DropReason, EventId};

use super::super::samples::{about, close, dribble, dropped, line, message, open};
use super::*;

#[test]
fn every_event_is_read_as_the_server_writes_it() {
    let findings =
        Findings { hints: vec!["crlf".into(), "tls".into()], verdict: "Lines end with \"CR LF\".".into() };
    let full = Message {
        payload: Payload::Base64("/w==".into()),
        reads_omitted: 7,
        unanswered: Some(DropReason::OverRate),
        news: Some(findings.clone()),
        delta_ns: Some(u64::MAX),
        stamp: None,
        wait_ns: None,
        ..dribble(256, 10)
    };
    let labelled =
        Open { about: about(1, 1), format: Some("%T \"é\"".into()), label: Some("sensor {7}".into()) };
    let ended = Close {
        by: By::Upstream,
        how: How::PingTimeout,
        code: Some(1000),
        reason: Some("bye: [\u{1b}]".into()),
        findings,
        ..close(3, 1)
    };
    for event in [
        open(1, 1),
        Event::Open(labelled),
        message(line(1, 1, "hello \u{0}\u{202e}\"}\\\n")),
        message(full),
        Event::Close(close(2, 1)),
        Event::Close(ended),
        dropped(4, None),
        dropped(4, Some(3)),
    ] {
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(super::event(&json), Some(event), "{json}");
    }
}

#[test]
fn names_of_all_kinds_are_read() {
    for how in How::ALL {
        let event = Event::Close(Close { how, ..close(1, 1) });
        assert_eq!(super::event(&serde_json::to_string(&event).unwrap()), Some(event));
    }
    for end in End::ALL {
        let event = message(Message { end, ..line(1, 1, "x") });
        assert_eq!(super::event(&serde_json::to_string(&event).unwrap()), Some(event));
    }
}

#[test]
fn an_event_that_is_unknown_or_cut_is_left_out() {
    let whole = serde_json::to_string(&message(line(1, 1, "hello\n"))).unwrap();
    for end in 0..whole.len() {
        assert_eq!(event(&whole[..end]), None, "{}", &whole[..end]);
    }
    assert_eq!(event(r#"{"type":"applause","id":"1-1"}"#), None);
    assert_eq!(event("null"), None);
}

#[test]
fn sessions_are_read_open_and_ended() {
    let told = json!({
        "open": [{"session": 3, "transport": "ws", "peer": "127.0.0.1:1", "listener": "127.0.0.1:8080", "label": "tab",
            "at": "2026-11-22T18:07:00.000000005Z", "messages": 2, "bytes_in": 10, "bytes_out": 60,
            "last_at": "2026-11-22T18:07:01.000000005Z", "hints": [], "verdict": ""}],
        "ended": [{"session": 2, "transport": "tcp", "peer": "[::1]:2", "listener": "[::1]:21567",
            "at": "2026-11-22T18:06:00.000000000Z", "messages": 1, "bytes_in": 5, "bytes_out": 30,
            "ended": {"by": "client", "how": "reset", "at": "2026-11-22T18:06:02.000000000Z"}, "hints": ["reset"], "verdict": "It sent RST."}],
    });
    let found = sessions(&told.to_string());
    assert_eq!(found.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(found[0].ending.as_ref().unwrap().words(), "client: reset");
    assert_eq!(found.iter().map(crate::watch::lasted).collect::<Vec<_>>(), [2_000_000_000, 1_000_000_000]);
    assert_eq!((found[0].findings.verdict.as_str(), found[0].findings.hints.len()), ("It sent RST.", 1));
    assert_eq!((found[1].label.as_deref(), &found[1].ending, found[1].bytes_out), (Some("tab"), &None, 60));
    assert_eq!(sessions("<html>").len(), 0);
}

#[test]
fn an_id_is_read_from_text() {
    assert_eq!(EventId::parse("692a0b3c-12"), Some(EventId { run: 0x692a_0b3c, number: 12 }));
}
