//! How far the service's clock is from the browser's, where the stamps are fine enough to tell.
//!
//! Cristian's algorithm: the service stamped at some moment between the message's leaving and the reply's
//! coming, so the middle of the two is off by half the round trip at most, and the shortest round trip tells
//! best.

use super::round_trip::{fixed, power};

/// From this on, in milliseconds, an offset is told in seconds.
const IN_SECONDS: f64 = 10_000.0;

/// An estimate of the service's clock less the browser's, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Negative if the service's is behind.
    pub offset: f64,
    /// It is off by this at most.
    pub error: f64,
}

impl Estimate {
    /// In words.
    pub fn describe(&self) -> String {
        // As many decimals as the first digit of the error needs: further ones would mean nothing.
        let decimals = (0..3).find(|&decimals| self.error * power(decimals) >= 1.0).unwrap_or(3);
        // An error rounded down would be no bound.
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

/// What the stamps told of the two clocks so far.
#[derive(Debug, Clone)]
pub struct ClockOffset {
    timer_step: f64,
    best: Option<Estimate>,
}

impl ClockOffset {
    /// Nothing so far, by a browser's clock that steps by `timer_step` milliseconds.
    pub fn new(timer_step: f64) -> Self {
        Self { timer_step, best: None }
    }

    /// Takes a reply's stamp, without its brackets. By the browser's clock the message was sent at `sent`,
    /// and the reply came at `received`, in milliseconds since 1970. A stamp that shows no part of a second
    /// tells nothing, nor does what is no stamp.
    pub fn take(&mut self, stamp: &[u8], sent: f64, received: f64) {
        let Some(stamp) = Stamp::parse(stamp) else { return };
        let round_trip = received - sent;
        // A clock that was set back meanwhile tells nothing.
        if round_trip.is_nan() || round_trip < 0.0 {
            return;
        }
        // Both times are cut off at the clock's step, as the stamp is behind its last digit. So on the whole
        // half a step and half a digit are missing, and the error is greater by as much.
        let (step, digit) = (self.timer_step / 2.0, stamp.digit / 2.0);
        let offset = stamp.ms + digit - ((sent + received) / 2.0 + step);
        let error = round_trip / 2.0 + step + digit;
        if offset.is_finite() && self.best.is_none_or(|best| error < best.error) {
            self.best = Some(Estimate { offset, error });
        }
    }

    /// The estimate by the shortest round trip, if there is any.
    pub fn estimate(&self) -> Option<Estimate> {
        self.best
    }

    /// Forgets all: another service may be on the other end.
    pub fn clear(&mut self) {
        self.best = None;
    }
}

/// A stamp's time, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stamp {
    /// The beginning of what the stamp may mean.
    ms: f64,
    /// What its last digit stands for.
    digit: f64,
}

impl Stamp {
    /// Reads a stamp in the format `rfc3339`, such as `2026-11-22T18:07:00.123456789+01:00`, or in `unix`,
    /// such as `1795370820.123456789`. By hand: it is small, and what reads all that chrono can is not.
    fn parse(stamp: &[u8]) -> Option<Self> {
        let dot = stamp.iter().position(|&byte| byte == b'.')?;
        let (whole, behind) = (&stamp[..dot], &stamp[dot + 1..]);
        let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, zone) = behind.split_at(digits);
        if !(1..=9).contains(&digits) {
            return None;
        }
        let seconds = match zone {
            // Eleven digits last for three thousand years.
            [] => number(whole).filter(|_| whole.len() <= 11)?,
            _ => date_time(whole)? - offset(zone)?,
        };
        let digit = 1000.0 / power(u32::try_from(digits).ok()?);
        Some(Self { ms: seconds as f64 * 1000.0 + number(fraction)? as f64 * digit, digit })
    }
}

