//! A round trip as text, with no more digits than the browser's timer supports.
//!
//! Browsers round their timers, usually to 0.1 ms or 1 ms, so that pages can't time each other.

use crate::text::utc::padded;

/// Separates groups of three digits.
const GROUP: char = ',';

/// Round trips from this many milliseconds on are shown in seconds.
pub(crate) const SECOND: f64 = 1000.0;

/// Formats a round trip of `ms` milliseconds with three significant digits, or fewer if the timer's resolution
/// of `step` milliseconds doesn't support them. A second or more is shown in seconds.
///
/// ```
/// assert_eq!(wirestamp_web_client::round_trip(12.345, 0.005), "12.3 ms");
/// assert_eq!(wirestamp_web_client::round_trip(12.345, 1.0), "12 ms");
/// assert_eq!(wirestamp_web_client::round_trip(1204.0, 0.005), "1.20 s");
/// ```
pub fn round_trip(ms: f64, step: f64) -> String {
    let supported = decimals(step);
    // Less than half of the last supported digit isn't zero, only less than that digit.
    if ms * power(supported) < 0.5 {
        return ["< ", &fixed(1, supported), " ms"].concat();
    }
    if ms.round() < SECOND {
        return [&three_digits(ms, supported), " ms"].concat();
    }
    [&three_digits(ms / SECOND, decimals(step / SECOND)), " s"].concat()
}

/// Three significant digits with at most this many decimals, but all digits of an integer.
fn three_digits(number: f64, decimals: u32) -> String {
    let scaled = |decimals| (number * power(decimals)).round() as u64;
    let decimals = (1..=decimals).rev().find(|&decimals| scaled(decimals) < 1000).unwrap_or(0);
    fixed(scaled(decimals), decimals)
}

/// The digits of a round trip in milliseconds, for programs; `0` if the timer couldn't measure it.
pub(crate) fn milliseconds(ms: f64, step: f64) -> String {
    let supported = decimals(step);
    match ms * power(supported) < 0.5 {
        true => "0".to_owned(),
        false => three_digits(ms, supported).replace(GROUP, ""),
    }
}

/// A range of round trips, as in `0.31–0.33 ms`.
pub(crate) fn round_trips_between(from: f64, to: f64, step: f64) -> String {
    let (from, to) = (round_trip(from, step), round_trip(to, step));
    if from == to {
        return from;
    }
    let mut number = from.as_str();
    for unit in [" ms", " s"] {
        // A unit that both have is said once.
        if to.ends_with(unit) {
            number = number.strip_suffix(unit).unwrap_or(number);
        }
    }
    [number, "–", &to].concat()
}

/// How many decimals a timer with this resolution supports: those no finer than `step`.
fn decimals(step: f64) -> u32 {
    // Steps are differences of large floats, so they may be slightly off.
    (1..=3).rev().find(|&decimals| step * power(decimals) < 1.01).unwrap_or(0)
}

pub(crate) fn power(decimals: u32) -> f64 {
    f64::from(10_u32.pow(decimals))
}

/// `scaled` as a decimal number with that many decimals. Integers alone: the machinery that prints floats
/// is a tenth of the page.
pub(crate) fn fixed(scaled: u64, decimals: u32) -> String {
    let unit = 10_u64.pow(decimals);
    let mut text = grouped(scaled / unit);
    if decimals > 0 {
        text.push('.');
        text.push_str(&padded(scaled % unit, decimals as usize));
    }
    text
}

pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The finest timers of Chromium and Firefox, the usual one, and Safari's.
    const FINE: f64 = 0.005;
    const USUAL: f64 = 0.1;
    const COARSE: f64 = 1.0;

    #[test]
    fn three_digits_tell_a_round_trip() {
        for (ms, text) in [(1.234, "1.23 ms"), (12.34, "12.3 ms"), (123.4, "123 ms")] {
            assert_eq!(round_trip(ms, FINE), text);
        }
    }

    #[test]
    fn the_timer_bounds_the_digits() {
        for (step, text) in [(FINE, "4.57 ms"), (USUAL, "4.6 ms"), (COARSE, "5 ms"), (100.0, "5 ms")] {
            assert_eq!(round_trip(4.567, step), text);
        }
        assert_eq!(round_trip(0.4, USUAL), "0.4 ms");
        assert_eq!(round_trip(0.444, FINE), "0.44 ms");
    }

    #[test]
    fn a_step_that_is_measured_a_little_long_is_still_that_step() {
        assert_eq!(round_trip(0.4, 0.100_000_001_49), "0.4 ms");
        assert_eq!(round_trip(0.4, 0.099_999_998_51), "0.4 ms");
    }

    #[test]
    fn a_second_or_more_is_shown_in_seconds() {
        assert_eq!(round_trip(1204.4, USUAL), "1.20 s");
        assert_eq!(round_trip(10_234.0, COARSE), "10.2 s");
        assert_eq!(round_trip(1204.4, 100.0), "1.2 s");
    }

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(round_trip(1_234_567.0, USUAL), "1,235 s");
        assert_eq!([999, 1000, 11_000, 1_234_567].map(grouped), ["999", "1,000", "11,000", "1,234,567"]);
    }

    #[test]
    fn a_range_says_a_shared_unit_once() {
        for (from, to, text) in [
            (0.311, 0.331, "0.31–0.33 ms"),
            (0.311, 0.312, "0.31 ms"),
            (990.0, 1010.0, "990 ms–1.01 s"),
            (1200.0, 1300.0, "1.20–1.30 s"),
            (0.0, 0.03, "< 0.01–0.03 ms"),
        ] {
            assert_eq!(round_trips_between(from, to, FINE), text);
        }
    }

    #[test]
    fn rounding_up_to_a_new_digit_costs_the_last() {
        assert_eq!(round_trip(9.996, FINE), "10.0 ms");
        assert_eq!(round_trip(99.96, USUAL), "100 ms");
        assert_eq!(round_trip(999.7, USUAL), "1.00 s");
    }

    #[test]
    fn what_the_timer_cannot_see_is_less_than_its_step() {
        assert_eq!(round_trip(0.0, USUAL), "< 0.1 ms");
        assert_eq!(round_trip(0.0, COARSE), "< 1 ms");
        assert_eq!(round_trip(0.05, USUAL), "0.1 ms");
    }

    #[test]
    fn a_timer_that_ran_backwards_does_no_harm() {
        assert_eq!(round_trip(-3.0, USUAL), "< 0.1 ms");
    }
}
