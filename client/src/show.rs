//! Shows received bytes and durations at a terminal, in colours if they are allowed.

use std::time::Duration;

use wirestamp_protocol::{acts, visible::escape};

/// Converts bytes to text that can't move the cursor, change colours, ring the bell or reverse the reading
/// direction, as [`escape`] does. Tabs stay, as they do no harm.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    escape(bytes, |char| char != '\t' && acts(char), |run, _is_escape| text.push_str(run));
    text
}

/// Formats a duration with three significant digits: `41.2 µs`, `1.23 ms`, `12.3 s`.
pub(crate) fn brief(duration: Duration) -> String {
    let nanos = duration.as_nanos() as f64;
    let (value, unit) = match nanos {
        _ if nanos < 999.5e3 => (nanos / 1e3, "µs"),
        _ if nanos < 999.5e6 => (nanos / 1e6, "ms"),
        _ => (nanos / 1e9, "s"),
    };
    let places = if value < 9.995 { 2 } else { usize::from(value < 99.95) };
    format!("{value:.places$} {unit}")
}

/// Formats a duration in milliseconds with three decimal places, as ping(8) does.
pub(crate) fn millis(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64() * 1e3)
}

/// Returns whether the user and the terminal allow colours and dim text; see <https://no-color.org>.
pub(crate) fn has_colours() -> bool {
    let unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
    unset("NO_COLOR") && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_act_on_the_terminal_are_escaped() {
        for (bytes, shown) in [
            (&b"plain \xc3\xa4\t\xe2\x82\xac"[..], "plain ä\t€"),
            (b"\x1b[31mred\x07\x7f\0", r"\x1b[31mred\x07\x7f\x00"),
            (b"two\r\nlines", r"two\r\nlines"),
            (b"a\xff\xc3", r"a\xff\xc3"),
        ] {
            assert_eq!(escaped(bytes), shown);
        }
    }

    #[test]
    fn a_duration_has_three_significant_digits() {
        for (nanos, shown) in [
            (0, "0.00 µs"),
            (41_234, "41.2 µs"),
            (999_499, "999 µs"),
            (999_500, "1.00 ms"),
            (1_234_000, "1.23 ms"),
            (99_960_000, "100 ms"),
            (12_345_000_000, "12.3 s"),
        ] {
            assert_eq!(brief(Duration::from_nanos(nanos)), shown);
        }
        assert_eq!(millis(Duration::from_nanos(1_234_567)), "1.235");
    }
}
