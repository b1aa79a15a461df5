//! What is shown of a message besides its picture.

use wirestamp_protocol::event::{Message, Payload, Timestamp};

use super::activity::nanos;
use super::words::{counted, duration};
use crate::measure::round_trip::grouped;
use crate::text::base64::from_base64;
use crate::text::escaped;
use crate::text::utc::{padded, rfc3339};

/// The bytes of a message, as far as the event has them.
pub fn payload(message: &Message) -> Vec<u8> {
    match &message.payload {
        Payload::Text(text) => text.clone().into_bytes(),
        Payload::Base64(text) => from_base64(text),
    }
}

/// A note if the event has only the start of the message.
pub fn cut_note(message: &Message, shown: usize) -> Option<String> {
    let is_cut = (shown as u64) < message.bytes;
    is_cut.then(|| {
        let (shown, all) = (grouped(shown as u64), counted(message.bytes, "byte", "bytes"));
        ["The server tells the first ", &shown, " of ", &all, "."].concat()
    })
}

/// Milliseconds since 1970.
pub fn unix_ms(at: Timestamp) -> f64 {
    at.0.as_secs() as f64 * 1000.0 + f64::from(at.0.subsec_millis())
}

/// A time in UTC with all nine decimals, in the format of RFC 3339.
pub fn whole_time(at: Timestamp) -> String {
    let text = rfc3339(unix_ms(at));
    let (seconds, _) = text.split_once('.').unwrap_or((&text, ""));
    [seconds, ".", &padded(at.0.subsec_nanos().into(), 9), "Z"].concat()
}

/// What the inspector lists of a message: names and values.
pub fn facts(message: &Message) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if message.first_at != message.about.at {
        facts.push(("First byte", whole_time(message.first_at)));
    }
    facts.push(("Arrived", whole_time(message.about.at)));
    if let Some(ns) = message.delta_ns {
        facts.push(("After the last", duration(ns)));
    }
    if let Some(stamp) = &message.stamp {
        facts.push(("Stamp", escaped(stamp.as_bytes())));
    }
    facts.push(("From", escaped(message.about.peer.as_bytes())));
    facts.push(("To", escaped(message.about.listener.as_bytes())));
    facts
}

/// The reads of a message, each with the time since the first byte and its size.
pub fn reads(message: &Message) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (at, read) in message.reads.iter().enumerate() {
        if message.reads_omitted > 0 && at + 1 == message.reads.len() {
            rows.push(("…".to_owned(), counted(message.reads_omitted, "more read", "more reads")));
        }
        let after = ["+", &duration(nanos(read.at, message.first_at))].concat();
        rows.push((after, counted(read.bytes, "byte", "bytes")));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::samples::{dribble, line};
    use super::*;

    #[test]
    fn a_payload_is_its_bytes_whatever_they_are() {
        assert_eq!(payload(&line(1, 1, "é\n")), "é\n".as_bytes());
        let message = Message { payload: Payload::Base64("/w==".into()), ..line(1, 1, "x") };
        assert_eq!(payload(&message), [0xff]);
        let cut = Message { bytes: 65_536, ..line(1, 1, "x") };
        assert_eq!(cut_note(&cut, 4096).unwrap(), "The server tells the first 4,096 of 65,536 bytes.");
        assert_eq!(cut_note(&line(1, 1, "x"), 1), None);
    }

    #[test]
    fn times_have_their_date_and_nanoseconds() {
        let mut message = dribble(2, 40_100);
        message.about.peer = "\u{202e}peer".into();
        let facts = facts(&message);
        assert_eq!(facts[0], ("First byte", "2026-11-22T18:07:00.000000000Z".into()));
        assert_eq!(facts[1], ("Arrived", "2026-11-22T18:07:00.040100000Z".into()));
        assert!(facts.contains(&("From", "\\u{202e}peer".into())));
    }

    #[test]
    fn reads_that_were_left_out_are_counted_before_the_last() {
        let rows = reads(&Message { reads_omitted: 7, ..dribble(3, 40_100) });
        let texts: Vec<_> = rows.iter().map(|(at, size)| format!("{at} {size}")).collect();
        assert_eq!(texts, ["+0 ns 1 byte", "+40.1 ms 1 byte", "… 7 more reads", "+80.2 ms 1 byte"]);
    }
}
