//! A hex dump, a row at a time. Only the shown rows of a long message are made.

use std::ops::Range;

use wirestamp_protocol::hex::digit;

use super::control;
use super::digits::push_digits;
use super::parts::{Part, Parts};

/// Bytes per row. Two rows make a line where there is room.
pub const WIDTH: usize = 8;

/// A row of the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexRow {
    /// The offset of its first byte in hexadecimal. All rows of a message have as many digits, at least four.
    pub offset: String,
    /// Its bytes, each as two digits, with spaces between them.
    pub digits: Vec<Part>,
    /// Its bytes as characters: printable ASCII as it is, and any other byte as a dot that is marked as escaped.
    pub text: Vec<Part>,
}

/// The bytes as digits, with spaces between them.
///
/// ```
/// assert_eq!(wirestamp_web_client::hex::digits(b"Hello\n"), "48 65 6c 6c 6f 0a");
/// ```
pub fn digits(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        if !digits.is_empty() {
            digits.push(' ');
        }
        push_digits(&mut digits, *byte);
    }
    digits
}

/// The rows of the first `most` bytes, with those in the range `differing` marked. The last row may be shorter.
pub fn rows<'a>(
    bytes: &'a [u8],
    differing: &'a Range<usize>,
    most: usize,
) -> impl Iterator<Item = HexRow> + use<'a> {
    let places = places(bytes.len().saturating_sub(1));
    let chunks = bytes[..bytes.len().min(most)].chunks(WIDTH).enumerate();
    chunks.map(move |(at, chunk)| {
        let at = at * WIDTH;
        let offset = (0..places).rev().map(|place| digit((at >> (4 * place)) as u8)).collect();
        let (mut digits, mut text) = (Parts::default(), Parts::default());
        for (at, byte) in (at..).zip(chunk) {
            let differs = differing.contains(&at);
            if at % WIDTH > 0 {
                // The space is marked if the bytes on both sides are.
                digits.push(" ", "", false, differs && at > differing.start);
            }
            let title = control::name(*byte)
                .map_or_else(String::new, |(short, meaning)| [short, ", ", meaning].concat());
            let mut pair = String::new();
            push_digits(&mut pair, *byte);
            digits.push(&pair, &title, false, differs);
            match byte {
                b' '..=b'~' => text.push(char::from(*byte).encode_utf8(&mut [0]), "", false, differs),
                _ => text.push(".", &title, true, differs),
            }
        }
        HexRow { offset, digits: digits.0, text: text.0 }
    })
}

/// The number of hexadecimal digits of an offset, at least four.
fn places(offset: usize) -> u32 {
    (usize::BITS - offset.leading_zeros()).div_ceil(4).max(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All rows, with nothing marked.
    fn all(bytes: &[u8]) -> Vec<HexRow> {
        rows(bytes, &(0..0), usize::MAX).collect()
    }

    fn joined(parts: &[Part]) -> String {
        parts.iter().map(|part| part.text.as_str()).collect()
    }

    #[test]
    fn a_row_has_its_bytes_twice() {
        let rows = all(b"a.\x00\xffz~ 1234");
        assert_eq!([&*rows[0].offset, &*rows[1].offset], ["0000", "0008"]);
        assert_eq!(joined(&rows[0].digits), "61 2e 00 ff 7a 7e 20 31");
        assert_eq!(joined(&rows[0].text), "a...z~ 1");
        assert_eq!((joined(&rows[1].digits), joined(&rows[1].text)), ("32 33 34".into(), "234".into()));
        let dots: Vec<_> = rows[0].text.iter().filter(|part| part.escaped).collect();
        assert_eq!([&*dots[0].title, &*dots[1].title], ["NUL, null", ""]);
    }

    #[test]
    fn only_the_rows_that_are_asked_for_are_made() {
        let long = vec![b'x'; 64 * 1024];
        assert_eq!(rows(&long, &(0..0), 2048).count(), 256);
        assert_eq!(rows(&long, &(0..0), 2049).count(), 257);
        assert_eq!(all(&long).len(), 8192);
    }

    #[test]
    fn every_byte_is_in_one_row() {
        let bytes: Vec<u8> = (0..=255).collect();
        let digits: Vec<_> = all(&bytes).iter().map(|row| joined(&row.digits)).collect();
        assert_eq!(digits.join(" "), super::digits(&bytes));
    }

    #[test]
    fn no_character_of_the_text_is_anything_but_printable_ascii() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text: String = all(&bytes).iter().map(|row| joined(&row.text)).collect();
        assert_eq!(text.len(), 256);
        assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    }

    #[test]
    fn offsets_have_four_digits_and_more_where_the_message_needs_them() {
        let offsets = |length| all(&vec![0; length]).into_iter().map(|row| row.offset);
        assert!(offsets(0x10000).eq((0..0x2000).map(|row| format!("{:04x}", row * 8))));
        assert_eq!(offsets(0x10001).next_back().unwrap(), "10000");
        assert_eq!(offsets(0x10001).next().unwrap(), "00000");
        assert_eq!(offsets(0).count(), 0);
    }

    #[test]
    fn bytes_that_differ_are_marked_in_both_columns() {
        let range = 1..3;
        let row = rows(b"abcd", &range, 4).next().unwrap();
        let marked = |parts: &[Part]| -> Vec<String> {
            parts.iter().filter(|part| part.differs).map(|part| part.text.clone()).collect()
        };
        assert_eq!((marked(&row.digits), marked(&row.text)), (vec!["62 63".into()], vec!["bc".into()]));
    }

    #[test]
    fn control_characters_are_named_on_their_digits() {
        let rows = all(b"a\x1bb");
        let titles: Vec<_> = rows[0].digits.iter().map(|part| (&*part.text, &*part.title)).collect();
        assert_eq!(titles, [("61 ", ""), ("1b", "ESC, escape"), (" 62", "")]);
    }
}
