//! Received bytes as text that is safe to show, on a page or in a terminal.

use crate::hex;

/// Whether a character acts on the text around it, or is invisible.
///
/// ```
/// assert!(wirestamp_protocol::acts('\u{202e}') && wirestamp_protocol::acts('\x1b'));
/// assert!(!wirestamp_protocol::acts('é'));
/// ```
pub fn acts(char: char) -> bool {
    matches!(char,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Marks, overrides and isolates of the bidirectional algorithm, line and paragraph separators.
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        // Invisible: soft hyphen, zero-width space, word joiner, deprecated format characters, byte
        // order mark. The zero-width joiners stay: scripts and emoji are made with them.
        | '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        // Annotations, and tags that spell text out of sight.
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Hands `bytes` to `each` in runs of text: those that can be shown as they are, and escapes for the rest.
/// The flag says which of the two a run is.
///
/// Escaped are the characters for which `is_hidden` holds, usually [`acts`]: as `\t`, `\n` and `\r`, other
/// ASCII by its value (`\x1b`), the rest by its number (`\u{202e}`). Bytes that aren't valid UTF-8 are
/// escaped by their value (`\xff`).
///
/// ```
/// use wirestamp_protocol::{acts, visible::escape};
///
/// let mut text = String::new();
/// escape(b"a\x1b[1mb\xff", acts, |run, _is_escape| text.push_str(run));
/// assert_eq!(text, r"a\x1b[1mb\xff");
/// ```
pub fn escape(bytes: &[u8], is_hidden: impl Fn(char) -> bool, mut each: impl FnMut(&str, bool)) {
    let mut each = |run: &str, is_escape| {
        if !run.is_empty() {
            each(run, is_escape);
        }
    };
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        let mut plain = 0;
        for (at, char) in valid.char_indices().filter(|(_, char)| is_hidden(*char)) {
            // Positions between characters. Indexing would bring what prints others into the page.
            each(valid.get(plain..at).unwrap_or_default(), false);
            each(&escaped_char(char), true);
            plain = at + char.len_utf8();
        }
        each(valid.get(plain..).unwrap_or_default(), false);
        for byte in chunk.invalid() {
            each(&escaped_byte(*byte), true);
        }
    }
}

fn escaped_char(char: char) -> String {
    match char {
        '\t' | '\n' | '\r' => char.escape_default().collect(),
        '\0'..='\x7f' => escaped_byte(char as u8),
        _ => char.escape_unicode().collect(),
    }
}

fn escaped_byte(byte: u8) -> String {
    ['\\', 'x', hex::digit(byte >> 4), hex::digit(byte)].into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(bytes: &[u8]) -> Vec<(String, bool)> {
        let mut runs = Vec::new();
        escape(bytes, acts, |run, is_escape| runs.push((run.to_owned(), is_escape)));
        runs
    }

    fn text(bytes: &[u8]) -> String {
        runs(bytes).into_iter().map(|(run, _)| run).collect()
    }

    #[test]
    fn plain_text_is_one_run_as_it_is() {
        for plain in ["hello", "<script>alert(1)</script>", "naïve 東京 👩‍🚀 שלום", r"\xff"] {
            assert_eq!(runs(plain.as_bytes()), [(plain.to_owned(), false)]);
        }
        assert_eq!(runs(b""), []);
    }

    #[test]
    fn control_characters_are_escaped_by_value() {
        assert_eq!(text(b"\x1b[31mred\0\x07\t\r\n\x7f"), r"\x1b[31mred\x00\x07\t\r\n\x7f");
        assert_eq!(text(b"\xc2\x9b31m"), r"\u{9b}31m");
    }

    #[test]
    fn characters_that_turn_or_hide_text_are_escaped_by_number() {
        assert_eq!(text("a\u{202e}cod.exe".as_bytes()), r"a\u{202e}cod.exe");
        assert_eq!(text("\u{2067}x\u{2069}\u{200b}".as_bytes()), r"\u{2067}x\u{2069}\u{200b}");
        assert_eq!(text("so\u{ad}ft\u{e0041}".as_bytes()), r"so\u{ad}ft\u{e0041}");
    }

    #[test]
    fn bytes_that_are_not_valid_utf_8_keep_their_values() {
        assert_eq!(text(b"ok\xff\x80\xe2\x82"), r"ok\xff\x80\xe2\x82");
    }

    #[test]
    fn an_escape_can_be_told_from_text_that_looks_like_one() {
        let runs = runs(b"\\xff\xffz");
        let expected = [(r"\xff", false), (r"\xff", true), ("z", false)];
        assert_eq!(runs, expected.map(|(run, is_escape)| (run.to_owned(), is_escape)));
    }

    #[test]
    fn the_caller_chooses_what_to_hide() {
        let mut text = String::new();
        escape(b"a\tb\n", |char| char != '\t' && acts(char), |run, _| text.push_str(run));
        assert_eq!(text, "a\tb\\n");
    }
}
