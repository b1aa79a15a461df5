//! Colours, and the width of text.

use unicode_width::UnicodeWidthChar;
use wirestamp_protocol::{acts, visible};

/// The colours of sessions, by their numbers. Yellow and red have meanings of their own.
const SESSIONS: [u8; 4] = [36, 32, 35, 34];

/// How text looks: its number in ECMA-48, 8.3.117.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// What matters less.
    Dim,
    /// What one session does.
    Session(u64),
    /// What is missing.
    Missing,
    /// What went wrong.
    Wrong,
    /// What was noticed.
    Noticed,
}

/// Returns the text in this style, or as it is without `colour`.
pub(super) fn paint(text: &str, style: Style, colour: bool) -> String {
    if !colour || text.is_empty() {
        return text.to_owned();
    }
    let code = match style {
        Style::Dim => 2,
        Style::Session(number) => SESSIONS[(number % SESSIONS.len() as u64) as usize],
        Style::Missing => 33,
        Style::Wrong => 31,
        Style::Noticed => 1,
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// Returns how many columns a text takes at most. Characters that join the one before count too: text that is cut a
/// little early is better than a payload that piles up a thousand accents.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|char| char.width().unwrap_or(1).max(1)).sum()
}

/// Returns a payload in at most `width` columns, with an ellipsis where something is missing. `is_whole` tells
/// whether there are more bytes than these. What could act on the terminal is escaped; a final line feed is `⏎`.
pub(super) fn payload(bytes: &[u8], is_whole: bool, width: usize, colour: bool) -> String {
    let (bytes, line_end) = match bytes.strip_suffix(b"\n") {
        Some(line) if is_whole => (line, "⏎"),
        _ => (bytes, ""),
    };
    // A character has at most four bytes and at least one column, so this is more than fits.
    let shown = &bytes[..bytes.len().min(4 * width + 4)];
    let mut runs: Vec<(String, bool)> = Vec::new();
    visible::escape(shown, acts, |run, is_escape| runs.push((run.to_owned(), is_escape)));
    if !line_end.is_empty() {
        runs.push((line_end.to_owned(), true));
    }
    let all: usize = runs.iter().map(|(run, _)| columns(run)).sum();
    let fits = is_whole && shown.len() == bytes.len() && all <= width;
    let mut room = if fits { width } else { width.saturating_sub(1) };
    let mut text = String::new();
    for (run, is_escape) in &runs {
        let len = fitting(run, *is_escape, &mut room);
        let style = if *is_escape { paint(&run[..len], Style::Dim, colour) } else { run[..len].to_owned() };
        text += &style;
        if len < run.len() {
            break;
        }
    }
    if !fits {
        text += &paint("…", Style::Dim, colour);
    }
    text
}

/// Returns how many bytes of a run fit into the room, which they take. An escape isn't divided.
fn fitting(run: &str, is_escape: bool, room: &mut usize) -> usize {
    if is_escape {
        let columns = columns(run);
        let fits = columns <= *room;
        *room -= if fits { columns } else { 0 };
        return if fits { run.len() } else { 0 };
    }
    for (at, char) in run.char_indices() {
        let columns = char.width().unwrap_or(1).max(1);
        if columns > *room {
            return at;
        }
        *room -= columns;
    }
    run.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, width: usize) -> String {
        payload(text.as_bytes(), true, width, false)
    }

    #[test]
    fn a_payload_is_cut_to_its_width() {
        for (text, width, shown) in [
            ("hello\n", 6, "hello⏎"),
            ("hello\n", 5, "hell…"),
            ("hello\r\n", 20, "hello\\r⏎"),
            ("two\nlines\n", 20, "two\\nlines⏎"),
            ("", 5, ""),
            ("hello", 0, "…"),
            ("東京東京", 8, "東京東京"),
            ("東京東京", 7, "東京東…"),
            ("東京東京", 6, "東京…"),
            ("ab\x1b[1mcd", 9, "ab\\x1b[1…"),
            ("ab\x1bcd", 6, "ab…"),
        ] {
            assert_eq!(plain(text, width), shown, "{text:?} in {width}");
        }
        assert_eq!(payload(b"all of it", false, 20, false), "all of it…", "the server cut it");
    }

    #[test]
    fn no_payload_is_wider_than_its_width() {
        let accents = format!("e{}", "\u{301}".repeat(1000));
        for text in [&accents, "\u{202e}abc\u{0}", "👩‍🚀👩‍🚀", &"x".repeat(5000), "\t\t\t\n"] {
            for width in 1..40 {
                assert!(columns(&plain(text, width)) <= width, "{text:?} in {width}");
            }
        }
    }

    #[test]
    fn bytes_cannot_act_on_the_terminal() {
        let text = payload(b"\x1b[2J\x07\xff\xc2\x9b\xe2\x80\xae\t", true, 100, false);
        assert_eq!(text, r"\x1b[2J\x07\xff\u{9b}\u{202e}\t");
    }

    #[test]
    fn an_escape_can_be_told_from_the_same_text_by_its_colour() {
        assert_eq!(payload(b"\\xff\xff", true, 20, true), "\\xff\x1b[2m\\xff\x1b[0m");
    }
}
