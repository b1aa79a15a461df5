//! JSON Lines.

use wirestamp_protocol::acts;
use wirestamp_protocol::hex::digit;

use super::{Content, record};
use crate::list::exchanges::Exchange;
use crate::list::happening::Happening;
use crate::list::story::Occurrence;
use crate::text::utc::rfc3339;

/// Appends the exchange with this number. `origin` is when the page's clock was at zero, in milliseconds since
/// 1970, and `step` is the resolution of its timer, in milliseconds.
pub(in crate::list) fn exchange(
    number: usize,
    exchange: &Exchange<'_>,
    origin: f64,
    step: f64,
    out: &mut String,
) {
    let record = record(number, exchange, origin, step);
    out.push_str("{\"number\":");
    out.push_str(&record.number);
    out.push_str(",\"outcome\":");
    string(record.outcome, out);
    let times = [("sent_at", record.sent_at.as_deref()), ("replied_at", record.replied_at.as_deref())];
    for (name, time) in times {
        field(name, time, out);
    }
    out.push_str(",\"round_trip_ms\":");
    out.push_str(record.round_trip_ms.as_deref().unwrap_or("null"));
    content("sent", "sent_base64", &record.sent, out);
    field("reply_stamp", record.reply_stamp, out);
    content("reply", "reply_base64", &record.reply, out);
    out.push_str("}\n");
}

/// Appends something that happened to the connection.
pub(in crate::list) fn occurrence(occurrence: &Occurrence, origin: f64, out: &mut String) {
    out.push_str("{\"event\":");
    string(occurrence.what.name(), out);
    field("at", Some(&rfc3339(origin + occurrence.at)), out);
    out.extend([",\"times\":", &occurrence.times.to_string()]);
    if let Happening::Closed(closing) = &occurrence.what {
        out.extend([",\"code\":", &closing.code.to_string()]);
    }
    field("text", Some(&occurrence.what.describe()), out);
    out.push_str("}\n");
}

/// An array of texts.
pub fn array<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for text in texts {
        out.push(if out.is_empty() { '[' } else { ',' });
        string(text, &mut out);
    }
    out.push_str(if out.is_empty() { "[]" } else { "]" });
    out
}

fn field(name: &str, text: Option<&str>, out: &mut String) {
    out.extend([",\"", name, "\":"]);
    match text {
        Some(text) => string(text, out),
        None => out.push_str("null"),
    }
}

fn content(name: &str, base64_name: &str, content: &Content<'_>, out: &mut String) {
    match content {
        Content::Nothing => field(name, None, out),
        Content::Text(text) => field(name, Some(text), out),
        Content::Binary(base64) => field(base64_name, Some(base64), out),
    }
}

/// A JSON string (RFC 8259). Besides what JSON requires, it escapes control characters and the like: the file
/// may be opened in a terminal.
fn string(text: &str, out: &mut String) {
    out.push('"');
    // Slicing the text by position instead would bring in what prints a wrong position, 3 KiB.
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if acts(char) => char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| unit_escape(*unit, out)),
            _ => out.push(char),
        }
    }
    out.push('"');
}

fn unit_escape(unit: u16, out: &mut String) {
    out.push_str("\\u");
    out.extend((0..4).rev().map(|place| digit((unit >> (4 * place)) as u8)));
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ORIGIN, all, answered, one_of_each};
    use super::*;
    use crate::link::Closing;

    #[test]
    fn an_array_is_of_strings() {
        assert_eq!(array([].into_iter()), "[]");
        assert_eq!(array(["a\"b", "\u{1b}"].into_iter()), r#"["a\"b","\u001b"]"#);
    }

    #[test]
    fn json_lines_have_every_outcome() {
        let lines = all(&one_of_each(), exchange);
        let expected = [
            r#"{"number":1,"outcome":"unsolicited","sent_at":null,"replied_at":"2026-11-22T18:07:00.001Z","round_trip_ms":null,"sent":null,"reply_stamp":null,"reply":"welcome"}"#,
            r#"{"number":2,"outcome":"answered","sent_at":"2026-11-22T18:07:00.002Z","replied_at":"2026-11-22T18:07:00.014Z","round_trip_ms":12.3,"sent":"a","reply_stamp":"now","reply":"a"}"#,
            r#"{"number":3,"outcome":"lost","sent_at":"2026-11-22T18:07:01.000Z","replied_at":null,"round_trip_ms":null,"sent":"lost","reply_stamp":null,"reply":null}"#,
            r#"{"number":4,"outcome":"waiting","sent_at":"2026-11-22T18:08:00.000Z","replied_at":null,"round_trip_ms":null,"sent":"","reply_stamp":null,"reply":null}"#,
        ];
        assert!(lines.ends_with('\n'));
        assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn invalid_utf8_is_in_base64() {
        let line = all(&answered(b"\xff", b"[now] \xff\x00"), exchange);
        assert!(
            line.ends_with(",\"sent_base64\":\"/w==\",\"reply_stamp\":\"now\",\"reply_base64\":\"/wA=\"}\n"),
            "{line}"
        );
    }

    #[test]
    fn an_invalid_stamp_stays_in_the_reply() {
        for (reply, written) in [
            (&b"[] x"[..], ",\"reply_stamp\":null,\"reply\":\"[] x\"}\n"),
            (b"[\xff] x", ",\"reply_stamp\":null,\"reply_base64\":\"W/9dIHg=\"}\n"),
            (b"", ",\"reply_stamp\":null,\"reply\":\"\"}\n"),
            (b"[now] ", ",\"reply_stamp\":\"now\",\"reply\":\"\"}\n"),
        ] {
            let line = all(&answered(b"x", reply), exchange);
            assert!(line.ends_with(written), "{line}");
        }
    }

    #[test]
    fn json_escapes_quotes_and_control_characters() {
        let mut out = String::new();
        string("\"\\/é\0\x1f\x7f\n\r\t\u{2028}\u{202e}\u{e0041}😀", &mut out);
        assert_eq!(out, r#""\"\\/é\u0000\u001f\u007f\n\r\t\u2028\u202e\udb40\udc41😀""#);
    }

    #[test]
    fn what_happened_to_the_connection_has_fields_of_its_own() {
        let mut out = String::new();
        let closing = Closing { code: 1009, reason: "\u{1b}".to_owned(), was_open: true };
        for what in [Happening::Closed(closing), Happening::Disconnected] {
            occurrence(&Occurrence::new(what, 1.0), ORIGIN, &mut out);
        }
        let expected = [
            r#"{"event":"closed","at":"2026-11-22T18:07:00.001Z","times":1,"code":1009,"text":"Closed with 1009 (message too big): \u001b"}"#,
            r#"{"event":"disconnected","at":"2026-11-22T18:07:00.001Z","times":1,"text":"Disconnected by you"}"#,
        ];
        assert_eq!(out.lines().collect::<Vec<_>>(), expected);
    }
}
