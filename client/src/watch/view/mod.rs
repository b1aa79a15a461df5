//! Events as lines for people.

mod anatomy;
mod ending;
mod paint;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Duration;

use data_encoding::BASE64;
use wirestamp_protocol::event::{
    About, Close, Dropped, Event, Findings, Message, Open, Payload, Terminator, Timestamp,
};
use wirestamp_protocol::plural;

use crate::show::{brief, escaped};
use paint::{Style, columns, paint, payload};

/// The least room for a payload, in columns, however narrow the terminal is.
const PAYLOAD_MIN: usize = 10;

/// What lines that belong to the one above begin with: as wide as a time.
const INDENT: &str = "                 ";

/// How lines are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// The width of the terminal, in columns. Only payloads are cut to it.
    pub(super) width: usize,
    /// Whether there are colours.
    pub(super) colour: bool,
}

/// Returns the lines for an event. Whatever came from elsewhere is escaped.
pub(super) fn render(event: &Event, look: Look) -> String {
    match event {
        Event::Open(open) => opened(open, look),
        Event::Message(message) => said(message, look),
        Event::Close(close) => closed(close, look),
        Event::Dropped(dropped) => missing(dropped, look),
    }
}

/// Returns the line that begins a day, as the other lines have no date.
pub(super) fn day(at: Timestamp, look: Look) -> String {
    let text = at.to_string();
    let (date, _time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{}\n", paint(&format!("{date}, in UTC"), Style::Dim, look.colour))
}

/// Returns a line that isn't an event as this program knows them, so perhaps one of a newer server.
pub(super) fn unknown(line: &[u8], look: Look) -> String {
    let head = "not understood: ";
    format!("{}{}\n", paint(head, Style::Missing, look.colour), room(line, head, look))
}

/// Returns a payload in what is left of the line after `head`.
fn room(bytes: &[u8], head: &str, look: Look) -> String {
    let room = look.width.saturating_sub(columns(head)).max(PAYLOAD_MIN);
    payload(bytes, true, room, look.colour)
}

/// The time of day to the microsecond.
fn time(at: Timestamp) -> String {
    let text = at.to_string();
    // As in 2026-11-22T18:07:00.123456789Z.
    text.get(11..26).unwrap_or_default().to_owned()
}

/// Returns what a session's lines begin with, plain and painted.
fn session(about: &About, look: Look) -> (String, String) {
    let (time, session) = (time(about.at), format!("{} {}", about.transport, about.session));
    let plain = format!("{time}  {session}  ");
    let painted = format!(
        "{}  {}  ",
        paint(&time, Style::Dim, look.colour),
        paint(&session, Style::Session(about.session), look.colour)
    );
    (plain, painted)
}

fn opened(open: &Open, look: Look) -> String {
    let About { peer, listener, .. } = &open.about;
    let label = open.label.as_ref().map(|label| format!(" as {}", shown(label))).unwrap_or_default();
    let (_, head) = session(&open.about, look);
    format!("{head}{}  opened at {}{label}\n", shown(peer), shown(listener))
}

fn said(message: &Message, look: Look) -> String {
    let (plain, painted) = session(&message.about, look);
    let mut facts = format!("#{}  {} B", message.seq, message.bytes);
    match message.terminator {
        Terminator::Lf => facts += " LF",
        Terminator::Crlf => facts += " CRLF",
        Terminator::None => {}
    }
    if let Some(delta) = message.delta_ns {
        facts += &format!("  +{}", brief(Duration::from_nanos(delta)));
    }
    facts += "  ";
    let bytes = bytes_of(&message.payload);
    let room = look.width.saturating_sub(columns(&plain) + columns(&facts)).max(PAYLOAD_MIN);
    let is_whole = bytes.len() as u64 >= message.bytes;
    let text = payload(&bytes, is_whole, room, look.colour);
    let mut lines = format!("{painted}{}{text}\n", paint(&facts, Style::Dim, look.colour));
    if let Some(anatomy) = anatomy::anatomy(message) {
        lines += &below(&anatomy, Style::Dim, look);
    }
    if let Some(news) = &message.news {
        lines += &findings(news, look);
    }
    lines
}

fn closed(close: &Close, look: Look) -> String {
    let (_, head) = session(&close.about, look);
    let ending = ending::ending(close);
    let is_wrong = ending::is_wrong(close.how);
    let ending = if is_wrong { paint(&ending, Style::Wrong, look.colour) } else { ending };
    format!("{head}{}  {ending}\n{}", shown(&close.about.peer), findings(&close.findings, look))
}

fn missing(dropped: &Dropped, look: Look) -> String {
    let counts = [
        (dropped.events, plural(dropped.events, "event", "events")),
        (dropped.messages, plural(dropped.messages, "message", "messages")),
        (dropped.reads, plural(dropped.reads, "read", "reads")),
        (dropped.bytes, plural(dropped.bytes, "byte", "bytes")),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| format!("{count} {noun}"))
        .collect();
    let whose = dropped.session.map(|session| format!(" of session {session}")).unwrap_or_default();
    let text = format!("missing here{whose}: {}", counts.join(", "));
    format!(
        "{}  {}\n",
        paint(&time(dropped.at), Style::Dim, look.colour),
        paint(&text, Style::Missing, look.colour)
    )
}

/// Returns the verdict and the hints, if there are any.
fn findings(findings: &Findings, look: Look) -> String {
    let mut lines = String::new();
    if !findings.verdict.is_empty() {
        lines += &below(&shown(&findings.verdict), Style::Noticed, look);
    }
    if !findings.hints.is_empty() {
        lines += &below(&shown(&findings.hints.join(" ")), Style::Dim, look);
    }
    lines
}

fn below(text: &str, style: Style, look: Look) -> String {
    format!("{INDENT}{}\n", paint(text, style, look.colour))
}

fn shown(text: &str) -> String {
    escaped(text.as_bytes())
}

fn bytes_of(payload: &Payload) -> Cow<'_, [u8]> {
    match payload {
        Payload::Text(text) => Cow::Borrowed(text.as_bytes()),
        Payload::Base64(text) => BASE64.decode(text.as_bytes()).map_or_else(
            // Not what a server sends: shown as it is.
            |_| Cow::Borrowed(text.as_bytes()),
            Cow::Owned,
        ),
    }
}
