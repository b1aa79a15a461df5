//! How far the service's clock is from the browser's, if the stamps are fine enough to tell.

use wirestamp_protocol::measure::{ClockComparison, Timing};

use super::round_trip::{fixed, power};

const NANOS_IN_MS: f64 = 1e6;

/// Offsets from this on, in milliseconds, are shown in seconds.
const IN_SECONDS: f64 = 10_000.0;

/// An estimate of the service's clock minus the browser's, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Negative if the service's clock is behind.
    pub offset: f64,
    /// The largest possible error.
    pub error: f64,
}

impl Estimate {
    /// In words.
    pub fn describe(&self) -> String {
        // As many decimals as the first digit of the error needs. More would mean nothing.
        let decimals = (0..3).find(|&decimals| self.error * power(decimals) >= 1.0).unwrap_or(3);
        // An error that is rounded down would not be a bound.
        let error = fixed((self.error * power(decimals)).ceil() as u64, decimals);
        if self.error >= self.offset.abs() {
            return ["The two clocks agree within ", &error, " ms"].concat();
        }
        let offset = self.offset.abs();
        let (offset, unit) = match offset < IN_SECONDS {
            true => (fixed((offset * power(decimals)).round() as u64, decimals), " ms "),
            false => (fixed((offset / 100.0).round() as u64, 1), " s "),
        };
        let side = if self.offset < 0.0 { "behind" } else { "ahead of" };
        let parts =
            ["The service's clock is ", &offset, unit, side, " this browser's, give or take ", &error, " ms"];
        parts.concat()
    }
}

/// What the stamps say about the two clocks.
#[derive(Debug, Clone)]
pub struct ClockOffset {
    timer_step: f64,
    clocks: ClockComparison,
}

impl ClockOffset {
    /// Starts without an estimate, for a browser whose clock has a resolution of `timer_step` milliseconds.
    pub fn new(timer_step: f64) -> Self {
        Self { timer_step, clocks: ClockComparison::default() }
    }

    /// Takes a reply's stamp, without its brackets. By the browser's clock, the message was sent at `sent` and the
    /// reply arrived at `received`, in milliseconds since 1970. Stamps without fractions of a second are ignored, and
    /// so is anything that isn't a stamp.
    pub fn take(&mut self, stamp: &[u8], sent: f64, received: f64) {
        if (received - sent).is_nan() {
            return;
        }
        let nanos = |ms: f64| (ms * NANOS_IN_MS) as i64;
        let timing = Timing { sent: nanos(sent), received: nanos(received), step: nanos(self.timer_step) };
        self.clocks.push(stamp, timing);
    }

    /// The estimate from the shortest round trip, if there is one.
    pub fn estimate(&self) -> Option<Estimate> {
        let ms = |nanos: i64| nanos as f64 / NANOS_IN_MS;
        let best = self.clocks.estimate()?;
        Some(Estimate { offset: ms(best.offset), error: ms(best.error) })
    }

    /// Forgets everything, because another service may be at the other end.
    pub fn clear(&mut self) {
        self.clocks = ClockComparison::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(timer_step: f64, samples: &[(&str, f64, f64)]) -> Option<Estimate> {
        let mut clocks = ClockOffset::new(timer_step);
        for (stamp, sent, received) in samples {
            clocks.take(stamp.as_bytes(), *sent, *received);
        }
        clocks.estimate()
    }

    #[test]
    fn an_offset_is_good_to_half_the_round_trip() {
        let clocks = after(0.0, &[("102.000000000", 100_000.0, 101_000.0)]).unwrap();
        assert!((clocks.offset - 1500.0).abs() < 1e-3 && (clocks.error - 500.0).abs() < 1e-3);
        let clocks = after(0.0, &[("99.000000000", 100_000.0, 101_000.0)]).unwrap();
        assert!((clocks.offset + 1500.0).abs() < 1e-3);
    }

    #[test]
    fn the_shortest_round_trip_tells() {
        let samples = [
            ("100.500000000", 100_000.0, 101_000.0),
            ("200.010000000", 200_000.0, 200_010.0),
            ("300.900000000", 300_000.0, 300_500.0),
        ];
        let clocks = after(0.0, &samples).unwrap();
        assert!((clocks.offset - 5.0).abs() < 1e-3 && (clocks.error - 5.0).abs() < 1e-3, "{clocks:?}");
    }

    #[test]
    fn a_step_of_the_browsers_clock_is_part_of_the_error() {
        let clocks = after(1.0, &[("100.000000000", 100_000.0, 100_000.0)]).unwrap();
        assert!((clocks.offset + 0.5).abs() < 1e-3 && (clocks.error - 0.5).abs() < 1e-3, "{clocks:?}");
        assert_eq!(clocks.describe(), "The two clocks agree within 0.6 ms");
    }

    #[test]
    fn what_tells_nothing_is_left_out() {
        let samples = [("Sun Nov 22 18:07:00 2026", 0.0, 1.0), ("100.5", 2.0, 1.0), ("100.5", f64::NAN, 1.0)];
        assert_eq!(after(0.1, &samples), None);
    }

    #[test]
    fn in_words_an_offset_has_the_digits_that_its_error_allows() {
        for (offset, error, words) in [
            (12.345, 0.36, "The service's clock is 12.3 ms ahead of this browser's, give or take 0.4 ms"),
            (-12.347, 0.036, "The service's clock is 12.35 ms behind this browser's, give or take 0.04 ms"),
            (1234.5, 40.0, "The service's clock is 1,235 ms ahead of this browser's, give or take 40 ms"),
            (-3_600_049.0, 2.0, "The service's clock is 3,600.0 s behind this browser's, give or take 2 ms"),
            (0.3, 0.36, "The two clocks agree within 0.4 ms"),
            (-0.3, 7.0, "The two clocks agree within 7 ms"),
        ] {
            assert_eq!(Estimate { offset, error }.describe(), words);
        }
    }
}
