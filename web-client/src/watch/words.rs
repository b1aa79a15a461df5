//! What the view says about messages.

use wirestamp_protocol::event::{DropReason, End, Event, Message, Source, Terminator, Transport};
use wirestamp_protocol::plural;

use super::activity::nanos;
use crate::measure::round_trip::{fixed, grouped};

/// A time span in nanoseconds with up to three digits: `40.1 ms`, `3 µs`.
///
/// ```
/// use wirestamp_web_client::watch::duration;
/// assert_eq!(duration(40_123_456), "40.1 ms");
/// ```
pub fn duration(ns: u64) -> String {
    let (unit, name) = match ns {
        0..1_000 => (1, " ns"),
        1_000..1_000_000 => (1_000, " µs"),
        1_000_000..1_000_000_000 => (1_000_000, " ms"),
        _ => (1_000_000_000, " s"),
    };
    let decimals: u32 = match ns / unit {
        _ if unit == 1 => 0,
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    // The least digit that is shown, in nanoseconds.
    let digit = unit / 10_u64.pow(decimals);
    let text = fixed(ns / digit + u64::from(ns % digit >= digit.div_ceil(2) && digit > 1), decimals);
    let short = match decimals {
        0 => text.as_str(),
        _ => text.trim_end_matches('0').trim_end_matches('.'),
    };
    [short, name].concat()
}

/// `1 byte`, `1,234 bytes`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    [&grouped(count), " ", plural(count, one, many)].concat()
}

/// What is known of a message's arrival, in sentences.
pub fn sentence(message: &Message) -> String {
    let mut text = [&counted(message.bytes, "byte", "bytes"), in_reads(message).as_str(), ", "].concat();
    text.push_str(ended_by(message));
    text.push('.');
    if message.shared > 1 {
        let shared = [" Its last read had bytes of ", &grouped(message.shared), " messages."].concat();
        text.push_str(&shared);
    }
    text.push_str(&answered(message));
    if message.about.transport == Transport::Tcp {
        text.push_str(" A read is not a TCP segment: it is what the service got at once.");
    }
    text.push_str(match message.source {
        Source::Kernel => " The times are the kernel's.",
        Source::Read => " The times are those of the reads; the kernel tells none here.",
    });
    text
}

fn in_reads(message: &Message) -> String {
    let count = message.reads.len() as u64 + message.reads_omitted;
    if count < 2 {
        return " in one read".to_owned();
    }
    let over = duration(nanos(message.about.at, message.first_at));
    let reads = [" in ", &grouped(count), " reads "].concat();
    match count {
        2 => [&reads, over.as_str(), " apart"].concat(),
        _ => [&reads, "over ", over.as_str()].concat(),
    }
}

fn ended_by(message: &Message) -> &'static str {
    match (message.end, message.terminator) {
        (End::Lf, Terminator::Crlf) => "ended by CR LF",
        (End::Lf, _) => "ended by LF",
        (End::Gap, _) => "ended by silence, as no line feed came",
        (End::Eof, _) => "ended by the end of the stream",
        (End::Cap, _) => "cut at the service's longest message",
        (End::Datagram, _) => "a datagram of its own",
    }
}

fn answered(message: &Message) -> String {
    let wait = message.wait_ns.map(|ns| ["It waited ", &duration(ns), " in the kernel"].concat());
    let reply = match (message.service_ns, message.unanswered) {
        (_, Some(reason)) => ["it got no reply: ", unanswered(reason)].concat(),
        (Some(ns), _) => ["the reply was written ", &duration(ns), " after its last byte"].concat(),
        (None, _) => "its reply was still waiting for the client to read".to_owned(),
    };
    let rest =
        if message.end == End::Gap { ", most of which is the service's own wait for more." } else { "." };
    match wait {
        Some(wait) => [" ", &wait, "; ", &reply, rest].concat(),
        None => {
            // A sentence of its own begins with a capital letter.
            let (first, others) = reply.split_at_checked(1).unwrap_or_default();
            [" ", &first.to_ascii_uppercase(), others, rest].concat()
        }
    }
}

