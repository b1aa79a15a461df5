//! Counts lines and replies.

use crate::link::Framing;

/// Counts lines or messages. In a stream only line feeds count, so the count is right wherever the stream is
/// split into reads, and even if the peer answers several lines with one stamp.
#[derive(Debug)]
pub(super) struct Tally {
    framing: Framing,
    ended: u64,
    /// Whether there are bytes after the last line feed.
    rest: bool,
}

impl Tally {
    pub(super) fn new(framing: Framing) -> Self {
        Self { framing, ended: 0, rest: false }
    }

    /// Counts the next bytes of a stream, or one message.
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

    /// Returns the count, which includes bytes after the last line feed as one line.
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
    fn a_stream_is_counted_by_line_feeds_and_the_rest() {
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
    fn each_message_counts_as_one() {
        assert_eq!(count(Framing::Messages, &["", "a\nb", "c"]), 3);
    }
}
