//! The verdict: all sentences about a session.

use std::time::Duration;

use super::course::{Ending, LONG_IDLE};
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
    } else if let Some(protocol) = protocol(evidence) {
        sentences.push(protocol);
        sentences.push(amount(evidence, hints));
    } else {
        sentences.push(amount(evidence, hints));
        sentences.extend(shape(evidence, hints));
        sentences.extend(ends(evidence, hints));
        sentences.extend(text(evidence, hints));
    }
    if evidence.tally.has_missed {
        sentences.push("Some reads were not looked into, so these numbers are too low.".into());
    }
    sentences.extend(waits(evidence, hints));
    sentences.extend(evidence.course.ending.as_ref().and_then(|ending| end(evidence, hints, ending)));
    sentences.join(" ")
}

/// About a session in which nothing has come.
fn nothing(evidence: &Evidence, hints: Hints) -> Option<String> {
    let course = &evidence.course;
    if evidence.tally.has_missed {
        return None;
    }
    let Some(ending) = &course.ending else { return Some("Nothing has come yet.".into()) };
    let lasted = duration(ending.at - course.opened_at);
    Some(match hints.contains(Hint::Probe) {
        true => format!(
            "The client connected and left {lasted} later without sending a byte, as a port scan or a health check does."
        ),
        false => format!("Nothing came in {lasted}."),
    })
}

