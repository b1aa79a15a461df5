//! The verdict: all sentences about a session.

use std::time::Duration;

use super::course::Ending;
use super::evidence::Evidence;
use super::hint::{Hint, Hints};
use super::recognize::Kind;
use super::text::Place;
use super::units::{Kept, count, duration, number};
use crate::event::{By, End, How, Transport};

/// Around this pause, Nagle's algorithm waits for an ACK that the other side delays: 40 ms in Linux.
const DELAYED_ACK: std::ops::RangeInclusive<Duration> = Duration::from_millis(35)..=Duration::from_millis(50);

/// Returns the sentences, on one line.
pub(super) fn verdict(evidence: &Evidence, hints: Hints) -> String {
    let mut sentences = Vec::new();
    if evidence.tally.all.reads == 0 {
        sentences.extend(nothing(evidence, hints));
    } else {
        let protocol = protocol(evidence);
        let is_protocol = protocol.is_some();
        sentences.extend(protocol);
        sentences.push(amount(evidence, hints));
        if !is_protocol {
            sentences.extend(shape(evidence, hints));
            sentences.extend(ends(evidence, hints));
            sentences.extend(text(evidence, hints));
        }
    }
    if evidence.tally.has_missed {
        sentences.push("Some reads were not looked into, so these numbers are too small.".into());
    }
    sentences.extend(waits(evidence, hints));
    sentences.extend(evidence.course.ending.as_ref().map(|ending| end(evidence, hints, ending)));
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

/// About a session in which nothing has come.
fn nothing(evidence: &Evidence, hints: Hints) -> Option<String> {
    let course = &evidence.course;
    let Some(ending) = &course.ending else { return Some("Nothing has come yet.".into()) };
    let lasted = duration(ending.at - course.opened_at);
    Some(match hints.contains(Hint::Probe) {
        true => format!(
            "The client connected and left {lasted} later without sending a byte, as a port scan or a health check does."
        ),
        false if evidence.tally.has_missed => return None,
        false => format!("Nothing came in {lasted}."),
    })
}

/// About a session that begins in another protocol.
fn protocol(evidence: &Evidence) -> Option<String> {
    let here = "This port takes plain lines of text";
    let words = evidence.opening.words().map_or_else(String::new, Kept::quoted);
    Some(match evidence.opening.kind()? {
        Kind::Tls if words.is_empty() => {
            format!(
                "The client speaks TLS: it sent a ClientHello, without a server name. {here}, without TLS."
            )
        }
        Kind::Tls => {
            format!("The client speaks TLS: it sent a ClientHello for {words}. {here}, without TLS.")
        }
        Kind::WebSocket if evidence.is_stream() => {
            format!(
                "The client asks for a WebSocket: {words}. {here}. WebSockets are on the HTTP port, at /ws."
            )
        }
        Kind::Http | Kind::WebSocket => {
            format!("The client speaks HTTP: it sent {words}. {here}. The page is on the HTTP port.")
        }
        Kind::Ssh => format!("The client speaks SSH. {here}."),
        Kind::Mqtt => {
            format!("The client speaks MQTT: it sent a CONNECT packet. {here}, and isn't a broker.")
        }
        Kind::Modbus => {
            format!("The client speaks Modbus TCP: it sent a request. {here}, and isn't a device.")
        }
        kind @ (Kind::ProxyV1 | Kind::ProxyV2) => {
            let version = if kind == Kind::ProxyV1 { 1 } else { 2 };
            format!(
                "The stream begins with a PROXY header, version {version}, as load balancers add it. This port takes \
                 it for a message."
            )
        }
        Kind::Telnet => {
            format!("The client speaks Telnet: it began with commands. {here}, and answers none of them.")
        }
        Kind::Utf16 | Kind::Bom => return None,
    })
}

/// How much came.
fn amount(evidence: &Evidence, hints: Hints) -> String {
    let tally = &evidence.tally;
    let bytes = count(tally.all.bytes, "byte", "bytes");
    let reads = count(tally.all.reads, "read", "reads");
    let span = tally.span();
    let over = if span.is_zero() { String::new() } else { format!(" over {}", duration(span)) };
    match evidence.transport {
        Transport::Udp => format!("{}, {bytes}.", count(tally.all.reads, "datagram", "datagrams")),
        _ if hints.contains(Hint::ByteByByte) => {
            format!("{bytes} in {reads}{over}: the client writes byte by byte.")
        }
        _ if tally.messages == 0 || evidence.protocol().is_some() => format!("{bytes} in {reads}{over}."),
        _ => format!("{}, {bytes}.", count(tally.messages, "message", "messages")),
    }
}

/// How the messages came in reads.
fn shape(evidence: &Evidence, hints: Hints) -> Vec<String> {
    let tally = &evidence.tally;
    let mut sentences = Vec::new();
    if !evidence.is_stream() || tally.messages == 0 {
        return sentences;
    }
    let subject = if tally.messages == 1 { "It" } else { "Each" };
    if tally.alone == tally.messages {
        let end = match (tally.ended_by(End::Lf) == tally.messages, tally.crlf) {
            (true, 0) => " and ended with LF",
            (true, crlf) if crlf == tally.messages => " and ended with CR LF",
            _ => "",
        };
        sentences.push(format!("{subject} came in one read{end}."));
    } else if !hints.contains(Hint::ByteByByte) && !hints.contains(Hint::Coalesced) {
        let subject = if tally.messages == 1 { "It" } else { "They" };
        sentences.push(format!("{subject} came in {}.", count(tally.all.reads, "read", "reads")));
    }
    if hints.contains(Hint::SplitLine) {
        sentences.push(split(evidence));
    }
    if hints.contains(Hint::Coalesced) {
        let most = number(tally.most_shared);
        sentences
            .push(format!("Up to {most} messages shared a read: a stream keeps no borders between writes."));
    }
    sentences
}

fn split(evidence: &Evidence) -> String {
    let tally = &evidence.tally;
    let pause = duration(tally.split_pause);
    let lines = match (tally.split, tally.messages) {
        (1, 1) => "The line was".into(),
        (split, all) if split == all => "Each line was".into(),
        (1, _) => "One line was".into(),
        (split, _) => format!("{} lines were", number(split)),
    };
    let longest = if tally.split > 1 { "up to " } else { "" };
    let cause = match evidence.transport {
        Transport::Tcp if DELAYED_ACK.contains(&tally.split_pause) => {
            " That is what Nagle's algorithm and delayed ACK cost a client that writes a line in pieces. \
             Write each line at once, or set TCP_NODELAY."
        }
        _ => " The client probably writes a line in pieces. Write each line at once.",
    };
    let note = " (A read is not a TCP segment.)";
    let note = if evidence.transport == Transport::Tcp { note } else { "" };
    format!("{lines} split between reads, with a pause of {longest}{pause}.{note}{cause}")
}

/// What ended the messages.
fn ends(evidence: &Evidence, hints: Hints) -> Vec<String> {
    let tally = &evidence.tally;
    let mut sentences = Vec::new();
    let gap = evidence.gap.map_or_else(|| "the gap".into(), |gap| format!("the {} gap", duration(gap)));
    let cut = match (evidence.gap_ended(), tally.messages) {
        (0, _) => String::new(),
        (1, 1) => format!("so the message was cut by {gap}"),
        (gaps, all) if gaps == all => format!("so each message was cut by {gap}"),
        (gaps, all) => {
            let were = if gaps == 1 { "was" } else { "were" };
            format!("so {} of {} messages {were} cut by {gap}", number(gaps), number(all))
        }
    };
    if hints.contains(Hint::CrOnly) {
        sentences.push("Lines end with CR alone, which ends no message here. End each line with LF.".into());
    }
    if !cut.is_empty() {
        let cause = if hints.contains(Hint::NoTerminator) && evidence.gap_ended() == tally.messages {
            "No line feed"
        } else {
            "A line feed was missing"
        };
        sentences.push(format!("{cause}, {cut}, a wait of the service's own."));
    }
    let at_end = tally.ended_by(End::Eof) > 0;
    if at_end {
        sentences.push("The last message has no line feed: the end of the stream ended it.".into());
    }
    let capped = tally.ended_by(End::Cap);
    if capped > 0 {
        let were = if capped == 1 { "was" } else { "were" };
        let messages = count(capped, "message", "messages");
        sentences.push(format!("{messages} {were} cut at the maximum length, as no line feed came."));
    }
    if hints.contains(Hint::Crlf) {
        let lines = match tally.crlf {
            crlf if crlf == tally.messages => "Lines end".into(),
            1 => "One line ends".into(),
            crlf => format!("{} lines end", number(crlf)),
        };
        sentences.push(format!("{lines} with CR LF, and the CR is part of the message."));
    }
    sentences
}

/// What the bytes are as text.
fn text(evidence: &Evidence, hints: Hints) -> Vec<String> {
    let mut sentences = Vec::new();
    if hints.contains(Hint::Utf16) {
        sentences.push(
            "The text is UTF-16, in which a line feed is two bytes. A message ends between them. Send UTF-8."
                .into(),
        );
    }
    if hints.contains(Hint::Bom) {
        sentences.push("The first message begins with a byte order mark, which UTF-8 doesn't need.".into());
    }
    if let (true, Some(place)) = (hints.contains(Hint::Nul), evidence.text.nul()) {
        sentences.push(format!("There is a NUL byte{}.", at(place)));
    }
    if let (true, Some(place)) = (hints.contains(Hint::InvalidUtf8), evidence.text.invalid()) {
        sentences.push(format!("The text isn't valid UTF-8{}.", at(place)));
    }
    sentences
}

fn at(place: Place) -> String {
    match place {
        Place::Stream(offset) => format!(" at offset {}", number(offset)),
        Place::Datagram(datagram, offset) => {
            format!(" at offset {} of datagram {}", number(offset), number(datagram))
        }
        Place::Unknown => String::new(),
    }
}

/// How long one side waited for the other.
fn waits(evidence: &Evidence, hints: Hints) -> Vec<String> {
    let course = &evidence.course;
    let mut sentences = Vec::new();
    if course.longest_silence >= super::course::LONG_IDLE {
        sentences.push(format!("The longest silence was {}.", duration(course.longest_silence)));
    }
    if hints.contains(Hint::NeverReads) {
        let held = course.held_for().filter(|held| !held.is_zero());
        let held = held.map_or_else(String::new, |held| format!(" for {}", duration(held)));
        sentences
            .push(format!("The client hasn't read its replies{held}, so the service reads no more from it."));
    }
    sentences
}

/// Who ended the session, and how.
fn end(evidence: &Evidence, hints: Hints, ending: &Ending) -> String {
    let reason = ending.reason.as_ref().filter(|reason| !reason.bytes().is_empty());
    let because = reason.map_or_else(String::new, |reason| format!(": {}", reason.quoted()));
    let who = match ending.by {
        By::Client => "The client",
        By::Server => "The service",
        By::Upstream => "The upstream service",
        By::Network => "The network",
    };
    match ending.how {
        // It's told with the probe.
        How::Fin if hints.contains(Hint::Probe) => String::new(),
        How::Fin | How::HalfClose if hints.contains(Hint::EarlyFin) => early(evidence.transport),
        How::Fin | How::HalfClose if evidence.transport == Transport::Tcp => {
            format!("{who} ended the stream with FIN.")
        }
        How::Fin | How::HalfClose => format!("{who} ended the stream."),
        How::Close => {
            let code = ending.code.map_or_else(String::new, |code| format!(" with code {code}"));
            format!("{who} closed the WebSocket{code}{because}.")
        }
        How::Reset => reset(evidence, who, ending),
        How::Broken => format!("The connection broke{because}."),
        How::Idle => {
            format!(
                "The service ended it after {} without a byte.",
                duration(evidence.course.silent_for(ending))
            )
        }
        How::Stalled => "The service gave up waiting for the client to read, and ended it.".into(),
        How::PingTimeout => "The client left two pings unanswered, so the service ended it.".into(),
        How::Violation => {
            let code = ending.code.map_or_else(String::new, |code| format!(" (code {code})"));
            format!("The client broke the rules of WebSockets{code}{because}.")
        }
        How::Unreachable => format!("The upstream service could not be reached{because}."),
        How::Stop => "The service was stopped.".into(),
        How::Cut => "The service dropped the session.".into(),
        How::Quiet => {
            "The peer has been quiet since, so the session was closed. UDP has no end of its own.".into()
        }
    }
}

fn early(transport: Transport) -> String {
    let what = if transport == Transport::Tcp { "sent FIN" } else { "ended its stream" };
    format!(
        "The client {what} before its last reply was written. That is fine if it goes on reading, as nc -N does, but a \
         client that has closed its socket loses the reply."
    )
}

fn reset(evidence: &Evidence, who: &str, ending: &Ending) -> String {
    let what = if evidence.transport == Transport::Tcp { "sent RST" } else { "dropped the connection" };
    let course = &evidence.course;
    if ending.by != By::Client {
        return "The connection was reset.".into();
    }
    if let Some(replied) = course.settled_at() {
        return format!("{who} {what} {} after the reply.", duration(ending.at - replied));
    }
    match evidence.tally.last_read() {
        Some(read) if course.is_owed() => {
            format!(
                "{who} {what} {} after its last bytes, before the reply was written.",
                duration(ending.at - read)
            )
        }
        Some(read) => format!("{who} {what} {} after its last bytes.", duration(ending.at - read)),
        None => format!("{who} {what}."),
    }
}
