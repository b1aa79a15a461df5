//! Where the caret is in a text of several lines: Up and Down leave the box only at its edges.
//!
//! Carets are counted as the browser counts them, in UTF-16 units.

const LINE_FEED: u16 = b'\n' as u16;

/// Whether no line is above the caret.
pub fn on_first_line(text: &str, caret: usize) -> bool {
    text.encode_utf16().take(caret).all(|unit| unit != LINE_FEED)
}

/// Whether no line is below the caret.
pub fn on_last_line(text: &str, caret: usize) -> bool {
    text.encode_utf16().skip(caret).all(|unit| unit != LINE_FEED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_line_is_first_and_last() {
        assert!(on_first_line("one", 2) && on_last_line("one", 2));
        assert!(on_first_line("", 0) && on_last_line("", 0));
    }

    #[test]
    fn the_line_feed_is_the_end_of_its_line() {
        assert!(on_first_line("a\nb", 1) && !on_last_line("a\nb", 1));
        assert!(!on_first_line("a\nb", 2) && on_last_line("a\nb", 2));
    }

    #[test]
    fn carets_count_utf_16_units() {
        // The emoji is two units, so a caret of two is still in front of the line feed.
        assert!(on_first_line("🚀\nb", 2) && !on_first_line("🚀\nb", 3));
    }
}
