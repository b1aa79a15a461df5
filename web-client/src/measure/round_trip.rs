//! A round trip as text, with no more digits than the browser's timer supports.
//!
//! Browsers round their timers, usually to 0.1 ms or 1 ms, so that pages can't time each other.

use crate::text::utc::padded;

/// Separates groups of three digits: a narrow no-break space.
const GROUP: char = '\u{202f}';

/// Formats a round trip of `ms` milliseconds with three significant digits, or fewer if the timer's resolution
/// of `step` milliseconds doesn't support them.
///
/// ```
/// assert_eq!(wirestamp_web_client::round_trip(12.345, 0.005), "12.3 ms");
/// assert_eq!(wirestamp_web_client::round_trip(12.345, 1.0), "12 ms");
/// ```
pub fn round_trip(ms: f64, step: f64) -> String {
    let supported = decimals(step);
    // Less than half of the last supported digit isn't zero, only less than that digit.
    if ms * power(supported) < 0.5 {
        return ["< ", &fixed(1, supported), " ms"].concat();
    }
    let scaled = |decimals| (ms * power(decimals)).round() as u64;
    let decimals = (1..=supported).rev().find(|&decimals| scaled(decimals) < 1000).unwrap_or(0);
    [&fixed(scaled(decimals), decimals), " ms"].concat()
}

/// How many decimals of a millisecond a timer with this resolution supports: those no finer than `step`.
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
    fn whole_milliseconds_are_all_shown_in_groups_of_three() {
        assert_eq!(round_trip(1204.4, USUAL), "1\u{202f}204 ms");
        assert_eq!(round_trip(1_234_567.0, USUAL), "1\u{202f}234\u{202f}567 ms");
    }

    #[test]
    fn rounding_up_to_a_new_digit_costs_the_last() {
        assert_eq!(round_trip(9.996, FINE), "10.0 ms");
        assert_eq!(round_trip(99.96, USUAL), "100 ms");
        assert_eq!(round_trip(999.7, USUAL), "1\u{202f}000 ms");
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
