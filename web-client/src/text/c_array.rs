//! Bytes as a C array.

use wirestamp_protocol::hex::digit;

/// Bytes per line: as many as `xxd -i` writes.
const A_LINE: usize = 12;

/// A definition of the bytes as `message`. Bytes that fit on one line are written on one.
///
/// ```
/// let array = wirestamp_web_client::c_array(b"hi");
/// assert_eq!(array, "const unsigned char message[] = { 0x68, 0x69 };");
/// ```
pub fn c_array(bytes: &[u8]) -> String {
    let (start, between, end) =
        if bytes.len() <= A_LINE { (" ", "", " ") } else { ("\n    ", "\n    ", "\n") };
    let mut text = String::with_capacity(bytes.len() * 7);
    text.push_str("const unsigned char message[] = {");
    for (at, line) in bytes.chunks(A_LINE).enumerate() {
        text.push_str(if at == 0 { start } else { between });
        for (at_in_line, byte) in line.iter().enumerate() {
            if at_in_line > 0 {
                text.push(' ');
            }
            text.extend(['0', 'x', digit(byte >> 4), digit(*byte)]);
            if at * A_LINE + at_in_line + 1 < bytes.len() {
                text.push(',');
            }
        }
    }
    text.push_str(end);
    text.push_str("};");
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
