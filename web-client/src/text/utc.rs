//! Times as RFC 3339 has them, in UTC. The page has no other use for a calendar, so it has no library of one.

use super::between::between;

/// The last millisecond of the year 9999: RFC 3339 has no later one.
const LAST: f64 = 253_402_300_799_999.0;

/// A time in milliseconds since 1970, as in `2026-11-22T18:07:00.123Z`. What has no date between 1970 and
/// 9999 becomes the nearest that has.
pub(crate) fn rfc3339(unix_ms: f64) -> String {
    let ms = between(0.0, unix_ms.round(), LAST) as u64;
    let (days, ms) = (ms / 86_400_000, ms % 86_400_000);
    let (year, month, day) = civil_from_days(days);
    let (second, minute, hour) = (ms / 1000 % 60, ms / 60_000 % 60, ms / 3_600_000);
    let mut text = padded(year, 4);
    for (mark, number, digits) in [
        ('-', month, 2),
        ('-', day, 2),
        ('T', hour, 2),
        (':', minute, 2),
        (':', second, 2),
        ('.', ms % 1000, 3),
    ] {
        text.push(mark);
        text.push_str(&padded(number, digits));
    }
    text.push('Z');
    text
}

/// The year, month and day so many days after 1970-01-01, by the Gregorian calendar. It is `civil_from_days`
/// of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"
/// (<https://howardhinnant.github.io/date_algorithms.html>), for days that are not before 1970.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    // Years begin in March here, so that the leap day is the last of its year; eras are of 400 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// A number with noughts in front, up to so many digits.
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
    fn each_day_is_the_one_after_the_last() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..400 * 366 {
            assert_eq!(civil_from_days(days), (year, month, day));
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 if is_leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
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
