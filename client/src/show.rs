//! Received bytes made fit for a terminal, and times for a reader.

use std::time::Duration;

use wirestamp_protocol::{acts, visible::escape};

/// The bytes as text in which nothing moves the cursor, colours, rings or turns the reading direction:
/// control characters as `\x1b`, `\n` and the like, other invisible ones as `\u{202e}`, bytes that are no
/// UTF-8 as `\xff`. Tabs stay: they do no harm.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    escape(bytes, |char| char != '\t' && acts(char), |run, _is_escape| text.push_str(run));
    text
}

/// A duration with three digits that count: `41.2 µs`, `1.23 ms`, `12.3 s`.
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

/// A duration in milliseconds, as ping(8) has it, to the microsecond.
pub(crate) fn millis(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_on_a_terminal_is_shown_instead() {
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
    fn a_duration_has_three_digits_that_count() {
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
