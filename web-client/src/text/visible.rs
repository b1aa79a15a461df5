//! Bytes as text that cannot disturb the page around it.
//!
//! Whatever would act instead of being seen is escaped: control characters and bytes that aren't valid UTF-8 by their
//! value (`\x1b`, `\xff`), and characters that reorder or hide text by their number (`\u{202e}`). Unicode's pictures
//! of control characters are not used, because many fonts lack them. Nothing becomes markup.

use wirestamp_protocol::{acts, visible::escape};

/// A run of text to show, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What to show.
    pub text: String,
    /// Whether it stands for something that cannot be shown.
    pub escaped: bool,
}

/// The bytes as pieces: no piece if there are no bytes, and one if all of them can be shown as they are.
///
/// ```
/// let text: String = wirestamp_web_client::visible(b"a\x1b[1mb\xff").into_iter().map(|piece| piece.text).collect();
/// assert_eq!(text, r"a\x1b[1mb\xff");
/// ```
pub fn visible(bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    escape(bytes, acts, |text, escaped| pieces.push(text, escaped));
    pieces.0
}

/// The bytes as one text, for use in a sentence or a file.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    visible(bytes).into_iter().map(|piece| piece.text).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_one_piece_as_it_is() {
        for plain in ["hello", "<script>alert(1)</script>", "naïve 東京 👩‍🚀 שלום", r"\xff"] {
            assert_eq!(visible(plain.as_bytes()), [Piece { text: plain.into(), escaped: false }]);
        }
        assert_eq!(visible(b""), []);
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
