//! What a row of the log shows of an exchange.

use super::exchanges::{Exchange, Outcome};
use crate::measure::round_trip::fixed;
use crate::text::{Piece, escaped, visible};

/// How many bytes of a message a row shows: more than fit on the widest screen.
const SHOWN: usize = 400;

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A note, in place of a message that doesn't exist.
    Note(&'static str),
    /// The reply is the message that was sent.
    Same,
    /// The start of a message.
    Message(Vec<Piece>),
}

/// A stamp, short enough for its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Its time of day, or all of it if it has none.
    pub short: String,
    /// All of it.
    pub whole: String,
}

/// The cell for the message sent.
pub fn sent(exchange: &Exchange<'_>) -> Cell {
    match exchange.outcome {
        Outcome::Unsolicited => Cell::Note("unsolicited"),
        _ => Cell::Message(visible(start_of(exchange.sent))),
    }
}

/// The cell for the reply, without its stamp.
pub fn reply(exchange: &Exchange<'_>) -> Cell {
    match exchange.outcome {
        Outcome::Waiting => Cell::Note("waiting…"),
        Outcome::Lost => Cell::Note("lost"),
        Outcome::Answered | Outcome::Unsolicited => match exchange.reply_parts() {
            (_, message) if exchange.outcome == Outcome::Answered && message == exchange.sent => Cell::Same,
            (_, message) => Cell::Message(visible(start_of(message))),
        },
    }
}

/// The cell for the time since the row before, in milliseconds: `+1.204 s`.
pub fn delta(ms: f64) -> String {
    ["+", &fixed(ms.max(0.0).round() as u64, 3), " s"].concat()
}

/// The cell for the reply's stamp.
pub fn stamp(exchange: &Exchange<'_>) -> Option<Stamp> {
    let (stamp, _) = exchange.reply_parts();
    let whole = escaped(stamp);
    (!stamp.is_empty()).then(|| Stamp { short: time_of_day(&whole).to_owned(), whole })
}

/// The time of day in a stamp, with its fraction of a second: `18:07:00` in `Sun Nov 22 18:07:00 2026`. A stamp in which
/// there is none is returned whole.
fn time_of_day(stamp: &str) -> &str {
    let bytes = stamp.as_bytes();
    let is_time = |window: &[u8]| {
        window.iter().enumerate().all(|(at, byte)| match at {
            2 | 5 => *byte == b':',
            _ => byte.is_ascii_digit(),
        })
    };
    let Some(start) = bytes.windows("18:07:00".len()).position(is_time) else { return stamp };
    let mut end = start + "18:07:00".len();
    if bytes.get(end) == Some(&b'.') {
        end += 1 + bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    stamp.get(start..end).unwrap_or(stamp)
}

/// The part of a message that a row shows, cut between characters.
fn start_of(bytes: &[u8]) -> &[u8] {
    crate::text::start_of(bytes, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange<'a>(outcome: Outcome, sent: &'a [u8], reply: &'a [u8]) -> Exchange<'a> {
        Exchange { outcome, sent, sent_at: 0.0, reply, replied_at: None }
    }

    fn message(text: &str) -> Cell {
        Cell::Message(vec![Piece { text: text.to_owned(), escaped: false }])
    }

    #[test]
    fn a_reply_that_differs_is_shown_without_its_stamp() {
        let same = exchange(Outcome::Answered, b"a", b"[now] a");
        assert_eq!((sent(&same), reply(&same)), (message("a"), Cell::Same));
        assert_eq!(reply(&exchange(Outcome::Answered, b"a", b"[now] b")), message("b"));
        assert_eq!(reply(&exchange(Outcome::Answered, b"a", b"b")), message("b"));
        assert_eq!(reply(&exchange(Outcome::Unsolicited, b"", b"")), Cell::Message(Vec::new()));
    }

    #[test]
    fn a_stamp_is_shown_by_its_time_of_day() {
        for (whole, short) in [
            ("Sun Nov 22 18:07:00 2026", "18:07:00"),
            ("2026-11-22T18:07:00.123456789+01:00", "18:07:00.123456789"),
            ("2026-11-22T18:07:00Z", "18:07:00"),
            ("18:07:00.", "18:07:00."),
            ("1795370820.123456789", "1795370820.123456789"),
            ("18:07", "18:07"),
            ("now", "now"),
            ("\x1b 18:07:00", "18:07:00"),
        ] {
            let replied = ["[", whole, "] a"].concat();
            let stamp = stamp(&exchange(Outcome::Answered, b"a", replied.as_bytes())).unwrap();
            assert_eq!(stamp.short, short);
            assert_eq!(stamp.whole, escaped(whole.as_bytes()));
        }
        assert_eq!(stamp(&exchange(Outcome::Answered, b"a", b"a")), None);
        assert_eq!(stamp(&exchange(Outcome::Lost, b"a", b"")), None);
    }

    #[test]
    fn the_time_between_rows_is_in_seconds() {
        for (ms, shown) in
            [(1203.6, "+1.204 s"), (0.4, "+0.000 s"), (-1.0, "+0.000 s"), (90_000.0, "+90.000 s")]
        {
            assert_eq!(delta(ms), shown);
        }
    }

    #[test]
    fn notes_stand_for_missing_messages() {
        assert_eq!(reply(&exchange(Outcome::Waiting, b"a", b"")), Cell::Note("waiting…"));
        assert_eq!(reply(&exchange(Outcome::Lost, b"a", b"")), Cell::Note("lost"));
        let unsolicited = exchange(Outcome::Unsolicited, b"", b"welcome");
        assert_eq!(sent(&unsolicited), Cell::Note("unsolicited"));
        assert_eq!(reply(&unsolicited), message("welcome"));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        for (filler, character) in [(397, "🚀"), (398, "東"), (399, "é"), (400, "x")] {
            let start = "x".repeat(filler);
            let text = [&start, character, "and more"].concat();
            assert_eq!(start_of(text.as_bytes()), start.as_bytes(), "{character}");
        }
        assert_eq!(start_of("x🚀".as_bytes()), "x🚀".as_bytes());
        assert_eq!(start_of(&[0x80; 500]).len(), SHOWN, "invalid UTF-8 is cut anywhere");
    }
}
