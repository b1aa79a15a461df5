//! A round trip, split at the service's stamp.

use super::{ClockComparison, OffsetEstimate, StampTime, Timing};

/// A round trip in two parts, in nanoseconds. Their sum is the round trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// From sending the message to its stamp: the way there.
    pub there: u64,
    /// From the stamp to the arrival of the reply: the service's answer and the way back.
    pub back: u64,
    /// The most that each part can be wrong by, because of the clocks and of what the stamp leaves out.
    pub error: u64,
}

impl Split {
    /// Splits a round trip, if the clocks are as far apart as the estimate says.
    ///
    /// A stamp was made at some time within its last digit, and the way there took neither less than nothing nor
    /// longer than the round trip. What's left of its range is split in the middle.
    ///
    /// Returns `None` if nothing is left: the estimate is wrong, or the clock was set back meanwhile.
    fn new(stamp: StampTime, timing: Timing, clocks: OffsetEstimate) -> Option<Self> {
        let Timing { sent, received, step } = timing;
        let round_trip = u64::try_from(received.checked_sub(sent)?).ok()?;
        let unseen = |step: i64| i128::from(step.max(1) - 1);
        let there = i128::from(stamp.nanos) - i128::from(clocks.offset) - i128::from(sent);
        let earliest = there - i128::from(clocks.error) - unseen(step);
        let latest = there + i128::from(clocks.error) + unseen(stamp.digit);
        if latest < 0 || earliest > i128::from(round_trip) + unseen(step) {
            return None;
        }
        let [earliest, latest] = [earliest, latest].map(|there| within(there, round_trip));
        let there = earliest.midpoint(latest);
        Some(Self { there, back: round_trip - there, error: latest - there })
    }
}

/// Returns the nearest number from 0 to `most`.
fn within(number: i128, most: u64) -> u64 {
    u64::try_from(number.max(0)).map_or(most, |number| number.min(most))
}

/// Splits the round trips of a conversation.
///
/// If client and service run on one computer, they read one clock, and a stamp needs no correction. Whether they do is
/// a guess by their addresses, which a tunnel makes wrong. A stamp from before its message was sent or after its reply
/// came shows that.
///
/// Otherwise, the best comparison of the clocks so far corrects the stamp. A stamp that contradicts it shows that a
/// clock was set or drifted away, and the comparison begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Splitter {
    /// Whether nothing speaks against one clock for both sides.
    is_one_clock: bool,
    clocks: ClockComparison,
}

impl Splitter {
    /// Creates one for a conversation. `is_one_computer` says whether the service seems to run on the client's
    /// computer.
    pub fn new(is_one_computer: bool) -> Self {
        Self { is_one_clock: is_one_computer, clocks: ClockComparison::default() }
    }

    /// Splits the round trip of a reply with this stamp, without its brackets.
    ///
    /// Returns `None` if the stamp has no fraction of a second.
    pub fn push(&mut self, stamp: &[u8], timing: Timing) -> Option<Split> {
        let Some(time) = StampTime::parse(stamp) else {
            self.clocks.push(stamp, timing);
            return None;
        };
        if self.is_one_clock {
            let split = Split::new(time, timing, OffsetEstimate::ONE_CLOCK);
            if split.is_some() {
                self.clocks = ClockComparison::Compared(OffsetEstimate::ONE_CLOCK);
                return split;
            }
            self.is_one_clock = false;
        }
        let is_contradicted = |estimate: OffsetEstimate| Split::new(time, timing, estimate).is_none();
        if self.clocks.estimate().is_some_and(is_contradicted) {
            self.clocks = ClockComparison::default();
        }
        self.clocks.push(stamp, timing);
        Split::new(time, timing, self.clocks.estimate()?)
    }

