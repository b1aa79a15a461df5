//! How far the service's clock is from this one, where its stamps are fine enough to tell.

use std::time::Duration;

use chrono::DateTime;

/// A stamp's time, in nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The beginning of what the stamp may mean: stamps are cut off, not rounded.
    nanos: i128,
    /// What its last digit stands for, in nanoseconds.
    digit: i128,
}

impl Stamp {
    /// Reads what stands between a reply's brackets, if it has a part below the second: RFC 3339 such as
    /// `2026-11-22T18:07:00.123+01:00`, or Unix seconds such as `1795370820.123456789`.
    pub(super) fn parse(stamp: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(stamp).ok()?;
        let fraction = text.split_once('.')?.1;
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let digit = 10_i128.pow(9_u32.checked_sub(digits.try_into().ok()?)?);
        let nanos = match DateTime::parse_from_rfc3339(text) {
            Ok(time) => {
                i128::from(time.timestamp()) * 1_000_000_000 + i128::from(time.timestamp_subsec_nanos())
            }
            Err(_) => unix(text)?,
        };
        (digits > 0).then_some(Self { nanos, digit })
    }
}

/// Seconds since 1970 with up to nine decimal places, in nanoseconds.
fn unix(text: &str) -> Option<i128> {
    let (seconds, fraction) = text.split_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(seconds) || !is_number(fraction) || fraction.len() > 9 || seconds.len() > 18 {
        return None;
    }
    Some(seconds.parse::<i128>().ok()? * 1_000_000_000 + format!("{fraction:0<9}").parse::<i128>().ok()?)
}

/// How far the service's clock is ahead of this one, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offset {
    /// Negative if it is behind.
    pub(super) nanos: i128,
    /// It is off by this at most.
    pub(super) error: i128,
}

/// What the stamps told of the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Clocks {
    /// No reply had a stamp.
    #[default]
    Unstamped,
    /// The stamps have whole seconds, which is too coarse.
    Coarse,
    /// The offset, by the best probe so far.
    Compared(Offset),
}

impl Clocks {
    /// Takes a reply's stamp: by this computer's clock the probe left at `sent`, in nanoseconds since 1970,
    /// and was back after `round_trip`.
    ///
    /// Cristian's algorithm: the service stamped at some moment between, so its middle is off by half the
    /// round trip at most, and the shortest round trip tells best. A stamp is cut off behind its last digit,
    /// so half a digit is added to it, and to the error.
    pub(super) fn take(&mut self, stamp: &[u8], sent: i128, round_trip: Duration) {
        let Some(stamp) = Stamp::parse(stamp) else {
            if *self == Self::Unstamped {
                *self = Self::Coarse;
            }
            return;
        };
        let half = round_trip.as_nanos().cast_signed() / 2;
        let half_digit = stamp.digit / 2;
        let offset = Offset { nanos: stamp.nanos + half_digit - (sent + half), error: half + half_digit };
        match self {
            Self::Compared(best) if best.error <= offset.error => {}
            _ => *self = Self::Compared(offset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i128 = 1_000_000_000;

    fn stamp(text: &str) -> Option<(i128, i128)> {
        Stamp::parse(text.as_bytes()).map(|stamp| (stamp.nanos, stamp.digit))
    }

    #[test]
    fn stamps_below_the_second_are_read() {
        let time = 1_795_370_820 * SECOND;
        for (text, nanos, digit) in [
            ("2026-11-22T18:07:00.123456789Z", 123_456_789, 1),
            ("2026-11-22T19:07:00.123456789+01:00", 123_456_789, 1),
            ("2026-11-22T18:07:00.123Z", 123_000_000, 1_000_000),
            ("1795370820.123456789", 123_456_789, 1),
            ("1795370820.5", 500_000_000, 100_000_000),
        ] {
            assert_eq!(stamp(text), Some((time + nanos, digit)), "{text}");
        }
    }

    #[test]
    fn stamps_of_whole_seconds_and_no_stamps_are_not() {
        for text in [
            "Sun Nov 22 18:07:00 2026",
            "2026-11-22T18:07:00Z",
            "1795370820",
            "1795370820.",
            ".5",
            "1.2.3",
            "-1.5",
            "1795370820.1234567890",
            "18:07:00.123",
            "",
        ] {
            assert_eq!(stamp(text), None, "{text}");
        }
        assert_eq!(Stamp::parse(b"\xff.1"), None);
    }

    /// The clocks after stamps of Unix seconds, each with when its probe left and its round trip in ms.
    fn after(probes: &[(&str, i128, u64)]) -> Clocks {
        let mut clocks = Clocks::default();
        for (stamp, sent, ms) in probes {
            clocks.take(stamp.as_bytes(), *sent, Duration::from_millis(*ms));
        }
        clocks
    }

    #[test]
    fn a_clock_ahead_is_positive_and_good_to_half_the_round_trip() {
        let ahead = after(&[("102.000000000", 100 * SECOND, 1000)]);
        assert_eq!(ahead, Clocks::Compared(Offset { nanos: SECOND * 3 / 2, error: SECOND / 2 }));
        let behind = after(&[("99.000000000", 100 * SECOND, 1000)]);
        assert_eq!(behind, Clocks::Compared(Offset { nanos: -SECOND * 3 / 2, error: SECOND / 2 }));
    }

    #[test]
    fn the_shortest_round_trip_tells() {
        let clocks = after(&[
            ("100.500000000", 100 * SECOND, 1000),
            ("200.010000000", 200 * SECOND, 10),
            ("300.900000000", 300 * SECOND, 500),
        ]);
        assert_eq!(clocks, Clocks::Compared(Offset { nanos: 5_000_000, error: 5_000_000 }));
    }

    #[test]
    fn a_stamp_cut_off_at_a_digit_means_its_middle() {
        let clocks = after(&[("100.5", 100 * SECOND, 1000)]);
        assert_eq!(clocks, Clocks::Compared(Offset { nanos: 50_000_000, error: 550_000_000 }));
    }

    #[test]
    fn whole_seconds_tell_nothing() {
        assert_eq!(after(&[("Sun Nov 22 18:07:00 2026", 0, 1)]), Clocks::Coarse);
        assert_eq!(after(&[]), Clocks::Unstamped);
    }
}
