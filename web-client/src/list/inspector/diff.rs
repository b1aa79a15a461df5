//! What differs between a message and its reply.

use std::ops::Range;

/// The ranges of `one` and `other` that differ: what is between their common start and their common end. A change
/// in the middle of long messages is found in one pass, but two changes count as one.
///
/// ```
/// let (one, other) = wirestamp_web_client::inspector::differing(b"one, two", b"one or two");
/// assert_eq!((one, other), (3..4, 3..6));
/// ```
pub fn differing(one: &[u8], other: &[u8]) -> (Range<usize>, Range<usize>) {
    let start = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let (rest, other_rest) = (&one[start..], &other[start..]);
    let end = rest.iter().rev().zip(other_rest.iter().rev()).take_while(|(one, other)| one == other).count();
    (start..one.len() - end, start..other.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_messages_do_not_differ() {
        assert_eq!(differing(b"", b""), (0..0, 0..0));
        assert_eq!(differing(b"same", b"same"), (4..4, 4..4));
    }

    #[test]
    fn the_middle_differs() {
        for (one, other, expected) in [
            ("cat", "cut", (1..2, 1..2)),
            ("cat", "dog", (0..3, 0..3)),
            ("cat", "", (0..3, 0..0)),
            ("", "cat", (0..0, 0..3)),
            ("hello", "hello!", (5..5, 5..6)),
            ("aa", "aaa", (2..2, 2..3)),
        ] {
            assert_eq!(differing(one.as_bytes(), other.as_bytes()), expected, "{one} {other}");
        }
    }
}
