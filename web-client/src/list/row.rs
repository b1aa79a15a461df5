//! What a row of the log shows of an exchange.

use super::exchanges::{Exchange, Outcome};
use crate::text::{Piece, visible};

/// How many bytes of a message a row shows: more than fit on the widest screen.
const SHOWN: usize = 400;

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A note, in place of a message that doesn't exist.
    Note(&'static str),
    /// A message.
    Message {
        /// Its stamp in brackets, if it has one.
        stamp: Option<String>,
        /// The start of its text.
        pieces: Vec<Piece>,
    },
}

/// The cell for the message sent.
pub fn sent(exchange: &Exchange<'_>) -> Cell {
    match exchange.outcome {
        Outcome::Unsolicited => Cell::Note("unsolicited"),
        _ => Cell::Message { stamp: None, pieces: visible(start_of(exchange.sent)) },
    }
}

/// The cell for the reply.
pub fn reply(exchange: &Exchange<'_>) -> Cell {
    match exchange.outcome {
        Outcome::Waiting => Cell::Note("waiting…"),
        Outcome::Lost => Cell::Note("lost"),
        Outcome::Answered | Outcome::Unsolicited => {
            let (stamp, message) = exchange.reply_parts();
            let words = || visible(stamp).into_iter().map(|piece| piece.text).collect::<String>();
            let stamp = (!stamp.is_empty()).then(|| ["[", &words(), "]"].concat());
            Cell::Message { stamp, pieces: visible(start_of(message)) }
        }
    }
}

/// The part of a message that a row shows, cut between characters.
fn start_of(bytes: &[u8]) -> &[u8] {
    let end = bytes.len().min(SHOWN);
    let is_inside = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    // A character has at most three continuation bytes (RFC 3629, section 3).
    let cut = (end.saturating_sub(3)..=end).rev().find(|at| !is_inside(*at)).unwrap_or(end);
    &bytes[..cut]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange<'a>(outcome: Outcome, sent: &'a [u8], reply: &'a [u8]) -> Exchange<'a> {
        Exchange { outcome, sent, sent_at: 0.0, reply, replied_at: None }
    }

    fn message(stamp: Option<&str>, text: &str) -> Cell {
        let pieces = vec![Piece { text: text.to_owned(), escaped: false }];
        Cell::Message { stamp: stamp.map(str::to_owned), pieces }
    }

    #[test]
    fn a_reply_is_shown_with_its_stamp() {
        let answered = exchange(Outcome::Answered, b"a", b"[now] a");
        assert_eq!((sent(&answered), reply(&answered)), (message(None, "a"), message(Some("[now]"), "a")));
        assert_eq!(reply(&exchange(Outcome::Answered, b"a", b"b")), message(None, "b"));
    }

    #[test]
    fn notes_stand_for_missing_messages() {
        assert_eq!(reply(&exchange(Outcome::Waiting, b"a", b"")), Cell::Note("waiting…"));
        assert_eq!(reply(&exchange(Outcome::Lost, b"a", b"")), Cell::Note("lost"));
        let unsolicited = exchange(Outcome::Unsolicited, b"", b"welcome");
        assert_eq!(sent(&unsolicited), Cell::Note("unsolicited"));
        assert_eq!(reply(&unsolicited), message(None, "welcome"));
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
