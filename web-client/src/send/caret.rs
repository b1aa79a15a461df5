//! Whether the caret is on the first or last line: only there do Up and Down recall messages.
//!
//! Positions are in UTF-16 units, as in the browser.

const LINE_FEED: u16 = b'\n' as u16;

/// Whether there is no line above the caret.
pub fn on_first_line(text: &str, caret: usize) -> bool {
    text.encode_utf16().take(caret).all(|unit| unit != LINE_FEED)
}

/// Whether there is no line below the caret.
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
        // The emoji takes two units, so position 2 is still before the line feed.
        assert!(on_first_line("🚀\nb", 2) && !on_first_line("🚀\nb", 3));
    }
}
