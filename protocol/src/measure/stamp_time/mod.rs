//! Reading the time out of a stamp.

#[cfg(test)]
mod tests;

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
