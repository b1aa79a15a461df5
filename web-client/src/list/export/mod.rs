//! The log as files for other programs, JSON Lines and CSV, and single exchanges as text for people.
//!
//! | field | |
//! | --- | --- |
//! | `number` | its position in the log, from 1 |
//! | `outcome` | [`Outcome::name`] |
//! | `sent_at`, `replied_at` | RFC 3339 in UTC with milliseconds; absent if it didn't happen |
//! | `round_trip_ms` | rounded as on the page, and 0 if the timer couldn't measure it; absent if there was no answer |
//! | `sent` or `sent_base64` | the message; in base64 if it isn't valid UTF-8 |
//! | `reply_stamp` | the reply's stamp without brackets; absent if there is none |
//! | `reply` or `reply_base64` | what follows the stamp, or the whole reply if there is none |
//!
//! Absent values are `null` in JSON and unquoted empty cells in CSV (RFC 4180). CSV has a column for every
//! field; JSON has only the applicable one of two alternatives.
//!
//! What happened to the connection stands between the exchanges. In JSON Lines, it has fields of its own:
//!
//! | field | |
//! | --- | --- |
//! | `event` | [`Happening::name`] |
//! | `at` | when, or when last |
//! | `times` | how often in a row |
//! | `code` | the WebSocket close code; only if a connection ended or couldn't be opened |
//! | `text` | all of it in words |
//!
//! In CSV, its outcome is `event`, its time is in `sent_at`, and its words are in a last column, `event`.
//!
//! Replies come from outside, and spreadsheets run cells that look like formulas. So CSV cells that start with
//! `=`, `+`, `-`, `@`, a tab, a carriage return or a line feed get a single quote in front. So do cells that
//! start with a single quote, so that removing it always restores the original.

pub(super) mod csv;
pub(super) mod json;

pub use json::array as json_array;

use super::exchanges::{Exchange, Outcome};
use crate::measure::round_trip;
use crate::measure::round_trip::milliseconds;
use crate::text::base64::base64;
use crate::text::escaped;
use crate::text::utc::rfc3339;

#[cfg(doc)]
use super::happening::Happening;

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

/// The exchange with this number. `origin` is when the page's clock was at zero, in milliseconds since 1970, and
/// `step` is the resolution of its timer, in milliseconds.
fn record<'a>(number: usize, exchange: &Exchange<'a>, origin: f64, step: f64) -> FileRecord<'a> {
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
        number: number.to_string(),
        outcome: exchange.outcome.name(),
        sent_at: was_sent.then(|| rfc3339(origin + exchange.sent_at)),
        replied_at: exchange.replied_at.map(|at| rfc3339(origin + at)),
        round_trip_ms: exchange.round_trip().map(|ms| milliseconds(ms, step)),
        sent: if was_sent { Content::new(exchange.sent) } else { Content::Nothing },
        reply_stamp: stamp,
        reply: exchange.replied_at.map_or(Content::Nothing, |_| Content::new(message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Exchanges;

    /// 2026-11-22T18:07:00Z.
    pub(super) const ORIGIN: f64 = 1_795_370_820_000.0;

    pub(super) fn answered(sent: &[u8], reply: &[u8]) -> Exchanges {
        let mut exchanges = Exchanges::default();
        exchanges.sent(sent, 1.0);
        exchanges.received(reply, 2.2345);
        exchanges
    }

    pub(super) fn one_of_each() -> Exchanges {
        let mut exchanges = Exchanges::default();
        exchanges.received(b"welcome", 1.0);
        exchanges.sent(b"a", 2.0);
        exchanges.received(b"[now] a", 14.3456);
        exchanges.sent(b"lost", 1000.0);
        exchanges.lose();
        exchanges.sent(b"", 60_000.0);
        exchanges
    }

    /// What `write` makes of all exchanges.
    pub(super) fn all(
        exchanges: &Exchanges,
        write: fn(usize, &Exchange<'_>, f64, f64, &mut String),
    ) -> String {
        let mut out = String::new();
        for (at, exchange) in exchanges.iter().enumerate() {
            write(at + 1, &exchange, ORIGIN, 0.005, &mut out);
        }
        out
    }

    #[test]
    fn round_trips_have_the_digits_that_the_page_shows() {
        for (ms, step, written) in [
            (12.3456, 0.005, "12.3"),
            (12.3456, 1.0, "12"),
            (1204.4, 0.1, "1204"),
            (0.004, 0.1, "0"),
            (-1.0, 0.1, "0"),
        ] {
            assert_eq!(milliseconds(ms, step), written);
        }
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
