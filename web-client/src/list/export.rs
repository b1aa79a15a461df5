//! Exchanges as files for other programs, JSON Lines and CSV, and single exchanges as text for people.
//!
//! | field | |
//! | --- | --- |
//! | `number` | its position in the log, from 1 |
//! | `outcome` | [`Outcome::name`] |
//! | `sent_at`, `replied_at` | RFC 3339 in UTC with milliseconds; absent if it didn't happen |
//! | `round_trip_ms` | with three decimals; absent if there was no answer |
//! | `sent` or `sent_base64` | the message; in base64 if it isn't valid UTF-8 |
//! | `reply_stamp` | the reply's stamp without brackets; absent if there is none |
//! | `reply` or `reply_base64` | what follows the stamp, or the whole reply if there is none |
//!
//! Absent values are `null` in JSON and unquoted empty cells in CSV (RFC 4180). CSV has a column for every
//! field; JSON has only the applicable one of two alternatives.
//!
//! Replies come from outside, and spreadsheets run cells that look like formulas. So CSV cells that start with
//! `=`, `+`, `-`, `@`, a tab, a carriage return or a line feed get a single quote in front. So do cells that
//! start with a single quote, so that removing it always restores the original.
//!
//! A log may be long, so it is written in pieces that together make up one file.

use std::ops::Range;

use wirestamp_protocol::acts;
use wirestamp_protocol::hex::digit;

use super::exchanges::{Exchange, Exchanges, Outcome};
use crate::measure::round_trip;
use crate::text::base64::base64;
use crate::text::escaped;
use crate::text::utc::{padded, rfc3339};

/// The exchanges in `range` that exist, as JSON Lines. `origin` is when the page's clock was at zero, in
/// milliseconds since 1970.
pub fn jsonl(exchanges: &Exchanges, origin: f64, range: Range<usize>) -> String {
    let mut out = String::new();
    for record in records(exchanges, origin, range) {
        out.push_str("{\"number\":");
        out.push_str(&record.number);
        out.push_str(",\"outcome\":");
        json_string(record.outcome, &mut out);
        let times = [("sent_at", record.sent_at.as_deref()), ("replied_at", record.replied_at.as_deref())];
        for (field, time) in times {
            json_field(field, time, &mut out);
        }
        out.push_str(",\"round_trip_ms\":");
        out.push_str(record.round_trip_ms.as_deref().unwrap_or("null"));
        json_content("sent", "sent_base64", &record.sent, &mut out);
        json_field("reply_stamp", record.reply_stamp, &mut out);
        json_content("reply", "reply_base64", &record.reply, &mut out);
        out.push_str("}\n");
    }
    out
}

/// The exchanges in `range` that exist, as CSV. A range that starts at 0 begins with the header.
pub fn csv(exchanges: &Exchanges, origin: f64, range: Range<usize>) -> String {
    let mut out = String::new();
    if range.start == 0 {
        out.push_str("number,outcome,sent_at,replied_at,round_trip_ms,");
        out.push_str("sent,sent_base64,reply_stamp,reply,reply_base64\r\n");
    }
    for record in records(exchanges, origin, range) {
        out.push_str(&record.number);
        // None of these ever needs quoting.
        for plain in [
            Some(record.outcome),
            record.sent_at.as_deref(),
            record.replied_at.as_deref(),
            record.round_trip_ms.as_deref(),
        ] {
            out.push(',');
            out.push_str(plain.unwrap_or_default());
        }
        csv_content(&record.sent, &mut out);
        csv_cell(record.reply_stamp, &mut out);
        csv_content(&record.reply, &mut out);
        out.push_str("\r\n");
    }
    out
}

