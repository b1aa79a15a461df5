//! Times in events.

use std::fmt;
use std::ops::Sub;
use std::str::FromStr;
use std::time::Duration;

use crate::calendar;

/// The last second of the year 9999, the last year in RFC 3339.
const LAST_SECOND: u64 = 253_402_300_799;

/// A point in time: nanoseconds since 1970-01-01 00:00 UTC. As text it's in the format of RFC 3339, with all nine decimal
/// places, as in `2026-11-22T18:07:00.123456789Z`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub Duration);

/// How long after the other time it is; zero if it's before.
impl Sub for Timestamp {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// The text, with the letters at their places and zeros for the digits.
const TEMPLATE: [u8; 30] = *b"0000-00-00T00:00:00.000000000Z";

impl Timestamp {
    /// Writes the text into `room`. Several times as fast as the formatter, which matters to a server that tells every
    /// message's times.
    fn text(self, room: &mut [u8; TEMPLATE.len()]) -> &str {
        let seconds = self.0.as_secs().min(LAST_SECOND);
        // At most 9999 years of days, which is below 2^63.
        let (year, month, day) = calendar::date((seconds / 86_400) as i64);
        let of_day = (seconds % 86_400) as i64;
        *room = TEMPLATE;
        for (start, end, number) in [
            (0, 4, year),
            (5, 7, month),
            (8, 10, day),
            (11, 13, of_day / 3600),
            (14, 16, of_day / 60 % 60),
            (17, 19, of_day % 60),
            (20, 29, self.0.subsec_nanos().into()),
        ] {
            digits(&mut room[start..end], number);
        }
        // There are only digits and the template's letters.
        std::str::from_utf8(room).unwrap_or_default()
    }
}

/// Writes a number that isn't negative with as many digits as there is room for.
fn digits(room: &mut [u8], mut number: i64) {
    for digit in room.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(&mut [0; TEMPLATE.len()]))
    }
}

impl FromStr for Timestamp {
    type Err = String;

    /// Reads a time in UTC, with or without a fraction of a second.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
            .ok_or_else(|| format!("invalid time {text:?}: write it as in 2026-11-22T18:07:00.123456789Z"))
    }
}

impl Timestamp {
    /// Reads a time as [`FromStr`] does, without words about what is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let mut date = date.splitn(3, '-').map(number);
        let mut time = time.splitn(3, ':').map(number);
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
        if !(1970..=9999).contains(&year) || hour > 23 || minute > 59 || second > 59 || fraction.len() > 9 {
            return None;
        }
        let days = calendar::days_since_1970(year, month, day)?;
        let seconds = u64::try_from(days * 86_400 + hour * 3600 + minute * 60 + second).ok()?;
        let nanos = number(fraction)? * 10_i64.pow(9 - u32::try_from(fraction.len()).ok()?);
        Some(Self(Duration::new(seconds, u32::try_from(nanos).ok()?)))
    }
}

/// A number that has nothing but digits, at most nine.
fn number(digits: &str) -> Option<i64> {
    let is_number = (1..=9).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

#[cfg(feature = "json")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text(&mut [0; TEMPLATE.len()]))
    }
}

#[cfg(feature = "json")]
impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::from_text(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for (text, seconds, nanos) in [
            ("2026-11-22T18:07:00.123456789Z", 1_795_370_820, 123_456_789),
            ("1970-01-01T00:00:00.000000000Z", 0, 0),
            ("9999-12-31T23:59:59.999999999Z", LAST_SECOND, 999_999_999),
        ] {
            let time = Timestamp(Duration::new(seconds, nanos));
            assert_eq!((time.to_string().as_str(), text.parse()), (text, Ok(time)));
        }
        assert_eq!("1970-01-01T00:00:01Z".parse(), Ok(Timestamp(Duration::from_secs(1))));
        assert_eq!("1970-01-01T00:00:01.5Z".parse(), Ok(Timestamp(Duration::from_millis(1500))));
    }

    #[test]
    fn what_is_no_time_is_refused_with_an_example() {
        for text in [
            "",
            "now",
            "2026-11-22",
            "2026-11-22T18:07:00",
            "2026-02-30T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T18:07:00.Z",
            "2026-11-22T18:07:00.1234567890Z",
            "+026-11-22T18:07:00Z",
        ] {
            let error = text.parse::<Timestamp>().unwrap_err();
            assert!(error.contains("write it as in"), "{error}");
        }
    }
}
