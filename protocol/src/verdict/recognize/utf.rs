//! Unicode's encodings: the byte order mark of UTF-8, and text in UTF-16 with or without one.

use super::Match;

/// How many characters of ASCII in a row are text in UTF-16. Each is a byte of text and a zero.
const ASCII_MIN: usize = 3;

pub(super) fn recognize_bom(head: &[u8]) -> Match {
    Match::prefix(head, b"\xef\xbb\xbf")
}

pub(super) fn recognize_utf16(head: &[u8]) -> Match {
    match head {
        [0xff, 0xfe, rest @ ..] => after_bom(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => after_bom(rest, u16::from_be_bytes),
        [] | [0xff | 0xfe] => Match::Maybe,
        _ => ascii(head, 0).or(ascii(head, 1)),
    }
}

/// Looks for ASCII whose bytes are at this place of each pair.
fn ascii(head: &[u8], place: usize) -> Match {
    let count =
        head.iter().enumerate().take(2 * ASCII_MIN).take_while(|&(at, &byte)| match at % 2 == place {
            true => is_text(byte),
            false => byte == 0,
        });
    match count.count() {
        len if len == 2 * ASCII_MIN => Match::Yes,
        len if len == head.len() => Match::Maybe,
        _ => Match::No,
    }
}

/// A mark may also be by chance, so a character of ASCII must follow before anything that isn't text.
fn after_bom(text: &[u8], unit: fn([u8; 2]) -> u16) -> Match {
    let mut chars = char::decode_utf16(text.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])));
    while let Some(char) = chars.next() {
        match char {
            Ok(char @ '\0'..='\x7f') => return if is_text(char as u8) { Match::Yes } else { Match::No },
            // Nobody has agreed on a meaning for these.
            Ok('\u{e000}'..='\u{f8ff}' | '\u{fffe}'..='\u{ffff}' | '\u{e0000}'..) => return Match::No,
            Ok(_) => {}
            // The second half of a pair may come.
            Err(_) if chars.next().is_none() => return Match::Maybe,
            Err(_) => return Match::No,
        }
    }
    Match::Maybe
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf_16_is_known_in_both_orders_with_and_without_a_mark() {
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            for text in ["hello\n", "1,2\r\n", "\u{feff}hi\n", "\u{feff}東京 🦀\n"] {
                assert_eq!(recognize_utf16(&utf16(text, bytes)), Match::Yes, "{text}");
            }
            assert_eq!(recognize_utf16(&utf16("ab", bytes)), Match::Maybe);
            assert_eq!(recognize_utf16(&utf16("\u{feff}東京", bytes)), Match::Maybe);
        }
    }

    #[test]
    fn utf_8_and_binary_numbers_are_not_utf_16() {
        for bytes in [
            &b"hello"[..],
            b"a\0b\0\x01\0",
            b"\0\0\0\x06",
            b"\xff\xfe\0\0",
            b"\xff\xfe\0\xd8\0\xd8",
            b"\xff\xfe\0\xe0",
            b"\xff\xfb\x1f",
        ] {
            assert_eq!(recognize_utf16(bytes), Match::No, "{bytes:?}");
        }
    }

    #[test]
    fn the_mark_of_utf_8_is_known_at_the_beginning() {
        assert_eq!(recognize_bom("\u{feff}hello".as_bytes()), Match::Yes);
        assert_eq!(recognize_bom(b"\xef\xbb"), Match::Maybe);
        assert_eq!(recognize_bom("ï»¿".as_bytes()), Match::No);
    }
}