/// Why a datagram got no reply.
pub fn unanswered(reason: DropReason) -> &'static str {
    match reason {
        DropReason::LowPort => "it came from a port below 1024",
        DropReason::Stamped => "it was stamped already, by another such service",
        DropReason::TooLarge => "the reply would not fit into a datagram",
        DropReason::OverRate => "its sender was over the rate",
        DropReason::Lost => "the reply could not be sent",
    }
}

/// A row about a session rather than a message, in words. `None` for messages.
pub fn story(event: &Event) -> Option<String> {
    Some(match event {
        Event::Open(open) => ["opened, to ", &open.about.listener].concat(),
        Event::Close(close) => {
            let ending = super::store::ending(close);
            let lasted = ["ended after ", &duration(close.lasted_ns), " by "].concat();
            [&lasted, ending.words().as_str()].concat()
        }
        Event::Dropped(dropped) => {
            let mut missing = String::new();
            for (count, one, many) in [
                (dropped.events, "event", "events"),
                (dropped.messages, "message", "messages"),
                (dropped.reads, "read", "reads"),
                (dropped.bytes, "byte", "bytes"),
            ] {
                if count > 0 {
                    let comma = if missing.is_empty() { "" } else { ", " };
                    missing.extend([comma, &counted(count, one, many)]);
                }
            }
            ["Missing here: ", &missing, ". All were answered; only this view couldn't keep up."].concat()
        }
        Event::Message(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{at, close, dribble, dropped, line};
    use super::*;

    #[test]
    fn time_spans_have_three_digits_at_most() {
        for (ns, text) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (3000, "3 µs"),
            (3141, "3.14 µs"),
            (21_000, "21 µs"),
            (40_123_456, "40.1 ms"),
            (370_400_000, "370 ms"),
            (1_204_000_000, "1.2 s"),
            (100_000_000_000, "100 s"),
            (3_600_000_000_000, "3,600 s"),
        ] {
            assert_eq!(duration(ns), text, "{ns}");
        }
    }

    #[test]
    fn a_line_in_one_read() {
        assert_eq!(
            sentence(&line(1, 1, "hello\n")),
            "6 bytes in one read, ended by LF. It waited 3 µs in the kernel; the reply was written 21 µs after its last \
             byte. A read is not a TCP segment: it is what the service got at once. The times are the kernel's."
        );
    }

    #[test]
    fn a_split_line_and_a_dribble_say_how_far_apart_their_reads_were() {
        let split = Message { end: End::Lf, ..dribble(2, 40_100) };
        assert!(sentence(&split).starts_with("2 bytes in 2 reads 40.1 ms apart, ended by LF."));
        let gap =
            Message { end: End::Gap, wait_ns: None, service_ns: Some(50_090_000), ..dribble(38, 10_000) };
        let words = sentence(&gap);
        assert!(words.starts_with("38 bytes in 38 reads over 370 ms, ended by silence"), "{words}");
        assert!(
            words.contains(
                ". The reply was written 50.1 ms after its last byte, most of which is the service's own wait"
            ),
            "{words}"
        );
    }

    #[test]
    fn what_is_unusual_is_said() {
        let shared = Message { shared: 3, source: Source::Read, ..line(1, 1, "a\r\n") };
        let words = sentence(&shared);
        assert!(words.contains("ended by CR LF. Its last read had bytes of 3 messages."), "{words}");
        assert!(words.ends_with("the kernel tells none here."), "{words}");
        let silent = Message { unanswered: Some(DropReason::LowPort), end: End::Datagram, ..line(1, 1, "a") };
        assert!(sentence(&silent).contains("it got no reply: it came from a port below 1024."));
        let unread = Message { service_ns: None, ..line(1, 1, "a\n") };
        assert!(sentence(&unread).contains("its reply was still waiting for the client to read."));
    }

    #[test]
    fn what_happened_between_messages_is_a_row_of_its_own() {
        let mut ended = close(1, 1);
        ended.about.at = at(5);
        assert_eq!(story(&Event::Close(ended)).unwrap(), "ended after 1 ms by client: FIN");
        let words = story(&dropped(1, None)).unwrap();
        assert!(words.starts_with("Missing here: 4 events, 2 messages, 1 read, 3 bytes."), "{words}");
    }
}