/// Some digits, and nothing but digits.
fn number(text: &[u8]) -> Option<i64> {
    let is_number = (1..=18).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| text.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

/// The number that `text` has from there to there, if it lies between the bounds.
fn field(text: &[u8], from: usize, to: usize, min: i64, max: i64) -> Option<i64> {
    number(text.get(from..to)?).filter(|number| (min..=max).contains(number))
}

/// `2026-11-22T18:07:00` as seconds since 1970, as if it were UTC.
fn date_time(text: &[u8]) -> Option<i64> {
    let [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', _, _] = text else { return None };
    let (year, month) = (field(text, 0, 4, 0, 9999)?, field(text, 5, 7, 1, 12)?);
    let day = field(text, 8, 10, 1, days_in(year, month))?;
    let (hour, minute) = (field(text, 11, 13, 0, 23)?, field(text, 14, 16, 0, 59)?);
    let second = field(text, 17, 19, 0, 59)?;
    Some(((days(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second)
}

/// `Z` or `+01:00`, in seconds.
fn offset(text: &[u8]) -> Option<i64> {
    let sign = match text {
        b"Z" => return Some(0),
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return None,
    };
    Some(sign * (field(text, 1, 3, 0, 23)? * 3600 + field(text, 4, 6, 0, 59)? * 60))
}

/// How many days before that month have passed since 1970.
fn days(year: i64, month: i64) -> i64 {
    // Years that begin with March have their leap day at the end, and months of a regular length before it.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719,468 days lie between the first of March in the year 0 and 1970.
    year * 365 + leap_days + (month * 153 + 2) / 5 - 719_468
}

fn days_in(year: i64, month: i64) -> i64 {
    let next = if month == 12 { days(year + 1, 1) } else { days(year, month + 1) };
    next - days(year, month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(text: &str) -> Option<(f64, f64)> {
        Stamp::parse(text.as_bytes()).map(|stamp| (stamp.ms, stamp.digit))
    }

    fn after(timer_step: f64, samples: &[(&str, f64, f64)]) -> Option<Estimate> {
        let mut clocks = ClockOffset::new(timer_step);
        for (stamp, sent, received) in samples {
            clocks.take(stamp.as_bytes(), *sent, *received);
        }
        clocks.estimate()
    }

    #[test]
    fn stamps_with_parts_of_a_second_are_read() {
        for (text, ms, digit) in [
            ("2026-11-22T18:07:00.123Z", 1_795_370_820_123.0, 1.0),
            ("2026-11-22T19:07:00.123+01:00", 1_795_370_820_123.0, 1.0),
            ("2026-11-22T13:37:00.123-04:30", 1_795_370_820_123.0, 1.0),
            ("2026-11-22T18:07:00.250000000+00:00", 1_795_370_820_250.0, 1e-6),
            ("1795370820.5", 1_795_370_820_500.0, 100.0),
            ("1795370820.123456789", 1_795_370_820_123.456_8, 1e-6),
            ("0.0", 0.0, 100.0),
        ] {
            let (found, last) = stamp(text).unwrap();
            assert!((found - ms).abs() < 0.001 && (last - digit).abs() < 1e-9, "{text}: {found} {last}");
        }
    }

    #[test]
    fn the_calendar_is_right_at_its_edges() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00.0Z", 0.0),
            ("1969-12-31T23:59:59.0Z", -1.0),
            ("2000-02-29T00:00:00.0Z", 951_782_400.0),
            ("2000-03-01T00:00:00.0Z", 951_868_800.0),
            ("2024-12-31T23:59:59.0Z", 1_735_689_599.0),
            ("2100-03-01T00:00:00.0Z", 4_107_542_400.0),
            ("9999-12-31T23:59:59.0Z", 253_402_300_799.0),
            ("0000-01-01T00:00:00.0Z", -62_167_219_200.0),
        ] {
            assert_eq!(stamp(text).map(|(ms, _)| ms / 1000.0), Some(seconds), "{text}");
        }
    }

    #[test]
    fn other_stamps_and_hostile_ones_are_not() {
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "1.2.3",
            "-1.5",
            "1e9.5",
            "1795370820",
            "1795370820.1234567890",
            "999999999999.5",
            "1795370820.5Z",
            "Sun Nov 22 18:07:00 2026",
            "18:07:00.123",
            "2026-11-22T18:07:00Z",
            "2026-11-22T18:07:00.Z",
            "2026-11-22T18:07:00.1",
            "2026-11-22T18:07:00.1z",
            "2026-11-22 18:07:00.1Z",
            "2026-13-22T18:07:00.1Z",
            "2026-00-22T18:07:00.1Z",
            "2026-02-29T18:07:00.1Z",
            "2100-02-29T18:07:00.1Z",
            "2026-04-31T18:07:00.1Z",
            "2026-11-22T24:07:00.1Z",
            "2026-11-22T18:60:00.1Z",
            "2026-11-22T18:07:60.1Z",
            "2026-11-22T18:07:00.1+24:00",
            "2026-11-22T18:07:00.1+01:60",
            "2026-11-22T18:07:00.1+0100",
            "2026-11-22T18:07:00.1+01:00 ",
            "+026-11-22T18:07:00.1Z",
            "2026-11-22T18:07:00.\u{661}Z",
        ] {
            assert_eq!(stamp(text), None, "{text}");
        }
        assert_eq!(Stamp::parse(b"\xff\xff.1"), None);
        assert_eq!(Stamp::parse(&[b'9'; 100_000]), None);
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
            (
                1234.5,
                40.0,
                "The service's clock is 1\u{202f}235 ms ahead of this browser's, give or take 40 ms",
            ),
            (
                -3_600_049.0,
                2.0,
                "The service's clock is 3\u{202f}600.0 s behind this browser's, give or take 2 ms",
            ),
            (0.3, 0.36, "The two clocks agree within 0.4 ms"),
            (-0.3, 7.0, "The two clocks agree within 7 ms"),
        ] {
            assert_eq!(Estimate { offset, error }.describe(), words);
        }
    }
}
