use std::time::Duration;

use serde_json::{Value, json};

use super::*;

fn about(number: u64) -> About {
    About {
        id: EventId { run: 0x692a_0b3c, number },
        session: 3,
        transport: Transport::Tcp,
        peer: "127.0.0.1:44398".into(),
        listener: "127.0.0.1:21567".into(),
        at: Timestamp(Duration::new(1_795_370_820, 5)),
    }
}

fn message() -> Message {
    let at = about(0).at;
    Message {
        about: about(2),
        seq: 1,
        bytes: 6,
        payload: Payload::Text("hello\n".into()),
        first_at: at,
        reads: vec![Read { at, bytes: 6 }],
        reads_omitted: 0,
        source: Source::Kernel,
        terminator: Terminator::Lf,
        end: End::Lf,
        shared: 1,
        wait_ns: Some(3100),
        service_ns: Some(9000),
        delta_ns: None,
        stamp: Some("Sun Nov 22 18:07:00 2026".into()),
        unanswered: None,
        news: None,
    }
}

#[test]
fn a_message_is_one_flat_object() {
    let event = Event::Message(Box::new(message()));
    let expected = json!({
        "type": "message",
        "id": "692a0b3c-2",
        "session": 3,
        "transport": "tcp",
        "peer": "127.0.0.1:44398",
        "listener": "127.0.0.1:21567",
        "at": "2026-11-22T18:07:00.000000005Z",
        "seq": 1,
        "bytes": 6,
        "text": "hello\n",
        "first_at": "2026-11-22T18:07:00.000000005Z",
        "reads": [{"at": "2026-11-22T18:07:00.000000005Z", "bytes": 6}],
        "source": "kernel",
        "terminator": "lf",
        "end": "lf",
        "shared": 1,
        "wait_ns": 3100,
        "service_ns": 9000,
        "delta_ns": null,
        "stamp": "Sun Nov 22 18:07:00 2026",
    });
    assert_eq!(serde_json::to_value(&event).unwrap(), expected);
}

#[test]
fn every_event_is_read_as_it_is_written() {
    let findings = Findings { hints: vec!["crlf".into()], verdict: "Lines end with CR LF.".into() };
    let full = Message {
        payload: Payload::Base64("/w==".into()),
        reads_omitted: 7,
        unanswered: Some(DropReason::OverRate),
        news: Some(findings.clone()),
        ..message()
    };
    let close = Close {
        about: about(3),
        by: By::Client,
        how: How::HalfClose,
        code: Some(1000),
        reason: Some("bye".into()),
        reads: 1,
        messages: 1,
        bytes_in: 6,
        bytes_out: 33,
        lasted_ns: 7,
        count: 1,
        findings,
    };
    let dropped = Dropped {
        id: about(4).id,
        at: about(4).at,
        session: None,
        reads: 1,
        messages: 2,
        bytes: 3,
        events: 4,
    };
    for event in [
        Event::Open(Open { about: about(1), format: Some("ctime".into()), label: Some("sensor".into()) }),
        Event::Message(Box::new(message())),
        Event::Message(Box::new(full)),
        Event::Close(close),
        Event::Dropped(dropped),
    ] {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["id"], event.id().to_string());
        assert_eq!(value["at"], event.at().to_string());
        assert_eq!(value.get("peer").is_some(), event.about().is_some());
    }
}
