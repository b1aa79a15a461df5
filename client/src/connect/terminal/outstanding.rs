//! Matches replies to lines, for their round trips.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The lines without a reply, oldest first.
#[derive(Debug, Default)]
pub(super) struct Outstanding(VecDeque<(Vec<u8>, Instant)>);

impl Outstanding {
    /// Records that a line, without its line feed, was sent at the time `at`.
    pub(super) fn sent(&mut self, line: &[u8], at: Instant) {
        self.0.push_back((line.to_vec(), at));
    }

    /// Records that a reply, without its line feed, came at the time `at`, and returns its round trip, or
    /// `None` if no line was waiting for one.
    ///
    /// A reply answers the oldest line that it ends with. Lines before that one are considered lost. A reply
    /// that ends with none of them answers the oldest.
    pub(super) fn answered(&mut self, reply: &[u8], at: Instant) -> Option<Duration> {
        let answers = self.0.iter().position(|(line, _)| reply.ends_with(line)).unwrap_or(0);
        let (_, sent) = self.0.drain(..self.0.len().min(answers + 1)).next_back()?;
        Some(at.saturating_duration_since(sent))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_answers_the_oldest_line_that_it_repeats() {
        let start = Instant::now();
        let second = |n| start + Duration::from_secs(n);
        let mut outstanding = Outstanding::default();
        for (n, line) in [b"a", b"b", b"b", b"c"].iter().enumerate() {
            outstanding.sent(*line, second(n as u64));
        }
        let mut answered =
            |reply: &str| outstanding.answered(reply.as_bytes(), second(10)).map(|d| d.as_secs());
        assert_eq!(answered("[then] a"), Some(10));
        assert_eq!(answered("[then] c"), Some(7), "both lines b were lost");
        assert_eq!(answered("[then] c"), None, "no line is left");
        assert!(outstanding.is_empty());
    }

    #[test]
    fn a_peer_that_repeats_nothing_answers_in_order() {
        let start = Instant::now();
        let mut outstanding = Outstanding::default();
        outstanding.sent(b"a", start);
        outstanding.sent(b"b", start + Duration::from_secs(1));
        let at = start + Duration::from_secs(5);
        assert_eq!(outstanding.answered(b"220 ready", at), Some(Duration::from_secs(5)));
        assert_eq!(outstanding.answered(b"500 what?", at), Some(Duration::from_secs(4)));
    }
}