    /// What the stamps so far say about the two clocks.
    pub fn clocks(&self) -> ClockComparison {
        self.clocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;
    const MS: i64 = 1_000_000;

    /// An exchange that began at 100 s, and the clock's step.
    fn exchange(round_trip: i64, step: i64) -> Timing {
        Timing { sent: 100 * SECOND, received: 100 * SECOND + round_trip, step }
    }

    /// The split of a round trip of 10 ms.
    fn split(stamp: &str, offset: i64, error: i64) -> Option<(u64, u64, u64)> {
        let stamp = StampTime::parse(stamp.as_bytes()).unwrap();
        let split = Split::new(stamp, exchange(10 * MS, 1), OffsetEstimate { offset, error });
        split.map(|split| (split.there, split.back, split.error))
    }

    #[test]
    fn with_one_clock_the_split_is_exact() {
        assert_eq!(split("100.003000000", 0, 0), Some((3_000_000, 7_000_000, 0)));
        assert_eq!(split("100.000000000", 0, 0), Some((0, 10_000_000, 0)));
        assert_eq!(split("100.010000000", 0, 0), Some((10_000_000, 0, 0)));
    }

    #[test]
    fn a_stamp_before_the_send_or_after_the_reply_is_not_by_this_clock() {
        assert_eq!(split("99.999999999", 0, 0), None);
        assert_eq!(split("100.010000001", 0, 0), None);
    }

    #[test]
    fn the_clocks_offset_is_taken_out_of_the_stamp() {
        assert_eq!(split("105.003000000", 5 * SECOND, MS), Some((3_000_000, 7_000_000, 1_000_000)));
        assert_eq!(split("95.003000000", -5 * SECOND, MS), Some((3_000_000, 7_000_000, 1_000_000)));
        assert_eq!(split("105.003000000", 4 * SECOND, MS), None);
    }

    #[test]
    fn no_part_is_negative_and_that_narrows_the_error() {
        // The way there is from -1 to 3 ms, or from 8 to 12 ms, but 10 ms at most.
        assert_eq!(split("100.001000000", 0, 2 * MS), Some((1_500_000, 8_500_000, 1_500_000)));
        assert_eq!(split("100.010000000", 0, 2 * MS), Some((9_000_000, 1_000_000, 1_000_000)));
        assert_eq!(split("100.005000000", 0, SECOND), Some((5_000_000, 5_000_000, 5_000_000)));
    }

    #[test]
    fn a_stamp_that_is_cut_off_counts_as_its_middle() {
        assert_eq!(split("100.003", 0, 0), Some((3_499_999, 6_500_001, 500_000)));
        assert_eq!(split("99.99", 0, 0), None, "it ends a nanosecond before the send");
        assert_eq!(split("100.0", 0, 0), Some((5_000_000, 5_000_000, 5_000_000)));
        // Of its 10 ms, the first nanosecond was before the send.
        let early = StampTime { nanos: 100 * SECOND - 1, digit: 10 * MS };
        let split = Split::new(early, exchange(10 * MS, 1), OffsetEstimate::ONE_CLOCK).unwrap();
        assert_eq!((split.there, split.error), (4_999_999, 4_999_999));
    }

    #[test]
    fn a_coarse_clock_makes_the_way_there_uncertain() {
        let stamp = StampTime::parse(b"100.005000000").unwrap();
        let split = Split::new(stamp, exchange(10 * MS, MS), OffsetEstimate::ONE_CLOCK).unwrap();
        assert_eq!(split, Split { there: 4_500_000, back: 5_500_000, error: 500_000 });
        // Both were read as the last whole millisecond: the stamp may be later than that of the arrival.
        let late = StampTime::parse(b"100.000900000").unwrap();
        let split = Split::new(late, exchange(0, MS), OffsetEstimate::ONE_CLOCK).unwrap();
        assert_eq!(split, Split { there: 0, back: 0, error: 0 });
    }

    #[test]
    fn the_error_is_a_bound() {
        // The stamp is made at any time from sending to receiving by a clock that is 1000 ahead, and cut off to
        // tens. The clocks' comparison is wrong by at most 20.
        for (sent, made, received) in [(3, 3, 3), (13, 13, 14), (13, 27, 27), (20, 48, 90), (6, 6, 700)] {
            for wrong_by in [-20, 0, 20] {
                let stamp = StampTime { nanos: (made + 1000) / 10 * 10, digit: 10 };
                let clocks = OffsetEstimate { offset: 1000 + wrong_by, error: 20 };
                let split = Split::new(stamp, Timing { sent, received, step: 1 }, clocks).unwrap();
                let off = split.there.abs_diff((made - sent) as u64);
                assert!(off <= split.error, "{sent} {made} {received} {wrong_by}: {split:?}");
                assert_eq!(split.there + split.back, (received - sent) as u64);
            }
        }
    }

    #[test]
    fn extreme_times_do_not_overflow() {
        let stamp = StampTime { nanos: i64::MAX, digit: i64::MAX };
        for (sent, received) in [(i64::MIN, -1), (i64::MIN, i64::MIN), (i64::MAX, i64::MAX)] {
            for offset in [i64::MIN, i64::MAX] {
                let clocks = OffsetEstimate { offset, error: i64::MAX };
                let _ = Split::new(stamp, Timing { sent, received, step: i64::MAX }, clocks);
            }
        }
        let set_back = Timing { sent: 1, received: 0, step: 1 };
        assert_eq!(Split::new(stamp, set_back, OffsetEstimate::ONE_CLOCK), None);
    }

    /// The splits by these stamps, each of a message sent at 100 s, with the round trip in milliseconds.
    fn run(splitter: &mut Splitter, exchanges: &[(&str, i64)]) -> Vec<Option<(u64, u64)>> {
        let mut push = |stamp: &str, ms| splitter.push(stamp.as_bytes(), exchange(ms * MS, 1));
        let splits = exchanges.iter().map(|(stamp, ms)| push(stamp, *ms));
        splits.map(|split| split.map(|split| (split.there, split.error))).collect()
    }

    #[test]
    fn one_computer_has_one_clock() {
        let mut here = Splitter::new(true);
        let splits = run(&mut here, &[("100.003000000", 10), ("100.001000000", 2)]);
        assert_eq!(splits, [Some((3_000_000, 0)), Some((1_000_000, 0))]);
        assert_eq!(here.clocks(), ClockComparison::Compared(OffsetEstimate::ONE_CLOCK));
    }

    #[test]
    fn behind_a_tunnel_the_clocks_are_compared() {
        let mut tunnel = Splitter::new(true);
        // The service's clock is 4 ms ahead. The first stamp can't tell, the second does.
        let splits = run(
            &mut tunnel,
            &[("100.005000000", 10), ("100.005000000", 2), ("100.006000000", 10), ("100.005000000", 10)],
        );
        assert_eq!(splits[0], Some((5_000_000, 0)));
        assert_eq!(splits[1], Some((1_000_000, 1_000_000)), "half its round trip");
        assert_eq!(splits[2], Some((2_000_000, 1_000_001)), "the comparison's error is rounded up");
        assert_eq!(splits[3], Some((1_000_000, 1_000_001)));
        let estimate = OffsetEstimate { offset: 4_000_000, error: 1_000_001 };
        assert_eq!(tunnel.clocks().estimate(), Some(estimate));
    }

    #[test]
    fn a_clock_that_is_set_is_compared_anew() {
        let mut far = Splitter::new(false);
        let splits = run(&mut far, &[("105.000000000", 2), ("200.005000000", 10)]);
        assert_eq!(splits, [Some((1_000_000, 1_000_000)), Some((5_000_000, 5_000_000))]);
        assert_eq!(far.clocks().estimate().unwrap().offset, 100 * SECOND);
    }

    #[test]
    fn a_stamp_in_whole_seconds_splits_nothing() {
        for is_one_computer in [false, true] {
            let mut splitter = Splitter::new(is_one_computer);
            assert_eq!(splitter.clocks(), ClockComparison::Unstamped);
            assert_eq!(run(&mut splitter, &[("Sun Nov 22 18:07:00 2026", 10)]), [None]);
            assert_eq!(splitter.clocks(), ClockComparison::Coarse);
        }
    }
}
