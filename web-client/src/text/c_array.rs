//! Bytes as a C array.

use super::digits::push_digits;

/// Bytes per line: as many as `xxd -i` writes.
const A_LINE: usize = 12;

/// A definition of the bytes as `message`. Bytes that fit on one line are written on one.
///
/// ```
/// let array = wirestamp_web_client::c_array(b"hi");
/// assert_eq!(array, "const unsigned char message[] = { 0x68, 0x69 };");
/// ```
pub fn c_array(bytes: &[u8]) -> String {
    let is_one_line = bytes.len() <= A_LINE;
    let mut text = String::with_capacity(bytes.len() * 7);
    text.push_str("const unsigned char message[] = {");
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(if !is_one_line && at % A_LINE == 0 { "\n    0x" } else { " 0x" });
        push_digits(&mut text, *byte);
    }
    text.push_str(if is_one_line { " };" } else { "\n};" });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_line_is_broken_into_lines() {
        let bytes: Vec<u8> = (0..13).collect();
        assert_eq!(
            c_array(&bytes),
            "const unsigned char message[] = {\n    \
             0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,\n    0x0c\n};"
        );
        assert_eq!(c_array(&bytes[..12]).lines().count(), 1);
    }
}
