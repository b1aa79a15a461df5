//! A hex dump, a row at a time. Only the visible rows of a long message are made.

use std::ops::Range;

use wirestamp_protocol::hex::digit;

use super::visible::{Piece, Pieces};

/// A row of the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexRow {
    /// The offset of its first byte.
    pub offset: usize,
    /// Its bytes, each as two digits, with spaces between them.
    pub hex: String,
    /// Its bytes as characters: printable ASCII as it is, and any other byte as a dot that is marked as escaped.
    pub text: Vec<Piece>,
}

impl HexRow {
    /// The offset in hexadecimal, with at least four digits.
    pub fn address(&self) -> String {
        let digits = (usize::BITS - self.offset.leading_zeros()).div_ceil(4).max(4);
        (0..digits).rev().map(|place| digit((self.offset >> (4 * place)) as u8)).collect()
    }
}

/// The number of rows of `width` bytes.
pub fn row_count(bytes: &[u8], width: usize) -> usize {
    bytes.len().div_ceil(width.max(1))
}

/// The rows in `range` that exist. Each has `width` bytes, and the last one may have fewer.
///
/// ```
/// let row = wirestamp_web_client::hex::rows(b"Hello\n", 16, 0..1).next().unwrap();
/// assert_eq!(row.hex, "48 65 6c 6c 6f 0a");
/// assert_eq!(row.text.into_iter().map(|piece| piece.text).collect::<String>(), "Hello.");
/// ```
pub fn rows(bytes: &[u8], width: usize, range: Range<usize>) -> impl Iterator<Item = HexRow> {
    let width = width.max(1);
    let chunks = bytes.chunks(width).enumerate().skip(range.start).take(range.len());
    chunks.map(move |(at, chunk)| HexRow { offset: at * width, hex: hex(chunk), text: text(chunk) })
}

/// The most [`controls`] that are named. Nobody reads a longer list.
pub const MAX_CONTROLS: usize = 100;

/// The offsets and names of the first [`MAX_CONTROLS`] control characters.
pub fn controls(bytes: &[u8]) -> Vec<(usize, &'static str)> {
    let named = bytes.iter().enumerate().filter_map(|(at, byte)| Some((at, name(*byte)?)));
    named.take(MAX_CONTROLS).collect()
}

/// The ASCII name of a control character, and its meaning if it is common. `None` for any other byte.
///
/// ```
/// use wirestamp_web_client::hex::name;
/// assert_eq!(name(b'\n'), Some("LF (line feed)"));
/// assert_eq!(name(0x06), Some("ACK"));
/// assert_eq!(name(b'a'), None);
/// ```
pub fn name(byte: u8) -> Option<&'static str> {
    match byte {
        0x7f => Some("DEL (delete)"),
        _ => NAMES.get(usize::from(byte)).copied(),
    }
}

#[rustfmt::skip] // A few per line, so that one can be found.
const NAMES: [&str; 32] = [
    "NUL (null)", "SOH", "STX", "ETX (Ctrl-C)", "EOT (Ctrl-D)", "ENQ", "ACK", "BEL (bell)",
    "BS (backspace)", "TAB (tabulator)", "LF (line feed)", "VT",
    "FF (form feed)", "CR (carriage return)", "SO", "SI",
    "DLE", "DC1 (XON)", "DC2", "DC3 (XOFF)", "DC4", "NAK", "SYN", "ETB",
    "CAN", "EM", "SUB (Ctrl-Z)", "ESC (escape)", "FS", "GS", "RS", "US",
];

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len() * 3);
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 {
            hex.push(' ');
        }
        hex.extend([digit(byte >> 4), digit(*byte)]);
    }
    hex
}

fn text(bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    for byte in bytes {
        match byte {
            b' '..=b'~' => pieces.push(char::from(*byte).encode_utf8(&mut [0]), false),
            _ => pieces.push(".", true),
        }
    }
    pieces.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Piece {
        Piece { text: text.into(), escaped: false }
    }

    fn dots(text: &str) -> Piece {
        Piece { text: text.into(), escaped: true }
    }

    #[test]
    fn a_row_has_its_bytes_twice() {
        let rows: Vec<_> = rows(b"a.\x00\xffz~", 4, 0..9).collect();
        let first = HexRow { offset: 0, hex: "61 2e 00 ff".into(), text: vec![plain("a."), dots("..")] };
        let last = HexRow { offset: 4, hex: "7a 7e".into(), text: vec![plain("z~")] };
        assert_eq!(rows, [first, last]);
    }

    #[test]
    fn only_the_rows_that_are_asked_for_are_made() {
        let long = vec![b'x'; 64 * 1024];
        let offsets: Vec<_> = rows(&long, 16, 4094..5000).map(|row| row.offset).collect();
        assert_eq!(offsets, [65_504, 65_520]);
        assert_eq!(rows(&long, 16, 4096..4097).count(), 0);
        assert_eq!(row_count(&long, 16), 4096);
    }

    #[test]
    fn every_byte_is_in_one_row() {
        let bytes: Vec<u8> = (0..=255).collect();
        for width in [1, 7, 16, 300] {
            let hex: Vec<_> = rows(&bytes, width, 0..row_count(&bytes, width)).map(|row| row.hex).collect();
            let back: Vec<u8> =
                hex.join(" ").split(' ').map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
            assert_eq!(back, bytes, "{width}");
        }
    }

    #[test]
    fn nothing_has_no_rows_and_no_width_is_one() {
        assert_eq!((row_count(b"", 16), rows(b"", 16, 0..1).count()), (0, 0));
        assert_eq!((row_count(b"ab", 0), rows(b"ab", 0, 0..2).count()), (2, 2));
    }

    #[test]
    fn no_character_of_the_text_is_anything_but_printable_ascii() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text: String = rows(&bytes, 256, 0..1).flat_map(|row| row.text).map(|piece| piece.text).collect();
        assert_eq!(text.len(), 256);
        assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    }

    #[test]
    fn addresses_have_four_digits_and_more_where_they_need_them() {
        for (offset, address) in [(0, "0000"), (0xab, "00ab"), (0xffff, "ffff"), (0x10000, "10000")] {
            assert_eq!(HexRow { offset, hex: String::new(), text: Vec::new() }.address(), address);
        }
    }

    #[test]
    fn control_characters_have_names_and_no_others_do() {
        let named = (0..=255).filter(|byte| name(*byte).is_some());
        assert!(named.eq((0..=255).filter(u8::is_ascii_control)));
        assert_eq!(
            (name(0x1b), name(0x1f), name(0x7f)),
            (Some("ESC (escape)"), Some("US"), Some("DEL (delete)"))
        );
    }

    #[test]
    fn controls_are_listed_with_their_places_up_to_a_bound() {
        assert_eq!(controls(b"a\r\n"), [(1, "CR (carriage return)"), (2, "LF (line feed)")]);
        assert_eq!(controls("é\u{85}".as_bytes()), [], "in UTF-8 they are no bytes of their own");
        assert_eq!(controls(&[0; 1000]).len(), MAX_CONTROLS);
    }
}
