//! The summary of a conversation.

use std::fmt;
use std::time::Duration;

use wirestamp_protocol::plural;

use crate::show::brief;

/// Counts lines and replies, and sums up round trips.
#[derive(Debug, Default)]
pub(super) struct Tally {
    lines: u64,
    replies: u64,
    round_trips: Option<RoundTrips>,
}

#[derive(Debug, Clone, Copy)]
struct RoundTrips {
    count: u32,
    total: Duration,
    least: Duration,
    most: Duration,
}

impl Tally {
    /// Records that a line was sent.
    pub(super) fn sent(&mut self) {
        self.lines += 1;
    }

    /// Records that a reply came, with its round trip if it answers a line.
    pub(super) fn answered(&mut self, round_trip: Option<Duration>) {
        self.replies += 1;
        let Some(time) = round_trip else { return };
        let before = self.round_trips.unwrap_or(RoundTrips {
            count: 0,
            total: Duration::ZERO,
            least: time,
            most: time,
        });
        self.round_trips = Some(RoundTrips {
            count: before.count.saturating_add(1),
            total: before.total.saturating_add(time),
            least: before.least.min(time),
            most: before.most.max(time),
        });
    }

    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    pub(super) fn replies(&self) -> u64 {
        self.replies
    }

    /// Returns how many lines have no reply yet.
    pub(super) fn missing(&self) -> u64 {
        self.lines.saturating_sub(self.replies)
    }
}

/// One line: `3 lines, 2 replies, 1 missing; round trip min 155 µs, mean 200 µs, max 235 µs`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, replies, round_trips } = self;
        write!(f, "{lines} {}, ", plural(*lines, "line", "lines"))?;
        write!(f, "{replies} {}", plural(*replies, "reply", "replies"))?;
        if self.missing() > 0 {
            write!(f, ", {} missing", self.missing())?;
        }
        if let Some(RoundTrips { count, total, least, most }) = *round_trips {
            let [least, mean, most] = [least, total / count, most].map(brief);
            write!(f, "; round trip min {least}, mean {mean}, max {most}")?;
        }
        writeln!(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_has_the_counts_and_the_round_trips() {
        let mut tally = Tally::default();
        assert_eq!(tally.to_string(), "0 lines, 0 replies\n");
        for _ in 0..3 {
            tally.sent();
        }
        assert_eq!(tally.to_string(), "3 lines, 0 replies, 3 missing\n");
        tally.answered(Some(Duration::from_micros(100)));
        tally.answered(Some(Duration::from_micros(300)));
        let two = "3 lines, 2 replies, 1 missing; round trip min 100 µs, mean 200 µs, max 300 µs\n";
        assert_eq!(tally.to_string(), two);
        tally.answered(None);
        tally.answered(None);
        let four = "3 lines, 4 replies; round trip min 100 µs, mean 200 µs, max 300 µs\n";
        assert_eq!(tally.to_string(), four);
    }
}