/// About a session that begins in another protocol.
fn protocol(evidence: &Evidence) -> Option<String> {
    let here = "This service takes lines of text";
    let words = evidence.opening.words().map_or_else(String::new, Kept::quoted);
    Some(match evidence.opening.kind()? {
        Kind::Tls => {
            let name = if words.is_empty() { words } else { format!(" for {words}") };
            format!("The client speaks TLS: it sent a ClientHello{name}. {here}, without TLS.")
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
                "The stream begins with a PROXY header, version {version}, as load balancers add it. Here it's \
                 taken for a message."
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
fn shape(evidence: &Evidence, hints: Hints) -> Option<String> {
    let tally = &evidence.tally;
    if !evidence.is_stream() || tally.messages == 0 || hints.contains(Hint::ByteByByte) {
        return None;
    }
    if hints.contains(Hint::Coalesced) {
        let most = number(tally.most_shared);
        let split = if hints.contains(Hint::SplitLine) { split(evidence) } else { String::new() };
        let coalesced =
            format!("Up to {most} messages shared a read: a stream keeps no boundaries between writes.");
        return Some([coalesced, split].join(" ").trim_end().into());
    }
    if hints.contains(Hint::SplitLine) {
        return Some(split(evidence));
    }
    let is_one = tally.messages == 1;
    if tally.alone < tally.messages {
        let they = if is_one { "It" } else { "They" };
        let reads = match tally.all.reads {
            1 => "one read".into(),
            reads => count(reads, "read", "reads"),
        };
        return Some(format!("{they} came in {reads}."));
    }
    let end = match (tally.ended_by(End::Lf) == tally.messages, tally.crlf) {
        (true, 0) => " and ended with LF",
        (true, crlf) if crlf == tally.messages => " and ended with CR LF",
        _ => "",
    };
    Some(format!("{} came in one read{end}.", if is_one { "It" } else { "Each" }))
}

fn split(evidence: &Evidence) -> String {
    let tally = &evidence.tally;
    let pause = duration(tally.split_pause);
    let came = match (tally.split, tally.messages) {
        (1, 1) => format!("The line came in several reads, with a pause of {pause}"),
        (split, all) if split == all => {
            format!("Each line came in several reads, with pauses of up to {pause}")
        }
        (split, all) => {
            let (split, all) = (number(split), number(all));
            format!("{split} of {all} messages came in several reads, with pauses of up to {pause}")
        }
    };
    let cause = match evidence.transport {
        Transport::Tcp if DELAYED_ACK.contains(&tally.split_pause) => {
            "A read is not a TCP segment, but Nagle's algorithm and delayed ACK cause such a pause when a client writes a \
             line in pieces. Write each line at once, or set TCP_NODELAY."
        }
        Transport::Tcp => {
            "A read is not a TCP segment, but the client probably writes a line in pieces. Write each line at once."
        }
        _ => "The client probably writes a line in pieces. Write each line at once.",
    };
    format!("{came}. {cause}")
}

/// What ended the messages.
fn ends(evidence: &Evidence, hints: Hints) -> Vec<String> {
    let mut sentences = Vec::new();
    if hints.contains(Hint::Utf16) {
        return sentences;
    }
    sentences.extend(gap(evidence, hints));
    let tally = &evidence.tally;
    if tally.ended_by(End::Eof) > 0 {
        let last = if tally.messages == 1 { "It" } else { "The last one" };
        sentences.push(format!("{last} has no line feed: the end of the stream ended it."));
    }
    match tally.ended_by(End::Cap) {
        0 => {}
        1 => sentences.push("One message was cut at the maximum length, as no line feed came.".into()),
        cut => {
            let cut = number(cut);
            sentences.push(format!("{cut} messages were cut at the maximum length, as no line feed came."));
        }
    }
    sentences.extend(match tally.crlf {
        0 => None,
        1 if tally.messages == 1 => Some("The CR before its LF is part of the message.".into()),
        crlf if crlf == tally.messages => Some("The CR before each LF is part of the message.".into()),
        1 => Some("One message ends with CR LF, and the CR is part of it.".into()),
        crlf => Some(format!("{} messages end with CR LF, and the CR is part of them.", number(crlf))),
    });
    sentences
}

/// What the gap ended, if it did.
fn gap(evidence: &Evidence, hints: Hints) -> Option<String> {
    let tally = &evidence.tally;
    let (cut, all) = (tally.ended_by(End::Gap), tally.messages);
    if cut == 0 {
        return None;
    }
    let gap = evidence.gap.map_or_else(|| "the gap".into(), |gap| format!("the {} gap", duration(gap)));
    let by = format!("cut by {gap}, which is the service's own rule");
    let is_cr_only = hints.contains(Hint::CrOnly);
    let cause = if is_cr_only { "Lines end with CR alone" } else { "No line feed" };
    let advice = if is_cr_only { "End each line with LF." } else { "A line feed would end it at once." };
    Some(match cut {
        1 if all == 1 => format!("{cause}, so the message was {by}. {advice}"),
        cut if cut == all => format!("{cause}, so each message was {by}. {advice}"),
        1 => format!("1 of {} messages had no line feed and was {by}.", number(all)),
        cut => format!("{} of {} messages had no line feed and were {by}.", number(cut), number(all)),
    })
}

/// What the bytes are as text.
fn text(evidence: &Evidence, hints: Hints) -> Vec<String> {
    let mut sentences = Vec::new();
    if hints.contains(Hint::Utf16) {
        sentences.push(
            "The text is UTF-16. The service ends a message at the single byte LF, which may be half of a character. \
             Send UTF-8."
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
        sentences.push(match place {
            Place::Unknown => "Some bytes aren't valid UTF-8.".into(),
            place => format!("The byte{} isn't valid UTF-8.", at(place)),
        });
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
    let silence = course.longest_silence;
    // If it's the silence at the end, or nothing but that, it's told already.
    let is_told = course.ending.is_some_and(|ending| {
        evidence.tally.all.reads == 0 || (ending.how == How::Idle && course.silent_for(&ending) == silence)
    });
    if silence >= LONG_IDLE && !is_told {
        sentences.push(format!("The longest silence was {}.", duration(silence)));
    }
    if hints.contains(Hint::NeverReads) {
        let held = course.held_for().filter(|held| !held.is_zero());
        let held = held.map_or_else(String::new, |held| format!(" for {}", duration(held)));
        sentences.push(match course.ending {
            None => {
                format!("The client hasn't read its replies{held}, so the service reads nothing from it.")
            }
            Some(_) => {
                format!("The client didn't read its replies{held}, so the service read nothing more from it.")
            }
        });
    }
    sentences
}

/// Who ended the session, and how. `None` if that was told already.
fn end(evidence: &Evidence, hints: Hints, ending: &Ending) -> Option<String> {
    let reason = ending.reason.as_ref().filter(|reason| !reason.bytes().is_empty());
    let because = reason.map_or_else(String::new, |reason| format!(": {}", reason.quoted()));
    let who = who(ending.by);
    Some(match ending.how {
        How::Fin if hints.contains(Hint::Probe) => return None,
        How::Fin | How::HalfClose if hints.contains(Hint::EarlyFin) => early(evidence.transport),
        How::Fin | How::HalfClose if evidence.transport == Transport::Tcp => {
            format!("{who} ended the stream with FIN.")
        }
        How::Fin | How::HalfClose => format!("{who} ended the stream."),
        How::Close => {
            let code = ending.code.map_or_else(String::new, |code| format!(" with code {code}"));
            format!("{who} closed the WebSocket{code}{because}.")
        }
        How::Reset => reset(evidence, ending),
        How::Broken => format!("The connection broke{because}."),
        How::Idle if evidence.tally.all.reads == 0 => "The idle timeout ended the session.".into(),
        How::Idle => {
            let silence = duration(evidence.course.silent_for(ending));
            format!("The idle timeout ended the session after {silence} of silence.")
        }
        How::Stalled => "The stall timeout ended the session.".into(),
        How::PingTimeout => "The client left two pings unanswered, so the service ended the session.".into(),
        How::Violation => {
            let code = ending.code.map_or_else(String::new, |code| format!(" (code {code})"));
            format!("The client broke the rules of WebSockets{code}{because}.")
        }
        How::Unreachable => format!("The upstream service could not be reached{because}."),
        How::Stop => "The service was stopped.".into(),
        How::Cut => "The service dropped the session.".into(),
        How::Quiet => "The peer went quiet. UDP has no end of its own.".into(),
    })
}

fn who(by: By) -> &'static str {
    match by {
        By::Client => "The client",
        By::Server => "The service",
        By::Upstream => "The upstream service",
        By::Network => "The network",
    }
}

fn early(transport: Transport) -> String {
    let what = if transport == Transport::Tcp { "sent FIN" } else { "ended its stream" };
    format!(
        "The client {what} before its last reply was written. That is fine if it goes on reading, as nc -N does. A \
         client that has closed its socket loses the reply."
    )
}

fn reset(evidence: &Evidence, ending: &Ending) -> String {
    if ending.by != By::Client {
        return "The connection was reset.".into();
    }
    let what = match evidence.transport {
        Transport::Tcp => "The client sent RST",
        _ => "The client dropped the connection",
    };
    let course = &evidence.course;
    match (course.settled_at(), evidence.tally.last_read()) {
        (Some(replied), Some(_)) => {
            let after = duration(ending.at - replied);
            let or = if evidence.transport == Transport::Tcp { ", or with SO_LINGER set to 0" } else { "" };
            format!(
                "{what} {after} after the reply. That happens when a socket is closed with unread replies{or}."
            )
        }
        (_, Some(read)) => {
            let owed = if course.is_owed() { ", before the reply was written" } else { "" };
            // Later bytes may wait in the kernel.
            let last = if course.never_reads() { "the last bytes that were read" } else { "its last bytes" };
            format!("{what} {} after {last}{owed}.", duration(ending.at - read))
        }
        (_, None) => format!("{what}."),
    }
}