/// One exchange as text: `> ` and the message, then on a new line `< `, the reply and the round trip.
/// Unprintable bytes are escaped as in [`crate::visible()`]. `step` is the resolution of the page's timer, in
/// milliseconds.
pub fn one(exchange: &Exchange<'_>, step: f64) -> String {
    let sent = ["> ", &escaped(exchange.sent)].concat();
    let reply = ["< ", &escaped(exchange.reply)].concat();
    match (exchange.outcome, exchange.round_trip()) {
        (Outcome::Waiting, _) => [&sent, "\n(no reply yet)"].concat(),
        (Outcome::Lost, _) => [&sent, "\n(the connection ended first)"].concat(),
        (Outcome::Unsolicited, _) => reply,
        (Outcome::Answered, None) => [&sent, "\n", &reply].concat(),
        (Outcome::Answered, Some(ms)) => [&sent, "\n", &reply, " (", &round_trip(ms, step), ")"].concat(),
    }
}

/// An exchange with the fields of both formats.
struct FileRecord<'a> {
    number: String,
    outcome: &'static str,
    sent_at: Option<String>,
    replied_at: Option<String>,
    round_trip_ms: Option<String>,
    sent: Content<'a>,
    reply_stamp: Option<&'a str>,
    reply: Content<'a>,
}

/// Bytes from outside.
enum Content<'a> {
    Nothing,
    Text(&'a str),
    Binary(String),
}

impl<'a> Content<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(_) => Self::Binary(base64(bytes)),
        }
    }
}

fn records(exchanges: &Exchanges, origin: f64, range: Range<usize>) -> impl Iterator<Item = FileRecord<'_>> {
    let here = range.start.min(exchanges.len())..range.end.min(exchanges.len());
    here.filter_map(move |at| Some(record(at, &exchanges.get(at)?, origin)))
}

fn record<'a>(at: usize, exchange: &Exchange<'a>, origin: f64) -> FileRecord<'a> {
    let was_sent = exchange.outcome != Outcome::Unsolicited;
    // A stamp that isn't valid UTF-8 doesn't count, and an empty one couldn't be told from none.
    let (stamp, message) = match exchange.reply_parts() {
        (stamp, message) if !stamp.is_empty() => match std::str::from_utf8(stamp) {
            Ok(stamp) => (Some(stamp), message),
            Err(_) => (None, exchange.reply),
        },
        _ => (None, exchange.reply),
    };
    FileRecord {
        number: (at + 1).to_string(),
        outcome: exchange.outcome.name(),
        sent_at: was_sent.then(|| rfc3339(origin + exchange.sent_at)),
        replied_at: exchange.replied_at.map(|at| rfc3339(origin + at)),
        round_trip_ms: exchange.round_trip().map(thousandths),
        sent: if was_sent { Content::new(exchange.sent) } else { Content::Nothing },
        reply_stamp: stamp,
        reply: exchange.replied_at.map_or(Content::Nothing, |_| Content::new(message)),
    }
}

/// A number with three decimals, using integers only, as in [`round_trip()`].
fn thousandths(ms: f64) -> String {
    let scaled = (ms * 1000.0).round() as u64;
    [&(scaled / 1000).to_string(), ".", &padded(scaled % 1000, 3)].concat()
}

fn json_field(field: &str, text: Option<&str>, out: &mut String) {
    out.extend([",\"", field, "\":"]);
    match text {
        Some(text) => json_string(text, out),
        None => out.push_str("null"),
    }
}

fn json_content(field: &str, base64_field: &str, content: &Content<'_>, out: &mut String) {
    match content {
        Content::Nothing => json_field(field, None, out),
        Content::Text(text) => json_field(field, Some(text), out),
        Content::Binary(base64) => json_field(base64_field, Some(base64), out),
    }
}

/// A JSON string (RFC 8259). Besides what JSON requires, it escapes control characters and the like: the file
/// may be opened in a terminal.
fn json_string(text: &str, out: &mut String) {
    out.push('"');
    // Slicing the text by position instead would bring in what prints a wrong position, 3 KiB.
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if acts(char) => char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| json_unit(*unit, out)),
            _ => out.push(char),
        }
    }
    out.push('"');
}

fn json_unit(unit: u16, out: &mut String) {
    out.push_str("\\u");
    out.extend((0..4).rev().map(|place| digit((unit >> (4 * place)) as u8)));
}

