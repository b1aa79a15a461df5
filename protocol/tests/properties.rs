//! Properties that hold for any bytes in any chunks, tested with random ones.
//!
//! The reference implementations here know nothing of chunks: they see all bytes at once.

#![allow(clippy::unwrap_used, reason = "unwrapping is how a test fails")]

use std::num::NonZeroUsize;

use chrono::{DateTime, FixedOffset, TimeZone};
use proptest::collection::vec;
use proptest::prelude::*;
use wirestamp_protocol::measure::StampTime;
use wirestamp_protocol::{
    Counts, Cut, Decoder, Format, Recognizer, Responder, Stamper, acts, percent, split_stamp, visible,
};

/// One read, and whether its sender is silent for the gap after it.
#[derive(Debug, Clone)]
struct Read {
    bytes: Vec<u8>,
    quiet: bool,
}

/// Bytes with so many line feeds that some are adjacent, and some at the chunks' borders.
fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![1 => Just(b'\n'), 3 => Just(b'x'), 4 => any::<u8>()], 1..=most)
}

/// The reads of one connection.
fn reads() -> impl Strategy<Value = Vec<Read>> {
    let quiet = prop::bool::weighted(0.2);
    vec((bytes(40), quiet).prop_map(|(bytes, quiet)| Read { bytes, quiet }), 0..20)
}

/// A maximum length, usually one that the reads reach.
fn max() -> impl Strategy<Value = NonZeroUsize> {
    (1..50usize).prop_map(|max| NonZeroUsize::new(max).unwrap())
}

/// The messages in these reads: lines, split at each silence and at the maximum length.
fn messages(reads: &[Read], max: NonZeroUsize) -> Vec<(Vec<u8>, Cut)> {
    let mut messages = Vec::new();
    for heard_at_once in reads.split_inclusive(|read| read.quiet) {
        let last = heard_at_once.last().is_some_and(|read| read.quiet);
        let bytes: Vec<u8> = heard_at_once.iter().flat_map(|read| read.bytes.clone()).collect();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            messages.extend(line.chunks(max.get()).map(|message| {
                let cut = match message {
                    [.., b'\n'] => Cut::Lf,
                    _ if message.len() == max.get() => Cut::Cap,
                    _ if last => Cut::Gap,
                    _ => Cut::Eof,
                };
                (message.to_vec(), cut)
            }));
        }
    }
    messages
}

/// The time of the read with this number: a little over a second after the one before.
fn time(number: usize) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(3600).unwrap();
    zone.timestamp_opt(1_795_367_220 + number as i64, 1_000_003 * number as u32).unwrap()
}

/// Formats, and chrono's patterns for them.
fn formats() -> impl Strategy<Value = (Format, &'static str)> {
    const KNOWN: [(&str, &str); 4] = [
        ("ctime", "%a %b %e %H:%M:%S %Y"),
        ("rfc3339", "%Y-%m-%dT%H:%M:%S%.9f%:z"),
        ("unix", "%s%.9f"),
        ("%H:%M:%S%.3f", "%H:%M:%S%.3f"),
    ];
    prop::sample::select(&KNOWN[..]).prop_map(|(text, pattern)| (text.parse().unwrap(), pattern))
}

fn reply(format: Format, at: DateTime<FixedOffset>, message: &[u8]) -> Vec<u8> {
    [Stamper::new(format).prefix(at), message].concat()
}

/// Any time from 1970 to 2169, at any offset of whole minutes.
fn any_time() -> impl Strategy<Value = DateTime<FixedOffset>> {
    (-14 * 60..=14 * 60, 0..200 * 365 * 86_400i64, 0..1_000_000_000u32).prop_map(
        |(minutes, seconds, nanos)| {
            FixedOffset::east_opt(minutes * 60).unwrap().timestamp_opt(seconds, nanos).unwrap()
        },
    )
}

/// Fragments of replies.
const PARTS: [&[u8]; 6] = [b"[", b"] ", b"Sun Nov 22 ", b"18:07:00 2026", b"\xff", b" "];

