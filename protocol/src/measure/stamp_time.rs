//! Reading the time out of a stamp.

use crate::calendar;

/// The last second that has an end in nanoseconds of an `i64`, in the year 2262.
const LAST_SECOND: i64 = i64::MAX / 1_000_000_000 - 1;

/// The time that a stamp with a fraction of a second shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StampTime {
    /// Nanoseconds since 1970, the earliest that the stamp can mean: stamps are cut off, not rounded.
    pub nanos: i64,
    /// What one step of the stamp's last digit amounts to, in nanoseconds.
    pub digit: i64,
}

impl StampTime {
    /// Reads a stamp, without its brackets, in the format `rfc3339`, such as
    /// `2026-11-22T18:07:00.123+01:00` (RFC 3339, section 5.6), or `unix`, such as `1795370820.123456789`.
    ///
    /// Returns `None` for anything else, for a stamp without a fraction, and for years before 1678 or after
    /// 2261, which an `i64` of nanoseconds can't hold.
    ///
    /// ```
    /// use wirestamp_protocol::measure::StampTime;
    ///
    /// let time = StampTime::parse(b"1795370820.123").unwrap();
    /// assert_eq!((time.nanos, time.digit), (1_795_370_820_123_000_000, 1_000_000));
    /// assert_eq!(StampTime::parse(b"Sun Nov 22 18:07:00 2026"), None);
    /// ```
    // Not by chrono: its parser alone is several times what the page takes of this crate.
    pub fn parse(stamp: &[u8]) -> Option<Self> {
        let dot = stamp.iter().position(|&byte| byte == b'.')?;
        let (whole, behind) = (&stamp[..dot], &stamp[dot + 1..]);
        let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (fraction, zone) = behind.split_at(digits);
        let seconds = match zone {
            [] => number(whole).filter(|seconds| *seconds <= LAST_SECOND)?,
            _ => date_time(whole)? - offset(zone)?,
        };
        let digit = 10_i64.pow(9_u32.checked_sub(digits as u32)?);
        Some(Self { nanos: seconds * 1_000_000_000 + number(fraction)? * digit, digit })
    }
}

/// The value of a string of digits and nothing else.
fn number(text: &[u8]) -> Option<i64> {
    let is_number = (1..=18).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| text.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

/// The number in `text[from..to]`, if it is within the bounds.
fn field(text: &[u8], from: usize, to: usize, min: i64, max: i64) -> Option<i64> {
    number(text.get(from..to)?).filter(|number| (min..=max).contains(number))
}

/// `2026-11-22T18:07:00` in seconds since 1970, as if it were UTC.
fn date_time(text: &[u8]) -> Option<i64> {
    let [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', _, _] = text else { return None };
    let (year, month) = (field(text, 0, 4, 1678, 2261)?, field(text, 5, 7, 1, 12)?);
    let day = field(text, 8, 10, 1, 31)?;
    let days = calendar::days_since_1970(year, month, day)?;
    let (hour, minute) = (field(text, 11, 13, 0, 23)?, field(text, 14, 16, 0, 59)?);
    let second = field(text, 17, 19, 0, 59)?;
    Some((days * 24 + hour) * 3600 + minute * 60 + second)
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

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn read(text: &str) -> Option<(i64, i64)> {
        StampTime::parse(text.as_bytes()).map(|time| (time.nanos, time.digit))
    }

    #[test]
    fn stamps_with_a_fraction_are_read() {
        let second = 1_795_370_820 * SECOND;
        for (text, nanos, digit) in [
            ("2026-11-22T18:07:00.123456789Z", second + 123_456_789, 1),
            ("2026-11-22T19:07:00.123456789+01:00", second + 123_456_789, 1),
            ("2026-11-22T13:37:00.123-04:30", second + 123_000_000, 1_000_000),
            ("2026-11-22T18:07:00.250000000+00:00", second + 250_000_000, 1),
            ("1795370820.123456789", second + 123_456_789, 1),
            ("1795370820.5", second + 500_000_000, 100_000_000),
            ("0.0", 0, 100_000_000),
            ("9223372035.999999999", 9_223_372_035_999_999_999, 1),
        ] {
            assert_eq!(read(text), Some((nanos, digit)), "{text}");
        }
    }

    #[test]
    fn dates_are_right_at_the_edges_of_the_calendar() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00.0Z", 0),
            ("1969-12-31T23:59:59.0Z", -1),
            ("2000-02-29T00:00:00.0Z", 951_782_400),
            ("2000-03-01T00:00:00.0Z", 951_868_800),
            ("2024-12-31T23:59:59.0Z", 1_735_689_599),
            ("2100-03-01T00:00:00.0Z", 4_107_542_400),
            ("2261-12-31T23:59:59.0-23:59", 9_214_732_739),
            ("1678-01-01T00:00:00.0+23:59", -9_214_646_340),
        ] {
            assert_eq!(read(text).map(|(nanos, _)| nanos), Some(seconds * SECOND), "{text}");
        }
    }

    #[test]
    fn whatever_the_named_formats_write_is_read_back() {
        for format in ["rfc3339", "unix"] {
            let mut stamper = crate::Stamper::new(format.parse().unwrap());
            for (seconds, nanos) in [(0, 0), (951_782_400, 1), (1_795_370_820, 999_999_999)] {
                let offset = chrono::FixedOffset::east_opt(-34_200).unwrap();
                let at = crate::Moment::new(std::time::Duration::new(seconds, nanos), offset);
                let (stamp, _) = crate::split_stamp(stamper.prefix(at)).unwrap();
                let nanos = seconds as i64 * SECOND + i64::from(nanos);
                assert_eq!(StampTime::parse(stamp), Some(StampTime { nanos, digit: 1 }));
            }
        }
    }

    #[test]
    fn other_stamps_and_hostile_ones_are_not_read() {
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "1.2.3",
            "-1.5",
            "1e9.5",
            "1795370820",
            "1795370820.",
            "1795370820.1234567890",
            "9223372036.5",
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
            "2026-02-00T18:07:00.1Z",
            "2100-02-29T18:07:00.1Z",
            "2026-04-31T18:07:00.1Z",
            "2026-11-22T24:07:00.1Z",
            "2026-11-22T18:60:00.1Z",
            "2026-11-22T18:07:60.1Z",
            "2026-11-22T18:07:00.1+24:00",
            "2026-11-22T18:07:00.1+01:60",
            "2026-11-22T18:07:00.1+0100",
            "2026-11-22T18:07:00.1+01:00 ",
            "1677-12-31T23:59:59.9Z",
            "2262-01-01T00:00:00.0Z",
            "+026-11-22T18:07:00.1Z",
            "2026-11-22T18:07:00.\u{661}Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(StampTime::parse(b"\xff\xff.1"), None);
        assert_eq!(StampTime::parse(&[b'9'; 100_000]), None);
        assert_eq!(StampTime::parse(&[b"1.".as_slice(), &[b'9'; 100_000]].concat()), None);
    }
}
