//! Reads what the server tells in JSON: events, and the sessions that there are.

use wirestamp_protocol::event::{
    About, By, Close, DropReason, Dropped, End, Event, EventId, Findings, How, Message, Open, Payload, Read,
    Source, Terminator, Timestamp, Transport,
};

use super::json::{Object, members, unescaped};
use super::session::{Ending, Session};

/// The event in a line of the stream. `None` if it isn't one that this page knows.
pub fn event(line: &str) -> Option<Event> {
    if !line.ends_with('}') {
        return None;
    }
    let object = Object::read(line);
    Some(match object.get("type")? {
        "\"open\"" => Event::Open(Open {
            about: about(&object)?,
            format: object.text("format"),
            label: object.text("label"),
        }),
        "\"message\"" => Event::Message(Box::new(message(&object)?)),
        "\"close\"" => Event::Close(close(&object)?),
        "\"dropped\"" => Event::Dropped(dropped(&object)?),
        _ => return None,
    })
}

/// The sessions in the answer of `/api/sessions`.
pub fn sessions(text: &str) -> Vec<Session> {
    let object = Object::read(text);
    let lists = ["ended", "open"].into_iter().filter_map(|list| object.get(list));
    lists.flat_map(members).filter_map(|one| session(&Object::read(one))).collect()
}

fn session(object: &Object<'_>) -> Option<Session> {
    let total = |key| object.number(key).unwrap_or_default();
    let transport = named(object, "transport", &Transport::ALL, Transport::name)?;
    let mut session =
        Session::new(object.number("session")?, transport, object.text("peer")?, time(object, "at")?);
    session.listener = object.text("listener").unwrap_or_default();
    session.label = object.text("label");
    session.messages = total("messages");
    session.bytes_in = total("bytes_in");
    session.bytes_out = total("bytes_out");
    session.last = time(object, "last_at").unwrap_or(session.opened);
    if let Some(ended) = object.get("ended").map(Object::read) {
        session.ending = ending(&ended);
        session.last = time(&ended, "at").unwrap_or(session.last);
    }
    session.findings = findings(object);
    Some(session)
}

fn ending(object: &Object<'_>) -> Option<Ending> {
    Some(Ending {
        by: named(object, "by", &By::ALL, By::name)?,
        how: named(object, "how", &How::ALL, How::name)?,
        code: object.number("code").map(|code| code as u16),
        reason: object.text("reason"),
        count: object.number("count").unwrap_or(1),
    })
}

fn about(object: &Object<'_>) -> Option<About> {
    Some(About {
        id: EventId::parse(&object.text("id")?)?,
        session: object.number("session")?,
        transport: named(object, "transport", &Transport::ALL, Transport::name)?,
        peer: object.text("peer")?,
        listener: object.text("listener").unwrap_or_default(),
        at: time(object, "at")?,
    })
}

fn message(object: &Object<'_>) -> Option<Message> {
    let payload = match object.text("text") {
        Some(text) => Payload::Text(text),
        None => Payload::Base64(object.text("base64").unwrap_or_default()),
    };
    Some(Message {
        about: about(object)?,
        seq: object.number("seq")?,
        bytes: object.number("bytes")?,
        payload,
        first_at: time(object, "first_at")?,
        reads: members(object.get("reads")?).into_iter().filter_map(read).collect(),
        reads_omitted: object.number("reads_omitted").unwrap_or_default(),
        source: named(object, "source", &Source::ALL, Source::name)?,
        terminator: named(object, "terminator", &Terminator::ALL, Terminator::name)?,
        end: named(object, "end", &End::ALL, End::name)?,
        shared: object.number("shared").unwrap_or(1),
        wait_ns: object.number("wait_ns"),
        service_ns: object.number("service_ns"),
        delta_ns: object.number("delta_ns"),
        stamp: object.text("stamp"),
        unanswered: named(object, "unanswered", &DropReason::ALL, DropReason::name),
        news: object.get("news").map(|news| findings(&Object::read(news))),
    })
}

fn read(text: &str) -> Option<Read> {
    let object = Object::read(text);
    Some(Read { at: time(&object, "at")?, bytes: object.number("bytes")? })
}

fn close(object: &Object<'_>) -> Option<Close> {
    let total = |key| object.number(key).unwrap_or_default();
    Some(Close {
        about: about(object)?,
        by: named(object, "by", &By::ALL, By::name)?,
        how: named(object, "how", &How::ALL, How::name)?,
        code: object.number("code").map(|code| code as u16),
        reason: object.text("reason"),
        reads: total("reads"),
        messages: total("messages"),
        bytes_in: total("bytes_in"),
        bytes_out: total("bytes_out"),
        lasted_ns: total("lasted_ns"),
        count: object.number("count").unwrap_or(1),
        findings: findings(object),
    })
}

fn dropped(object: &Object<'_>) -> Option<Dropped> {
    let total = |key| object.number(key).unwrap_or_default();
    Some(Dropped {
        id: EventId::parse(&object.text("id")?)?,
        at: time(object, "at")?,
        session: object.number("session"),
        reads: total("reads"),
        messages: total("messages"),
        bytes: total("bytes"),
        events: total("events"),
    })
}

fn findings(object: &Object<'_>) -> Findings {
    let hints = object.get("hints").map(members).unwrap_or_default();
    Findings {
        hints: hints.into_iter().filter_map(unescaped).collect(),
        verdict: object.text("verdict").unwrap_or_default(),
    }
}

fn time(object: &Object<'_>, key: &str) -> Option<Timestamp> {
    Timestamp::parse(&object.text(key)?)
}

/// The one of these that has the name in this field.
fn named<T: Copy>(object: &Object<'_>, key: &str, all: &[T], name: fn(T) -> &'static str) -> Option<T> {
    let text = object.get(key)?.trim_matches('"');
    // A loop, as each kind of names has a copy of it.
    for one in all {
        if name(*one) == text {
            return Some(*one);
        }
    }
    None
}

#[cfg(test)]
mod tests;