proptest! {
    #[test]
    fn messages_end_where_the_rules_say(reads in reads(), max in max()) {
        let mut decoder = Decoder::new(max);
        let mut got = Vec::new();
        for Read { bytes, quiet } in &reads {
            decoder.read(bytes, |message| got.push((message.to_vec(), message.cut)));
            if *quiet {
                decoder.finish(Cut::Gap, |message| got.push((message.to_vec(), message.cut)));
                prop_assert!(!decoder.is_pending());
            }
        }
        decoder.finish(Cut::Eof, |message| got.push((message.to_vec(), message.cut)));
        prop_assert_eq!(got, messages(&reads, max));
    }

    #[test]
    fn the_replies_are_the_messages_after_the_time_of_their_last_byte(
        reads in reads(), max in max(), (format, pattern) in formats(),
    ) {
        let mut responder = Responder::new(max, format);
        let mut replies = Vec::new();
        for (number, Read { bytes, quiet }) in reads.iter().enumerate() {
            responder.read(bytes, time(number), &mut replies);
            if *quiet {
                responder.finish(Cut::Gap, &mut replies);
            }
        }
        responder.finish(Cut::Eof, &mut replies);

        // For each byte, the number of the read that brought it.
        let brought: Vec<usize> =
            reads.iter().enumerate().flat_map(|(number, read)| vec![number; read.bytes.len()]).collect();
        let messages = messages(&reads, max);
        let (mut rest, mut taken) = (&replies[..], 0);
        for (message, _) in &messages {
            taken += message.len();
            let stamp = format!("[{}] ", time(brought[taken - 1]).format(pattern));
            let (reply, others) = rest.split_at((stamp.len() + message.len()).min(rest.len()));
            prop_assert_eq!(reply, [stamp.as_bytes(), message].concat());
            rest = others;
        }
        prop_assert_eq!(rest, b"");
        let cuts = Cut::ALL.map(|cut| messages.iter().filter(|(_, its)| *its == cut).count() as u64);
        prop_assert_eq!(responder.counts(), Counts {
            reads: reads.len() as u64,
            cuts,
            bytes_in: brought.len() as u64,
            bytes_out: replies.len() as u64,
        });
    }

    #[test]
    fn a_stamp_is_split_off_as_it_was_written(
        (format, pattern) in formats(), at in any_time(), message in vec(any::<u8>(), 0..100),
    ) {
        let reply = reply(format, at, &message);
        let stamp = at.format(pattern).to_string();
        prop_assert_eq!(split_stamp(&reply), Some((stamp.as_bytes(), &message[..])));
    }

    #[test]
    fn stamped_messages_are_recognized(
        (format, _) in formats(), at in any_time(), message in vec(any::<u8>(), 0..100),
    ) {
        let recognizer = Recognizer::new(format.clone());
        prop_assert!(recognizer.is_stamped(&reply(format, at, &message)));
    }

    #[test]
    fn other_bytes_are_examined_without_a_panic(
        parts in vec(prop::sample::select(&PARTS[..]), 0..30), (format, _) in formats(),
    ) {
        let bytes = parts.concat();
        Recognizer::new(format).is_stamped(&bytes);
        if let Some((stamp, message)) = split_stamp(&bytes) {
            prop_assert_eq!([&b"["[..], stamp, b"] ", message].concat(), bytes);
        }
    }

    #[test]
    fn a_stamps_time_is_read_to_the_nanosecond(at in any_time()) {
        for format in ["rfc3339", "unix"] {
            let reply = reply(format.parse().unwrap(), at, b"");
            let time = StampTime::parse(split_stamp(&reply).unwrap().0);
            prop_assert_eq!(time.map(|time| time.nanos), at.timestamp_nanos_opt());
        }
    }

    #[test]
    fn any_bytes_are_shown_without_a_character_that_acts(bytes in vec(any::<u8>(), 0..60), text in any::<String>()) {
        for bytes in [&bytes[..], text.as_bytes()] {
            let mut shown = String::new();
            visible::escape(bytes, acts, |run, _| shown.push_str(run));
            prop_assert!(!shown.contains(acts), "{shown:?}");
        }
    }

    #[test]
    fn any_text_survives_percent_encoding(text in any::<String>()) {
        prop_assert_eq!(percent::decode(&percent::encode(&text)), text);
    }
}
