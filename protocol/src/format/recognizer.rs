//! Recognizes messages that were stamped before.

use super::{Format, MAX_STAMP, NAMED};

/// Recognizes messages that were stamped before. A service that stamps one again may be talking to itself.
#[derive(Debug)]
pub struct Recognizer {
    formats: Vec<Format>,
}

impl Recognizer {
    /// How many stamps in a row to examine. A reply to a reply begins with the other service's stamp,
    /// followed by ours, so two would do.
    const DEPTH: usize = 4;

    /// Creates a recognizer of stamps in this format and in all named ones.
    pub fn new(own: Format) -> Self {
        let named = NAMED.iter().filter_map(|(name, _)| name.parse().ok());
        Self { formats: named.chain([own]).collect() }
    }

    /// Returns whether `message` begins with a stamp that a service like this one may have written, or has
    /// one among the first few.
    pub fn is_stamped(&self, message: &[u8]) -> bool {
        let mut rest = message;
        for _ in 0..Self::DEPTH {
            // The brackets and the space after them are three bytes.
            let start = &rest[..rest.len().min(MAX_STAMP + 3)];
            let Some((stamp, _)) = crate::split_stamp(start) else { return false };
            let text = std::str::from_utf8(stamp);
            if text.is_ok_and(|text| self.formats.iter().any(|format| format.could_read(text))) {
                return true;
            }
            rest = &rest[stamp.len() + 3..];
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::show;

    #[test]
    fn stamped_messages_are_recognized() {
        let recognizer = Recognizer::new("%H:%M".parse().unwrap());
        for message in [
            "[Sun Nov 22 18:07:00 2026] hello",
            "[Sat Nov  1 12:26:40 2025] ",
            "[2026-11-22T19:07:00.000000005+01:00] x",
            "[1795370820.120000000] x",
            "[18:07] our own",
            "[someone else's] [18:07] an answer to ours",
        ] {
            assert!(recognizer.is_stamped(message.as_bytes()), "{message}");
        }
    }

    #[test]
    fn stamps_that_chrono_cannot_parse_are_recognized_too() {
        // Adjacent numbers, two fractions of one second, a fraction that's left out when it is zero.
        for format in ["%s%3f", "%s%f", "%Y%j", "%.3f%f", "%S%.f!", "%-d%b%-H", "%e, %A: %+"] {
            for nanos in [0, 5, 360_161_960] {
                let reply = format!("[{}] x", show(format, nanos));
                let recognizer = Recognizer::new(format.parse().unwrap());
                assert!(recognizer.is_stamped(reply.as_bytes()), "{format}: {reply}");
                for message in ["[] x", "[?] x", "[x=1] x", "x"] {
                    assert!(!recognizer.is_stamped(message.as_bytes()), "{format}: {message}");
                }
            }
        }
    }

    #[test]
    fn other_messages_in_brackets_are_not() {
        let recognizer = Recognizer::new(Format::default());
        let deep = "[] ".repeat(20_000);
        for message in ["", "[", "hello", "[1] first", "[18:07] noon", "[INFO] [main] x", "[x]", &deep] {
            assert!(!recognizer.is_stamped(message.as_bytes()), "{message}");
        }
        assert!(!recognizer.is_stamped(b"[\xff\xfe] x"));
    }
}
