//! CSV.

use super::{Content, record};
use crate::list::exchanges::Exchange;
use crate::list::story::Occurrence;
use crate::text::utc::rfc3339;

/// The first line. Spreadsheets take a file without the byte order mark for one in an old encoding.
pub(in crate::list) const HEADER: &str = "\u{feff}number,outcome,sent_at,replied_at,round_trip_ms,\
    sent,sent_base64,reply_stamp,reply,reply_base64,event\r\n";

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
    content(&record.sent, out);
    cell(record.reply_stamp, out);
    content(&record.reply, out);
    cell(None, out);
    out.push_str("\r\n");
}

/// Appends something that happened to the connection.
pub(in crate::list) fn occurrence(occurrence: &Occurrence, origin: f64, out: &mut String) {
    out.extend([",event,", &rfc3339(origin + occurrence.at), ",,,,,,,"]);
    cell(Some(&occurrence.describe()), out);
    out.push_str("\r\n");
}

fn content(content: &Content<'_>, out: &mut String) {
    let (text, base64) = match content {
        Content::Nothing => (None, None),
        Content::Text(text) => (Some(*text), None),
        Content::Binary(base64) => (None, Some(base64.as_str())),
    };
    cell(text, out);
    cell(base64, out);
}

fn cell(text: Option<&str>, out: &mut String) {
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
    use super::super::tests::{ORIGIN, all, answered, one_of_each};
    use super::*;
    use crate::list::Happening;

    #[test]
    fn every_outcome_has_as_many_cells_as_the_header() {
        let expected = [
            "1,unsolicited,,2026-11-22T18:07:00.001Z,,,,,\"welcome\",,\r\n",
            "2,answered,2026-11-22T18:07:00.002Z,2026-11-22T18:07:00.014Z,12.3,\"a\",,\"now\",\"a\",,\r\n",
            "3,lost,2026-11-22T18:07:01.000Z,,,\"lost\",,,,,\r\n",
            "4,waiting,2026-11-22T18:08:00.000Z,,,\"\",,,,,\r\n",
        ];
        assert_eq!(all(&one_of_each(), exchange), expected.concat());
        let mut out = String::new();
        occurrence(&Occurrence::new(Happening::Disconnected, 1.0), ORIGIN, &mut out);
        assert_eq!(out, ",event,2026-11-22T18:07:00.001Z,,,,,,,,\"Disconnected by you\"\r\n");
        for line in [HEADER, expected[0], &out] {
            assert_eq!(line.matches(',').count(), 10, "{line}");
        }
    }

    #[test]
    fn invalid_utf8_is_in_base64() {
        let rows = all(&answered(b"\xff", b"[now] \xff\x00"), exchange);
        assert!(rows.ends_with(",,\"/w==\",\"now\",,\"/wA=\",\r\n"), "{rows}");
    }

    #[test]
    fn csv_doubles_quotes_and_keeps_what_is_between_them() {
        let rows = all(&answered(b"a,\"b\"\r\nc", b"\""), exchange);
        assert!(rows.ends_with(",\"a,\"\"b\"\"\r\nc\",,,\"\"\"\",,\r\n"), "{rows}");
    }

    #[test]
    fn spreadsheets_run_no_formulas() {
        for hostile in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1"] {
            let rows = all(&answered(b"x", hostile.as_bytes()), exchange);
            assert!(rows.ends_with(&[",\"'", hostile, "\",,\r\n"].concat()), "{rows}");
            let rows = all(&answered(b"x", &["[", hostile, "] y"].concat().into_bytes()), exchange);
            assert!(rows.ends_with(&[",\"'", hostile, "\",\"y\",,\r\n"].concat()), "{rows}");
        }
        let rows = all(&answered(b"x", b"\xfb\xff"), exchange);
        assert!(rows.ends_with(",\"'+/8=\",\r\n"), "base64 as well: {rows}");
        let rows = all(&answered(b"a=1", b"1-1"), exchange);
        assert!(
            rows.ends_with(",\"a=1\",,,\"1-1\",,\r\n"),
            "elsewhere than in front they are harmless: {rows}"
        );
    }
}
