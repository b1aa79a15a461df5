//! Hexadecimal digits.

/// The lowercase digit for the lower half of a byte.
///
/// ```
/// use wirestamp_protocol::hex::digit;
///
/// assert_eq!([digit(0x5f >> 4), digit(0x5f)], ['5', 'f']);
/// ```
pub fn digit(half: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(half & 15)])
}

/// What a digit stands for, in either case.
///
/// ```
/// use wirestamp_protocol::hex::value;
///
/// assert_eq!([value('f'), value('F'), value('g')], [Some(15), Some(15), None]);
/// ```
pub fn value(digit: char) -> Option<u8> {
    digit.to_digit(16).map(|value| value as u8)
}
