//! Counts lines and replies.

use wirestamp_protocol::{MAX_STAMP, split_stamp};

use crate::link::Framing;

/// How much of an unfinished reply is kept: its brackets, its space and the longest stamp.
const KEPT: usize = MAX_STAMP + 3;

/// Counts lines or messages. In a stream only line feeds count, so the count is right wherever the stream is
/// split into reads, and even if the peer answers several lines with one stamp.
#[derive(Debug)]
pub(super) struct Tally {
    framing: Framing,
    ended: u64,
    /// The number of bytes after the last line feed.
    rest: usize,
    /// The first of those bytes.
    head: Vec<u8>,
}

impl Tally {
    pub(super) fn new(framing: Framing) -> Self {
        Self { framing, ended: 0, rest: 0, head: Vec::new() }
    }

    /// Counts the next bytes of a stream, or one message.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        if self.framing == Framing::Messages {
            self.ended += 1;
            return;
        }
        let feeds = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let rest = match memchr::memrchr(b'\n', bytes) {
            Some(at) => {
                (self.rest, self.head) = (0, Vec::new());
                &bytes[at + 1..]
            }
            None => bytes,
        };
        self.ended += feeds;
        self.rest += rest.len();
        self.head.extend_from_slice(&rest[..rest.len().min(KEPT - self.head.len())]);
    }

    /// Returns the count, which includes bytes after the last line feed as one line.
    pub(super) fn count(&self) -> u64 {
        self.ended + u64::from(self.rest > 0)
    }

    /// Returns the number of bytes after the last line feed.
    pub(super) fn rest(&self) -> usize {
        self.rest
    }

    /// Returns the number of replies of which nothing is missing, if the last line sent lacks its line feed and
    /// has this length, or 0 if it doesn't lack it.
    ///
    /// A reply is whole at its line feed. The reply to a line without one may lack it too: it's whole once it is
    /// as long as a stamp and the line. A peer that answers many lines with one stamp has put it further ahead.
    pub(super) fn whole(&self, last_line: usize) -> u64 {
        let message = match split_stamp(&self.head) {
            Some((stamp, _)) => self.rest - (stamp.len() + "[] ".len()),
            None if self.head.starts_with(b"[") => 0,
            None => self.rest,
        };
        self.ended + u64::from(last_line > 0 && message >= last_line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(framing: Framing, pieces: &[&str]) -> Tally {
        let mut tally = Tally::new(framing);
        pieces.iter().for_each(|piece| tally.take(piece.as_bytes()));
        tally
    }

    #[test]
    fn a_stream_is_counted_by_line_feeds_and_the_rest() {
        for (pieces, lines, rest) in [
            (&["a\nb\n"][..], 2, 0),
            (&["a\nb"], 2, 1),
            (&["a", "b", "\n"], 1, 0),
            (&["a", "b"], 1, 2),
            (&[""], 0, 0),
            (&["\n", "", "x"], 2, 1),
            (&[], 0, 0),
        ] {
            let tally = tally(Framing::Lines, pieces);
            assert_eq!((tally.count(), tally.rest()), (lines, rest), "{pieces:?}");
        }
    }

    #[test]
    fn each_message_counts_as_one() {
        let tally = tally(Framing::Messages, &["", "a\nb", "c"]);
        assert_eq!((tally.count(), tally.whole(0)), (3, 3));
    }

    #[test]
    fn a_reply_without_a_line_feed_is_whole_if_it_repeats_the_line() {
        for (pieces, last_line, whole) in [
            (&["[then] hello"][..], 5, 1),
            (&["[th", "en] hel", "lo"], 5, 1),
            (&["[then] hel"], 5, 0),
            (&["[then"], 5, 0),
            (&["[then] hello"], 0, 0),
            (&["[then] a\nb\nhello"], 5, 3),
            (&["[then] a\nb\nhell"], 5, 2),
            (&["hello"], 5, 1),
            (&["[then] a\n[then] hel", "lo\n"], 0, 2),
        ] {
            assert_eq!(tally(Framing::Lines, pieces).whole(last_line), whole, "{pieces:?}");
        }
        let long = ["[then] ", &"x".repeat(1000)];
        assert_eq!(tally(Framing::Lines, &long).whole(1000), 1);
        assert_eq!(tally(Framing::Lines, &long).whole(1001), 0);
    }
}
