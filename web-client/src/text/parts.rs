//! A message for a close look: every character that can't be seen has a name, and bytes that differ from those of
//! another message are marked.

use std::ops::Range;

use wirestamp_protocol::acts;

use super::digits::push_digits;
use super::{control, escaped};

/// A run of text to show, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// What to show.
    pub text: String,
    /// What it stands for, for a tooltip. Empty if the text says it all.
    pub title: String,
    /// Whether it stands for something that cannot be shown.
    pub escaped: bool,
    /// Whether it differs from the other message.
    pub differs: bool,
}

/// The bytes as text, with those in the range `differing` marked. Control characters are shown by their short names.
/// A line feed also ends a line.
///
/// ```
/// let parts = wirestamp_web_client::parts(b"a\x1b", &(0..0));
/// assert_eq!((parts[1].text.as_str(), parts[1].title.as_str()), ("ESC", "escape, 0x1b at byte 1"));
/// ```
pub fn parts(bytes: &[u8], differing: &Range<usize>) -> Vec<Part> {
    let mut parts = Parts::default();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let text = char.encode_utf8(&mut buffer);
            let differs = at < differing.end && at + text.len() > differing.start;
            match acts(char) {
                true => parts.push_hidden(text.as_bytes(), at, differs),
                false => parts.push(text, "", false, differs),
            }
            at += text.len();
        }
        for byte in chunk.invalid() {
            parts.push_hidden(&[*byte], at, differing.contains(&at));
            at += 1;
        }
    }
    parts.0
}

/// Parts, of which neighbours of the same kind are joined.
#[derive(Default)]
pub(super) struct Parts(pub(super) Vec<Part>);

impl Parts {
    /// Adds a text. A part with a title stays by itself.
    pub(super) fn push(&mut self, text: &str, title: &str, escaped: bool, differs: bool) {
        match self.0.last_mut() {
            Some(last)
                if last.escaped == escaped
                    && last.differs == differs
                    && last.title.is_empty()
                    && title.is_empty() =>
            {
                last.text.push_str(text);
            }
            _ => self.0.push(Part { text: text.to_owned(), title: title.to_owned(), escaped, differs }),
        }
    }

    /// Adds the bytes of one character that can't be shown, or one byte that isn't valid UTF-8.
    fn push_hidden(&mut self, bytes: &[u8], at: usize, differs: bool) {
        let known = control::name(bytes[0]);
        let text = known.map_or_else(|| escaped(bytes), |(short, _)| short.to_owned());
        let (meaning, comma) = known.map_or(("", ""), |(_, meaning)| (meaning, ", "));
        let mut title = [meaning, comma].concat();
        for byte in bytes {
            title.push_str("0x");
            push_digits(&mut title, *byte);
            title.push(' ');
        }
        title.push_str("at byte ");
        title.push_str(&at.to_string());
        if bytes == b"\n" {
            self.push("⏎", &title, true, differs);
            self.push("\n", "", false, false);
        } else {
            self.push(&text, &title, true, differs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<String> {
        parts(bytes, &(0..0)).into_iter().map(|part| part.text).collect()
    }

    /// The parts that are marked as different.
    fn marked(bytes: &[u8], differing: Range<usize>) -> Vec<String> {
        let parts = parts(bytes, &differing).into_iter();
        parts.filter(|part| part.differs).map(|part| part.text).collect()
    }

    #[test]
    fn plain_text_is_one_part_as_it_is() {
        for plain in ["hello", "<script>alert(1)</script>", "naïve 東京 👩‍🚀 שלום", r"\xff"] {
            assert_eq!(
                parts(plain.as_bytes(), &(0..0)),
                [Part { text: plain.to_owned(), ..Part::default() }]
            );
        }
        assert_eq!(parts(b"", &(0..0)), []);
    }

    #[test]
    fn what_cannot_be_seen_is_named_with_its_place() {
        let bytes = b"a\x1b\0\xff\xe2\x80\xae";
        assert_eq!(texts(bytes), ["a", "ESC", "NUL", r"\xff", r"\u{202e}"]);
        let titles: Vec<_> = parts(bytes, &(0..0)).into_iter().map(|part| part.title).collect();
        assert_eq!(
            titles,
            [
                "",
                "escape, 0x1b at byte 1",
                "null, 0x00 at byte 2",
                "0xff at byte 3",
                "0xe2 0x80 0xae at byte 4"
            ]
        );
    }

    #[test]
    fn a_line_feed_is_seen_and_ends_the_line() {
        assert_eq!(texts(b"one\r\ntwo"), ["one", "CR", "⏎", "\ntwo"]);
    }

    #[test]
    fn bytes_that_differ_are_marked_by_whole_characters() {
        assert_eq!(marked(b"one, two", 5..8), ["two"]);
        assert_eq!(marked("aéz".as_bytes(), 2..3), ["é"]);
        assert_eq!(marked(b"a\x1b\x1bz", 1..2), ["ESC"]);
        assert_eq!(marked(b"abc", 1..1), [""; 0]);
    }
}
