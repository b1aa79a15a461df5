//! Received bytes made fit for a terminal, and times for a reader.

use std::fmt::Write;
use std::time::Duration;

use wirestamp_protocol::acts;

/// The bytes as text in which nothing moves the cursor, colours, rings or turns the reading direction:
/// control characters as `\x1b`, `\n` and the like, other invisible ones as `\u{202e}`, bytes that are no
/// UTF-8 as `\xff`. Tabs stay: they do no harm.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\t' => text.push(char),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                _ if char.is_ascii_control() => hex(&mut text, char as u8),
                _ if acts(char) => text.extend(char.escape_unicode()),
                _ => text.push(char),
            }
        }
        for byte in chunk.invalid() {
            hex(&mut text, *byte);
        }
    }
    text
}

fn hex(text: &mut String, byte: u8) {
    // Writing to a String cannot fail.
    let _ = write!(text, "\\x{byte:02x}");
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
            (b"\xe2\x80\xaetxt", r"\u{202e}txt"),
            (b"\xc2\x9b31m", r"\u{9b}31m"),
            ("so\u{ad}ft\u{e0041}".as_bytes(), r"so\u{ad}ft\u{e0041}"),
            (b"a\xff\xfe\xc3", r"a\xff\xfe\xc3"),
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
