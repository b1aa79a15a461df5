//! Texts that are too long for the message box. A browser takes a third of a second to lay out ten thousand lines, and
//! stands still meanwhile. So such a text is held beside the box, which shows only its start.

use wirestamp_protocol::{count_lines, plural};

use crate::measure::round_trip::grouped;
use crate::text::{Piece, start_of, visible};

/// The longest text that goes into the box, in lines and in bytes: browsers lay it out within two frames, and the longest
/// message that the server takes by default is among them.
const MOST_LINES: usize = 500;
const MOST_BYTES: usize = 64 * 1024;

/// How many bytes are shown: more than fit on the widest screen.
const SHOWN: usize = 400;

/// Whether a text is too long for the box.
///
/// ```
/// use wirestamp_web_client::held;
/// assert!(held::is_too_long(&"\n".repeat(501)));
/// assert!(!held::is_too_long(&"x".repeat(64 * 1024)));
/// ```
pub fn is_too_long(text: &str) -> bool {
    text.len() > MOST_BYTES || count_lines(text.as_bytes()) > MOST_LINES
}

/// The start of a text, on one line.
pub fn start(text: &str) -> Vec<Piece> {
    visible(start_of(text.as_bytes(), SHOWN))
}

/// How long a text is: `10,000 lines, 97 KiB`.
pub fn size(text: &str) -> String {
    let lines = count_lines(text.as_bytes()) as u64;
    let kib = text.len().div_ceil(1024) as u64;
    [&grouped(lines), plural(lines, " line, ", " lines, "), &grouped(kib), " KiB"].concat()
}

/// The text of the box once `pasted` has taken the place of what is selected. Its line ends become line feeds, as in the
/// box. The selection is in UTF-16 units, as in the browser.
pub fn pasted(text: &str, selection: (usize, usize), pasted: &str) -> String {
    let (before, behind) = (text.encode_utf16().take(selection.0), text.encode_utf16().skip(selection.1));
    let mut whole = String::with_capacity(text.len() + pasted.len());
    let mut last = '\0';
    for char in char::decode_utf16(before.chain(pasted.encode_utf16()).chain(behind)) {
        let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
        match char {
            '\r' => whole.push('\n'),
            '\n' if last == '\r' => {}
            _ => whole.push(char),
        }
        last = char;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_takes_the_place_of_the_selection() {
        assert_eq!(pasted("", (0, 0), "a\nb"), "a\nb");
        assert_eq!(pasted("🚀one two", (2, 5), "1"), "🚀1 two");
        assert_eq!(pasted("one", (3, 3), "\r\ntwo\rthree\n"), "one\ntwo\nthree\n");
        assert_eq!(pasted("one", (9, 9), "two"), "onetwo", "a selection of another text");
    }

    #[test]
    fn the_start_is_one_line_and_says_where_lines_end() {
        let shown: String =
            start(&"a\n\u{202e}b\n".repeat(1000)).iter().map(|piece| piece.text.as_str()).collect();
        assert!(shown.starts_with(r"a\n\u{202e}b\na") && shown.len() < 2000, "{shown}");
    }

    #[test]
    fn the_size_is_in_lines_and_in_started_kibibytes() {
        assert_eq!(size(&"line 1234\n".repeat(10_000)), "10,000 lines, 98 KiB");
        assert_eq!(size("ff"), "1 line, 1 KiB");
    }
}
