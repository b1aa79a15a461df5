//! A byte as two hexadecimal digits.

use wirestamp_protocol::hex::digit;

/// Adds the two digits of a byte.
pub(super) fn push_digits(text: &mut String, byte: u8) {
    text.push(digit(byte >> 4));
    text.push(digit(byte));
}