fn csv_content(content: &Content<'_>, out: &mut String) {
    let (text, base64) = match content {
        Content::Nothing => (None, None),
        Content::Text(text) => (Some(*text), None),
        Content::Binary(base64) => (None, Some(base64.as_str())),
    };
    csv_cell(text, out);
    csv_cell(base64, out);
}

fn csv_cell(text: Option<&str>, out: &mut String) {
    out.push(',');
    let Some(text) = text else { return };
    out.push('"');
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']) {
        out.push('\'');
    }
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22T18:07:00Z.
    const ORIGIN: f64 = 1_795_370_820_000.0;

    fn answered(sent: &[u8], reply: &[u8]) -> Exchanges {
        let mut exchanges = Exchanges::default();
        exchanges.sent(sent, 1.0);
        exchanges.received(reply, 2.2345);
        exchanges
    }

    fn one_of_each() -> Exchanges {
        let mut exchanges = Exchanges::default();
        exchanges.received(b"welcome", 1.0);
        exchanges.sent(b"a", 2.0);
        exchanges.received(b"[now] a", 14.3456);
        exchanges.sent(b"lost", 1000.0);
        exchanges.lose();
        exchanges.sent(b"", 60_000.0);
        exchanges
    }

    const HEADER: &str =
        "number,outcome,sent_at,replied_at,round_trip_ms,sent,sent_base64,reply_stamp,reply,reply_base64\r\n";

    #[test]
    fn json_lines_have_every_outcome() {
        let lines = jsonl(&one_of_each(), ORIGIN, 0..9);
        let expected = [
            r#"{"number":1,"outcome":"unsolicited","sent_at":null,"replied_at":"2026-11-22T18:07:00.001Z","round_trip_ms":null,"sent":null,"reply_stamp":null,"reply":"welcome"}"#,
            r#"{"number":2,"outcome":"answered","sent_at":"2026-11-22T18:07:00.002Z","replied_at":"2026-11-22T18:07:00.014Z","round_trip_ms":12.346,"sent":"a","reply_stamp":"now","reply":"a"}"#,
            r#"{"number":3,"outcome":"lost","sent_at":"2026-11-22T18:07:01.000Z","replied_at":null,"round_trip_ms":null,"sent":"lost","reply_stamp":null,"reply":null}"#,
            r#"{"number":4,"outcome":"waiting","sent_at":"2026-11-22T18:08:00.000Z","replied_at":null,"round_trip_ms":null,"sent":"","reply_stamp":null,"reply":null}"#,
        ];
        assert!(lines.ends_with('\n'));
        assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn csv_has_every_outcome_behind_a_header() {
        let expected = [
            HEADER,
            "1,unsolicited,,2026-11-22T18:07:00.001Z,,,,,\"welcome\",\r\n",
            "2,answered,2026-11-22T18:07:00.002Z,2026-11-22T18:07:00.014Z,12.346,\"a\",,\"now\",\"a\",\r\n",
            "3,lost,2026-11-22T18:07:01.000Z,,,\"lost\",,,,\r\n",
            "4,waiting,2026-11-22T18:08:00.000Z,,,\"\",,,,\r\n",
        ];
        assert_eq!(csv(&one_of_each(), ORIGIN, 0..9), expected.concat());
    }

    #[test]
    fn pieces_put_together_are_the_whole() {
        let exchanges = one_of_each();
        for write in [jsonl, csv] {
            let pieces = [0..1, 1..3, 3..4, 4..9].map(|range| write(&exchanges, ORIGIN, range));
            assert_eq!(pieces.concat(), write(&exchanges, ORIGIN, 0..4));
        }
    }

    #[test]
    fn an_empty_log_is_a_header_or_nothing() {
        let empty = Exchanges::default();
        assert_eq!(
            (jsonl(&empty, ORIGIN, 0..5), csv(&empty, ORIGIN, 0..5)),
            (String::new(), HEADER.to_owned())
        );
    }

    #[test]
    fn invalid_utf8_is_in_base64() {
        let exchanges = answered(b"\xff", b"[now] \xff\x00");
        let line = jsonl(&exchanges, ORIGIN, 0..1);
        assert!(
            line.ends_with(",\"sent_base64\":\"/w==\",\"reply_stamp\":\"now\",\"reply_base64\":\"/wA=\"}\n"),
            "{line}"
        );
        let rows = csv(&exchanges, ORIGIN, 1..2);
        assert_eq!(rows, "", "there is no second");
        let rows = csv(&exchanges, ORIGIN, 0..1);
        assert!(rows.ends_with(",,\"/w==\",\"now\",,\"/wA=\"\r\n"), "{rows}");
    }

    #[test]
    fn an_invalid_stamp_stays_in_the_reply() {
        for (reply, written) in [
            (&b"[] x"[..], ",\"reply_stamp\":null,\"reply\":\"[] x\"}\n"),
            (b"[\xff] x", ",\"reply_stamp\":null,\"reply_base64\":\"W/9dIHg=\"}\n"),
            (b"", ",\"reply_stamp\":null,\"reply\":\"\"}\n"),
            (b"[now] ", ",\"reply_stamp\":\"now\",\"reply\":\"\"}\n"),
        ] {
            let line = jsonl(&answered(b"x", reply), ORIGIN, 0..1);
            assert!(line.ends_with(written), "{line}");
        }
    }

    #[test]
    fn json_escapes_quotes_and_control_characters() {
        let mut out = String::new();
        json_string("\"\\/é\0\x1f\x7f\n\r\t\u{2028}\u{202e}\u{e0041}😀", &mut out);
        assert_eq!(out, r#""\"\\/é\u0000\u001f\u007f\n\r\t\u2028\u202e\udb40\udc41😀""#);
    }

    #[test]
    fn csv_doubles_quotes_and_keeps_what_is_between_them() {
        let rows = csv(&answered(b"a,\"b\"\r\nc", b"\""), ORIGIN, 0..1);
        assert!(rows.ends_with(",\"a,\"\"b\"\"\r\nc\",,,\"\"\"\",\r\n"), "{rows}");
    }

    #[test]
    fn spreadsheets_run_no_formulas() {
        for hostile in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1"] {
            let rows = csv(&answered(b"x", hostile.as_bytes()), ORIGIN, 0..1);
            assert!(rows.ends_with(&[",\"'", hostile, "\",\r\n"].concat()), "{rows}");
            let rows = csv(&answered(b"x", &["[", hostile, "] y"].concat().into_bytes()), ORIGIN, 0..1);
            assert!(rows.ends_with(&[",\"'", hostile, "\",\"y\",\r\n"].concat()), "{rows}");
        }
        let rows = csv(&answered(b"x", b"\xfb\xff"), ORIGIN, 0..1);
        assert!(rows.ends_with(",\"'+/8=\"\r\n"), "base64 as well: {rows}");
        let rows = csv(&answered(b"a=1", b"1-1"), ORIGIN, 0..1);
        assert!(
            rows.ends_with(",\"a=1\",,,\"1-1\",\r\n"),
            "elsewhere than in front they are harmless: {rows}"
        );
    }

    #[test]
    fn a_round_trip_is_never_negative() {
        assert_eq!(
            (thousandths(-1.0), thousandths(0.0005), thousandths(12_345.678_9)),
            ("0.000".into(), "0.001".into(), "12345.679".into())
        );
    }

    #[test]
    fn one_exchange_is_text_for_people() {
        let texts: Vec<_> = one_of_each().iter().map(|exchange| one(&exchange, 0.005)).collect();
        assert_eq!(
            texts,
            [
                "< welcome",
                "> a\n< [now] a (12.3 ms)",
                "> lost\n(the connection ended first)",
                "> \n(no reply yet)",
            ]
        );
    }

    #[test]
    fn control_characters_are_escaped_in_text_for_people() {
        let exchanges = answered(b"\x1b[31m\n", b"[now\r] \xff");
        assert_eq!(one(&exchanges.get(0).unwrap(), 0.1), "> \\x1b[31m\\n\n< [now\\r] \\xff (1.2 ms)");
    }
}
