//! How far the service's clock is from the client's.

use super::StampTime;

/// When an exchange took place, by the client's clock, in nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// When the message was sent.
    pub sent: i64,
    /// When its reply came.
    pub received: i64,
    /// How coarse the clock is: it reads as the last multiple of this. 1 or less is as fine as can be told.
    pub step: i64,
}

/// An estimate of the service's clock minus the client's, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffsetEstimate {
    /// Negative if the service's clock is behind.
    pub offset: i64,
    /// The most that `offset` can be wrong by.
    pub error: i64,
}

impl OffsetEstimate {
    /// What is known if client and service read one clock. No other estimate is without an error.
    pub const ONE_CLOCK: Self = Self { offset: 0, error: 0 };

    /// Estimates the offset from one exchange by Cristian's algorithm (F. Cristian, "Probabilistic clock
    /// synchronization", Distributed Computing 3, 1989).
    ///
    /// The service stamped at some time between `sent` and `received`, so the middle is wrong by at most half
    /// the round trip. Stamps are cut off after their last digit and the client's clock at its step. On
    /// average half of each is missing, which is added to the times, and to the error.
    ///
    /// Returns `None` if the clock was set back meanwhile, or if the clocks are centuries apart.
    fn new(stamp: StampTime, timing: Timing) -> Option<Self> {
        let Timing { sent, received, step } = timing;
        let round_trip = received.checked_sub(sent).filter(|time| *time >= 0)?;
        let unsure = round_trip.checked_add(step)?;
        // Halved once, so that no more than half a nanosecond is lost, and the error is rounded up by as
        // much.
        let offset = stamp.nanos.checked_sub(sent)?.checked_add((stamp.digit - unsure) / 2)?;
        Some(Self { offset, error: (unsure.checked_add(stamp.digit + 1)?) / 2 })
    }
}

/// What the stamps of a conversation say about the two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockComparison {
    /// No reply had a stamp.
    #[default]
    Unstamped,
    /// No stamp showed a fraction of a second, which takes `rfc3339` or `unix`.
    Coarse,
    /// The estimate with the smallest error so far, that of the shortest round trip.
    Compared(OffsetEstimate),
}

impl ClockComparison {
    /// Adds a reply's stamp, without its brackets.
    pub fn push(&mut self, stamp: &[u8], timing: Timing) {
        let estimate = StampTime::parse(stamp).and_then(|time| OffsetEstimate::new(time, timing));
        *self = match (*self, estimate) {
            (Self::Compared(best), Some(new)) if new.error < best.error => Self::Compared(new),
            (Self::Compared(best), _) => Self::Compared(best),
            (_, Some(new)) => Self::Compared(new),
            (_, None) => Self::Coarse,
        };
    }

    /// The best estimate so far.
    pub fn estimate(&self) -> Option<OffsetEstimate> {
        match self {
            Self::Compared(estimate) => Some(*estimate),
            Self::Unstamped | Self::Coarse => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;
    const MS: i64 = 1_000_000;

    /// The comparison after stamps, each with when its message was sent, the round trip and the clock's step.
    fn after(exchanges: &[(&str, i64, i64, i64)]) -> ClockComparison {
        let mut clocks = ClockComparison::default();
        for (stamp, sent, round_trip, step) in exchanges {
            let timing = Timing { sent: *sent, received: sent + round_trip, step: *step };
            clocks.push(stamp.as_bytes(), timing);
        }
        clocks
    }

    fn compared(offset: i64, error: i64) -> ClockComparison {
        ClockComparison::Compared(OffsetEstimate { offset, error })
    }

    #[test]
    fn a_clock_ahead_is_positive_and_known_to_half_the_round_trip() {
        let ahead = after(&[("102.000000000", 100 * SECOND, SECOND, 1)]);
        assert_eq!(ahead, compared(SECOND * 3 / 2, SECOND / 2 + 1));
        let behind = after(&[("99.000000000", 100 * SECOND, SECOND, 1)]);
        assert_eq!(behind, compared(-SECOND * 3 / 2, SECOND / 2 + 1));
    }

    #[test]
    fn the_shortest_round_trip_wins() {
        let clocks = after(&[
            ("100.500000000", 100 * SECOND, SECOND, 1),
            ("200.010000000", 200 * SECOND, 10 * MS, 1),
            ("300.900000000", 300 * SECOND, SECOND / 2, 1),
        ]);
        assert_eq!(clocks, compared(5 * MS, 5 * MS + 1));
        assert_eq!(clocks.estimate(), Some(OffsetEstimate { offset: 5 * MS, error: 5 * MS + 1 }));
    }

    #[test]
    fn times_that_were_cut_off_count_as_their_middle() {
        assert_eq!(after(&[("100.5", 100 * SECOND, SECOND, 0)]), compared(50 * MS, 550 * MS));
        let coarse_clock = after(&[("100.000", 100 * SECOND, 0, 4 * MS)]);
        assert_eq!(coarse_clock, compared(-3 * MS / 2, 5 * MS / 2));
    }

    #[test]
    fn the_error_is_a_bound() {
        // The service's clock is the client's. The stamp is made at any time from sending to receiving, and
        // cut off to hundredths; the client's clock is cut off to multiples of 7.
        for (sent, made, received) in [(3, 3, 3), (13, 13, 14), (13, 27, 27), (20, 48, 90), (6, 6, 700)] {
            let stamp = StampTime { nanos: made / 10 * 10, digit: 10 };
            let timing = Timing { sent: sent / 7 * 7, received: received / 7 * 7, step: 7 };
            let estimate = OffsetEstimate::new(stamp, timing).unwrap();
            assert!(estimate.offset.abs() <= estimate.error, "{sent} {made} {received}: {estimate:?}");
        }
    }

    #[test]
    fn useless_exchanges_are_ignored() {
        assert_eq!(after(&[]), ClockComparison::Unstamped);
        assert_eq!(after(&[("Sun Nov 22 18:07:00 2026", 0, MS, 1)]), ClockComparison::Coarse);
        assert_eq!(after(&[("0.000", 2, -1, 1)]).estimate(), None, "the clock was set back");
        for (sent, step) in [(i64::MIN, 1), (i64::MIN, i64::MAX), (0, i64::MAX)] {
            assert_eq!(after(&[("9223372035.999999999", sent, 1, step)]).estimate(), None);
        }
        let fine = after(&[("102.000000000", 100 * SECOND, SECOND, 1), ("x", 0, 0, 1)]);
        assert_eq!(fine, compared(SECOND * 3 / 2, SECOND / 2 + 1), "a coarse stamp changes nothing");
    }
}
