//! Times in UTC, in the format of RFC 3339.

use wirestamp_protocol::calendar;

use super::between::between;

/// The last millisecond of the year 9999, the last year in RFC 3339.
const LAST: f64 = 253_402_300_799_999.0;

/// Formats a time in milliseconds since 1970, as in `2026-11-22T18:07:00.123Z`. Times before 1970 and after 9999 become
/// the first and the last of these years.
pub(crate) fn rfc3339(unix_ms: f64) -> String {
    let ms = between(0.0, unix_ms.round(), LAST) as i64;
    let (days, ms) = (ms / 86_400_000, ms % 86_400_000);
    let (year, month, day) = calendar::date(days);
    let (second, minute, hour) = (ms / 1000 % 60, ms / 60_000 % 60, ms / 3_600_000);
    let mut text = padded(year.unsigned_abs(), 4);
    for (mark, number, digits) in [
        ('-', month, 2),
        ('-', day, 2),
        ('T', hour, 2),
        (':', minute, 2),
        (':', second, 2),
        ('.', ms % 1000, 3),
    ] {
        text.push(mark);
        text.push_str(&padded(number.unsigned_abs(), digits));
    }
    text.push('Z');
    text
}

/// A number padded with zeros to this many digits.
pub(crate) fn padded(number: u64, digits: usize) -> String {
    let number = number.to_string();
    let mut text = "0".repeat(digits.saturating_sub(number.len()));
    text.push_str(&number);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_milliseconds() {
        assert_eq!(rfc3339(1_795_370_820_123.0), "2026-11-22T18:07:00.123Z");
        assert_eq!(rfc3339(0.0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(86_399_999.4), "1970-01-01T23:59:59.999Z");
        assert_eq!(rfc3339(86_399_999.5), "1970-01-02T00:00:00.000Z");
    }

    #[test]
    fn leap_days_are_where_they_belong() {
        for (seconds, date) in [
            (951_782_400.0, "2000-02-29"),
            (951_868_800.0, "2000-03-01"),
            (1_709_164_800.0, "2024-02-29"),
            (1_740_787_200.0, "2025-03-01"),
            (4_107_542_400.0, "2100-03-01"),
            (4_107_456_000.0, "2100-02-28"),
        ] {
            assert_eq!(rfc3339(seconds * 1000.0), [date, "T00:00:00.000Z"].concat());
        }
    }

    #[test]
    fn what_has_no_date_becomes_the_nearest_that_has() {
        for (ms, nearest) in [
            (-1.0, "1970-01-01T00:00:00.000Z"),
            (f64::NAN, "1970-01-01T00:00:00.000Z"),
            (f64::INFINITY, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000.0, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(rfc3339(ms), nearest);
        }
    }
}
