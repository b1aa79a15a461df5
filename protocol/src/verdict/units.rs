//! Numbers, times and received bytes as people read them.

use std::time::Duration;

use crate::{acts, plural, visible};

/// How many bytes of a server name, a path or a reason are kept and quoted.
pub const QUOTED_MAX: usize = 64;

/// The first [`QUOTED_MAX`] bytes of something that a client sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    bytes: [u8; QUOTED_MAX],
    len: u8,
    is_cut: bool,
}

impl Kept {
    pub(super) const EMPTY: Self = Self { bytes: [0; QUOTED_MAX], len: 0, is_cut: false };

    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut kept = Self::EMPTY;
        kept.push(bytes);
        kept
    }

    /// Appends `bytes`, as far as there's room.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let from = usize::from(self.len);
        let count = bytes.len().min(QUOTED_MAX - from);
        self.bytes[from..from + count].copy_from_slice(&bytes[..count]);
        // At most QUOTED_MAX.
        self.len += count as u8;
        self.is_cut |= count < bytes.len();
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Returns it in quotation marks, with escapes for what acts on text, and an ellipsis if it was cut.
    pub(super) fn quoted(&self) -> String {
        let mut bytes = self.bytes();
        if self.is_cut
            && let Err(error) = std::str::from_utf8(bytes)
            && error.error_len().is_none()
        {
            // The cut went through a character.
            bytes = &bytes[..error.valid_up_to()];
        }
        let mut text = String::from('"');
        visible::escape(bytes, |char| char == '"' || acts(char), |run, _| text.push_str(run));
        text.push_str(if self.is_cut { "…\"" } else { "\"" });
        text
    }
}

/// Returns a number with commas, as in `1,204`.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number with its noun, as in `1,204 bytes`.
pub(super) fn count(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), plural(count, one, many))
}

/// Units of time with their nanoseconds, and the number of them from which on the next unit is used.
const UNITS: [(&str, u128, u128); 6] = [
    ("ns", 1, 1000),
    ("µs", 1000, 1000),
    ("ms", 1_000_000, 1000),
    ("s", 1_000_000_000, 120),
    ("min", 60_000_000_000, 120),
    ("h", 3_600_000_000_000, u128::MAX),
];

/// Returns a duration in one unit, with a decimal place below 10, as in `3.2 ms`.
pub(super) fn duration(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    for (unit, size, end) in UNITS {
        let (tenths, whole) = ((nanos * 10 + size / 2) / size, (nanos + size / 2) / size);
        if tenths < 100 && tenths % 10 != 0 {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        if whole < end {
            return format!("{} {unit}", number(u64::try_from(whole).unwrap_or(u64::MAX)));
        }
    }
    unreachable!("the last unit has no end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        let texts = [0, 7, 999, 1000, 1204, 12_345, 123_456, 1_234_567, u64::MAX].map(number);
        let expected = [
            "0",
            "7",
            "999",
            "1,000",
            "1,204",
            "12,345",
            "123,456",
            "1,234,567",
            "18,446,744,073,709,551,615",
        ];
        assert_eq!(texts, expected);
        assert_eq!([0, 1, 2].map(|n| count(n, "byte", "bytes")), ["0 bytes", "1 byte", "2 bytes"]);
    }

    #[test]
    fn durations_have_the_unit_that_people_use() {
        for (nanos, text) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_500, "1.5 µs"),
            (3_200_000, "3.2 ms"),
            (3_000_000, "3 ms"),
            (40_400_000, "40 ms"),
            (999_499_999, "999 ms"),
            (999_600_000, "1 s"),
            (90_000_000_000, "90 s"),
            (120_000_000_000, "2 min"),
            (150_000_000_000, "2.5 min"),
            (7_200_000_000_000, "2 h"),
            (8_640_000_000_000_000, "2,400 h"),
        ] {
            assert_eq!(duration(Duration::from_nanos(nanos)), text);
        }
        assert!(duration(Duration::MAX).ends_with(" h"));
    }

    #[test]
    fn quoted_bytes_are_cut_and_escaped() {
        assert_eq!(Kept::of(b"plain").quoted(), "\"plain\"");
        assert_eq!(Kept::of(b"a\x1b[1m\"\xff\n").quoted(), r#""a\x1b[1m\x22\xff\n""#);
        let long = Kept::of(&[b'x'; QUOTED_MAX + 1]).quoted();
        assert_eq!(long, format!("\"{}…\"", "x".repeat(QUOTED_MAX)));
        let through_a_character = Kept::of(format!("x{}", "é".repeat(QUOTED_MAX)).as_bytes()).quoted();
        assert_eq!(through_a_character, format!("\"x{}…\"", "é".repeat(QUOTED_MAX / 2 - 1)));
    }
}
