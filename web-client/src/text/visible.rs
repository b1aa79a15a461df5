//! Bytes as text that cannot disturb the page it stands on.
//!
//! What would act instead of being seen is written out: control characters and bytes that are no UTF-8 by
//! their value (`\x1b`, `\xff`), marks that turn or hide their neighbours by number (`\u{202e}`). Not as
//! Unicode's pictures of them, which many fonts lack. It makes no markup of anything.

use wirestamp_protocol::acts;

/// A run of text to show, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What to show.
    pub text: String,
    /// Whether it stands for something that cannot be shown, rather than for itself.
    pub escaped: bool,
}

/// The bytes as pieces: none if there are no bytes, and one if all of them can be shown as they are.
///
/// ```
/// let text: String = wirestamp_web_client::visible(b"a\x1b[1mb\xff").into_iter().map(|piece| piece.text).collect();
/// assert_eq!(text, r"a\x1b[1mb\xff");
/// ```
pub fn visible(bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        let mut plain = 0;
        for (at, char) in valid.char_indices().filter(|(_, char)| acts(*char)) {
            pieces.push(&valid[plain..at], false);
            pieces.push(&stand_in(char), true);
            plain = at + char.len_utf8();
        }
        pieces.push(&valid[plain..], false);
        for byte in chunk.invalid() {
            pieces.push(&hex(*byte), true);
        }
    }
    pieces.0
}

#[derive(Default)]
pub(crate) struct Pieces(pub(crate) Vec<Piece>);

impl Pieces {
    pub(crate) fn push(&mut self, text: &str, escaped: bool) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.escaped == escaped => last.text.push_str(text),
            _ => self.0.push(Piece { text: text.to_owned(), escaped }),
        }
    }
}

fn stand_in(char: char) -> String {
    match char {
        '\t' | '\n' | '\r' => char.escape_default().collect(),
        '\0'..='\x7f' => hex(char as u8),
        _ => char.escape_unicode().collect(),
    }
}

fn hex(byte: u8) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    ['\\', 'x', digit(byte >> 4), digit(byte & 15)].into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        visible(bytes).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn plain_text_is_one_piece_as_it_is() {
        for plain in ["hello", "<script>alert(1)</script>", "naïve 東京 👩‍🚀 שלום", r"\xff"] {
            assert_eq!(visible(plain.as_bytes()), [Piece { text: plain.into(), escaped: false }]);
        }
        assert_eq!(visible(b""), []);
    }

    #[test]
    fn control_characters_are_written_by_value() {
        assert_eq!(text(b"\x1b[31mred\0\t\r\x7f"), r"\x1b[31mred\x00\t\r\x7f");
        assert_eq!(text("\u{85}".as_bytes()), r"\u{85}");
    }

    #[test]
    fn what_turns_or_hides_text_is_written_by_number() {
        assert_eq!(text("a\u{202e}cod.exe".as_bytes()), r"a\u{202e}cod.exe");
        assert_eq!(text("\u{2067}x\u{2069}\u{200b}".as_bytes()), r"\u{2067}x\u{2069}\u{200b}");
    }

    #[test]
    fn bytes_that_are_no_text_keep_their_values() {
        assert_eq!(text(b"ok\xff\x80\xe2\x82"), r"ok\xff\x80\xe2\x82");
    }

    #[test]
    fn a_stand_in_can_be_told_from_text_that_looks_like_it() {
        assert_eq!(
            visible(b"\\xff\xff\x01z"),
            [
                Piece { text: r"\xff".into(), escaped: false },
                Piece { text: r"\xff\x01".into(), escaped: true },
                Piece { text: "z".into(), escaped: false },
            ]
        );
    }
}
