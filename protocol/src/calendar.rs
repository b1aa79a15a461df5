//! Dates of the Gregorian calendar and days since 1970.
//!
//! Not by chrono: its tables alone would add half a kilobyte to the page, as it is fetched. These are
//! `days_from_civil` and `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"
//! (<https://howardhinnant.github.io/date_algorithms.html>): years begin in March, so that the leap day is
//! the last of its year, and months follow a pattern of 153 days in five. They hold from the year 1 on.

/// The days from 0000-03-01 to 1970-01-01.
const SHIFT: i64 = 719_468;

/// The days in an era of 400 years.
const ERA: i64 = 146_097;

/// How many days after 1970-01-01 the date is, or `None` if there is no such date.
///
/// ```
/// use wirestamp_protocol::calendar::days_since_1970;
///
/// assert_eq!(days_since_1970(1970, 1, 31), Some(30));
/// assert_eq!(days_since_1970(2026, 2, 29), None);
/// ```
pub fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let year_from_march = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (year_from_march / 400, year_from_march % 400);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let days = era * ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - SHIFT;
    // A day that its month doesn't have leads to another date.
    (date(days) == (year, month, day)).then_some(days)
}

/// The year, month and day that many days after 1970-01-01, or before it if `days` is negative.
///
/// ```
/// assert_eq!(wirestamp_protocol::calendar::date(20_779), (2026, 11, 22));
/// ```
pub fn date(days: i64) -> (i64, i64, i64) {
    let days = days + SHIFT;
    let (era, day_of_era) = (days / ERA, days % ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn dates_agree_with_chronos() {
        // From 1600 to 2400, which covers each kind of century.
        let first = NaiveDate::from_ymd_opt(1600, 1, 1).unwrap();
        for chronos in first.iter_days().take(800 * 366) {
            let days = i64::from(chronos.num_days_from_ce()) - 719_163;
            let (year, month, day) =
                (i64::from(chronos.year()), i64::from(chronos.month()), i64::from(chronos.day()));
            assert_eq!(date(days), (year, month, day));
            assert_eq!(days_since_1970(year, month, day), Some(days));
        }
    }

    #[test]
    fn a_date_that_is_not_in_the_calendar_has_no_day() {
        for (year, month, day) in [
            (2026, 0, 1),
            (2026, 13, 1),
            (2026, 1, 0),
            (2026, 1, 32),
            (2026, 4, 31),
            (2026, 2, 29),
            (2100, 2, 29),
        ] {
            assert_eq!(days_since_1970(year, month, day), None, "{year}-{month}-{day}");
        }
        assert!(days_since_1970(2000, 2, 29).is_some() && days_since_1970(2024, 2, 29).is_some());
    }
}
