//! Counting lines, and the replies to them.

use crate::link::Framing;

/// Counts what passes. In a stream it goes by line feeds alone, and so counts right even if the peer answers
/// several lines with one stamp, or the stream is cut anywhere.
#[derive(Debug)]
pub(super) struct Tally {
    framing: Framing,
    ended: u64,
    /// Whether bytes stand behind the last line feed.
    rest: bool,
}

impl Tally {
    pub(super) fn new(framing: Framing) -> Self {
        Self { framing, ended: 0, rest: false }
    }

    /// Takes the next bytes of a stream, or one message.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        match (self.framing, bytes.last()) {
            (Framing::Messages, _) => self.ended += 1,
            (Framing::Lines, None) => {}
            (Framing::Lines, Some(last)) => {
                self.ended += memchr::memchr_iter(b'\n', bytes).count() as u64;
                self.rest = *last != b'\n';
            }
        }
    }

    /// How many there were, if the last one ends here: a rest without a line feed is one.
    pub(super) fn count(&self) -> u64 {
        self.ended + u64::from(self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(framing: Framing, pieces: &[&str]) -> u64 {
        let mut tally = Tally::new(framing);
        pieces.iter().for_each(|piece| tally.take(piece.as_bytes()));
        tally.count()
    }

    #[test]
    fn a_stream_is_counted_by_its_line_feeds_and_its_rest() {
        for (pieces, lines) in [
            (&["a\nb\n"][..], 2),
            (&["a\nb"], 2),
            (&["a", "b", "\n"], 1),
            (&[""], 0),
            (&["\n", "", "x"], 2),
            (&[], 0),
        ] {
            assert_eq!(count(Framing::Lines, pieces), lines, "{pieces:?}");
        }
    }

    #[test]
    fn messages_are_counted_as_they_come() {
        assert_eq!(count(Framing::Messages, &["", "a\nb", "c"]), 3);
    }
}
