use super::*;

use std::time::Duration;

use axum::http::HeaderValue;
use jsonschema::Validator;
use serde_json::{Value, json};
use wirestamp_protocol::event::{
    About, By, Close, DropReason, Dropped, End, Event, EventId, Findings, How, Message, Open, PAYLOAD_MAX,
    Payload, READS_MAX, Read, Source, Terminator, Timestamp, Transport,
};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// A validator that refuses every property that the schema doesn't describe. Clients have to allow for some.
fn strict() -> Validator {
    let mut schema = schema();
    for event in ["open", "message", "close", "dropped"] {
        schema["$defs"][event]["unevaluatedProperties"] = json!(false);
    }
    let message = &mut schema["$defs"]["message"]["properties"];
    message["reads"]["items"]["unevaluatedProperties"] = json!(false);
    message["news"]["unevaluatedProperties"] = json!(false);
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

fn at(seconds: u64) -> Timestamp {
    Timestamp(Duration::new(1_795_370_820 + seconds, 5))
}

fn about(number: u64, transport: Transport) -> About {
    About {
        id: EventId { run: 0x692a_0b3c, number },
        session: 3,
        transport,
        peer: "127.0.0.1:44398".into(),
        listener: "127.0.0.1:21567".into(),
        at: at(number),
    }
}

fn findings() -> Findings {
    Findings {
        hints: vec!["byte-by-byte".into(), "utf-16".into()],
        verdict: "It writes byte by byte.".into(),
    }
}

/// A message in which everything that may be absent is absent.
fn message() -> Message {
    Message {
        about: about(2, Transport::Tcp),
        seq: 1,
        bytes: 6,
        payload: Payload::Text("hello\n".into()),
        first_at: at(0),
        reads: vec![Read { at: at(0), bytes: 6 }],
        reads_omitted: 0,
        source: Source::Read,
        terminator: Terminator::Lf,
        end: End::Lf,
        shared: 1,
        wait_ns: None,
        service_ns: None,
        delta_ns: None,
        stamp: None,
        unanswered: None,
        news: None,
    }
}

/// A message in which everything is present, and as large as it may be.
fn full_message() -> Message {
    Message {
        about: about(2, Transport::Udp),
        seq: u64::MAX,
        bytes: u64::MAX,
        payload: Payload::Base64(data_encoding::BASE64.encode(&[0xff; PAYLOAD_MAX])),
        reads: vec![Read { at: at(0), bytes: 0 }; READS_MAX],
        reads_omitted: 7,
        source: Source::Kernel,
        wait_ns: Some(0),
        service_ns: Some(9000),
        delta_ns: Some(u64::MAX),
        stamp: Some("Sun Nov 22 18:07:00 2026".into()),
        unanswered: Some(DropReason::OverRate),
        news: Some(findings()),
        ..message()
    }
}

fn close() -> Close {
    Close {
        about: about(3, Transport::Ws),
        by: By::Client,
        how: How::HalfClose,
        code: None,
        reason: None,
        reads: 0,
        messages: 0,
        bytes_in: 0,
        bytes_out: 0,
        lasted_ns: 0,
        count: 1,
        findings: Findings::default(),
    }
}

fn dropped() -> Dropped {
    let id = EventId { run: 0, number: 4 };
    Dropped { id, at: at(4), session: None, reads: 1, messages: 2, bytes: 3, events: 4 }
}

/// Every kind of event, with and without all that may be absent.
fn events() -> Vec<Value> {
    let open = Open { about: about(1, Transport::Unix), format: Some("%H:%M".into()), label: None };
    let text = Payload::Text("x".repeat(PAYLOAD_MAX));
    let events = [
        Event::Open(Open { label: Some("sensor".into()), ..open.clone() }),
        Event::Open(open),
        Event::Message(Box::new(message())),
        Event::Message(Box::new(Message { payload: text, ..message() })),
        Event::Message(Box::new(full_message())),
        Event::Close(close()),
        Event::Close(Close { code: Some(1000), reason: Some("bye".into()), findings: findings(), ..close() }),
        Event::Dropped(dropped()),
        Event::Dropped(Dropped { session: Some(3), ..dropped() }),
    ];
    events.iter().map(|event| serde_json::to_value(event).unwrap()).collect()
}

#[test]
fn the_schema_is_valid() {
    assert_eq!(schema()["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
}

#[test]
fn every_kind_of_event_is_as_the_schema_says_and_has_nothing_else() {
    let strict = strict();
    for event in events() {
        let errors: Vec<String> = strict.iter_errors(&event).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{event}: {errors:#?}");
    }
}

#[test]
fn an_event_that_lacks_something_or_has_a_wrong_value_is_not_as_the_schema_says() {
    let strict = strict();
    // What the full message and the close have only sometimes.
    let optional = ["reads_omitted", "unanswered", "news", "code", "reason", "label"];
    for event in events() {
        for name in event.as_object().unwrap().keys() {
            let mut wrong = event.clone();
            wrong[name] = json!([{}]);
            assert!(!strict.is_valid(&wrong), "{name} in {event}");
            let mut lacking = event.clone();
            lacking.as_object_mut().unwrap().remove(name);
            let may_lack =
                optional.contains(&name.as_str()) || event["type"] == "dropped" && name == "session";
            assert_eq!(strict.is_valid(&lacking), may_lack, "{name} in {event}");
        }
        let mut unknown = event.clone();
        unknown["surprise"] = json!(1);
        assert!(!strict.is_valid(&unknown), "{event}");
    }
}

#[test]
fn the_names_in_the_schema_are_those_that_events_have() {
    let schema = schema();
    let listed = |event: &str, property: &str| schema["$defs"][event]["properties"][property]["enum"].clone();
    assert_eq!(listed("about", "transport"), json!(Transport::ALL));
    assert_eq!(listed("message", "source"), json!(Source::ALL));
    assert_eq!(listed("message", "terminator"), json!(Terminator::ALL));
    assert_eq!(listed("message", "end"), json!(End::ALL));
    assert_eq!(listed("message", "unanswered"), json!(DropReason::ALL));
    assert_eq!(listed("close", "by"), json!(By::ALL));
    assert_eq!(listed("close", "how"), json!(How::ALL));
}

#[test]
fn the_last_event_that_a_browser_has_counts_more_than_the_query() {
    let uri = Uri::from_static("/api/events?since=now&type=close");
    let ask = |last: Option<&'static str>| {
        let last = last.map(|id| (LAST_EVENT_ID, HeaderValue::from_static(id)));
        super::asked(&uri, &HeaderMap::from_iter(last))
    };
    assert_eq!(ask(None).unwrap().since, Some(Since::Now));
    let asked = ask(Some("10-7")).unwrap();
    assert_eq!(asked.since, Some(Since::Event(EventId { run: 16, number: 7 })));
    assert_eq!(asked.wanted.kinds, [crate::watch::Kind::Close]);
    assert!(ask(Some("now")).unwrap_err().starts_with("Last-Event-ID: invalid event id \"now\""));
}
