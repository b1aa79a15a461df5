//! The text in the message box, with its hint and preview.

use wirestamp_protocol::{count_lines, plural};

use super::length::{gets_line_feed, too_long};
use super::payload::{Mistake, Mode, payloads};
use crate::measure::round_trip::grouped;
use crate::text::hex;

/// How many bytes of a message the preview shows.
const PREVIEWED: usize = 48;

/// The text in the message box.
#[derive(Debug, Default)]
pub struct Draft {
    text: String,
    /// Shown instead of the hint until the text changes.
    said: Option<String>,
    /// The longest message that the server takes, in bytes, once known.
    max: Option<usize>,
}

impl Draft {
    /// Replaces the text.
    pub fn write(&mut self, text: String) {
        (self.text, self.said) = (text, None);
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Shows these words instead of the hint.
    pub fn say(&mut self, words: String) {
        self.said = Some(words);
    }

    /// Whether such words are shown.
    pub(crate) fn says(&self) -> bool {
        self.said.is_some()
    }

    /// The text will be read in another mode.
    pub fn read_again(&mut self) {
        self.said = None;
    }

    /// The server takes messages of at most this many bytes, line feed included.
    pub fn set_max(&mut self, max: usize) {
        self.max = Some(max);
    }

    /// The messages in the text.
    ///
    /// # Errors
    /// If the text can't be read, or if a message is too long for the server.
    pub fn read(&self, mode: Mode) -> Result<Vec<Vec<u8>>, Mistake> {
        let messages = payloads(mode, &self.text)?;
        self.check(&messages, mode)?;
        Ok(messages)
    }

    /// Checks the length of messages that were made from the text.
    ///
    /// # Errors
    /// If one is too long for the server.
    pub fn check(&self, messages: &[Vec<u8>], mode: Mode) -> Result<(), Mistake> {
        let mistake = self.max.and_then(|max| too_long(messages, max, mode, &self.text));
        mistake.map_or(Ok(()), Err)
    }

    /// Whether the text can't be sent as it is.
    pub fn is_wrong(&self, mode: Mode) -> bool {
        self.read(mode).is_err()
    }

    /// The words to show, or else what sending would do.
    pub fn hint(&self, mode: Mode, connected: bool) -> String {
        match (&self.said, connected) {
            (Some(words), _) => words.clone(),
            (None, false) => "Not connected; your text is kept".to_owned(),
            (None, true) => self.plan(mode),
        }
    }

    fn plan(&self, mode: Mode) -> String {
        let messages = match self.read(mode) {
            Ok(messages) => messages,
            Err(mistake) => return mistake.what,
        };
        // To the service each line feed ends a message, wherever it is.
        let count: usize = messages.iter().map(|message| count_lines(message)).sum();
        let (lines, all) = (grouped(messages.len() as u64), grouped(count as u64));
        match messages.len() {
            1 if count == 1 => {
                "Enter sends · Shift+Enter adds a line · ↑↓ recall · ? shows all keys".to_owned()
            }
            1 => {
                let first = messages[0].iter().position(|byte| *byte == b'\n').unwrap_or_default();
                [&all, " messages: the LF at byte ", &grouped(first as u64 + 1), " ends the first"].concat()
            }
            of if of == count => [&lines, " lines: ", &all, " messages"].concat(),
            _ => [&lines, " lines: ", &all, " messages, since an LF in a line ends one"].concat(),
        }
    }

    /// What the first message will be on its way: how many bytes, which ones where they differ from the text, and the
    /// line feed that the bridge adds. What is said has the place to itself.
    pub fn preview(&self, mode: Mode) -> Option<String> {
        if self.said.is_some() {
            return None;
        }
        let messages = self.read(mode).ok()?;
        let message = messages.first().filter(|message| messages.len() > 1 || !message.is_empty())?;
        let line_feed = gets_line_feed(message);
        let bytes = plural(message.len() as u64, " byte", " bytes");
        let added = if line_feed { " + LF" } else { "" };
        let mut text = [&grouped(message.len() as u64), bytes, added].concat();
        if mode != Mode::Text {
            text.extend([": ", &hex::digits(&message[..message.len().min(PREVIEWED)])]);
            text.push_str(if message.len() > PREVIEWED { " …" } else { "" });
            text.push_str(if line_feed { " ⏎ LF" } else { "" });
        }
        if messages.len() > 1 {
            text.extend([", and ", &grouped(messages.len() as u64 - 1), " more"]);
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Draft {
        Draft { text: text.into(), ..Draft::default() }
    }

    #[test]
    fn the_hint_says_what_sending_would_do() {
        assert!(draft("hello").hint(Mode::Text, true).starts_with("Enter sends"));
        assert_eq!(draft("a\nb").hint(Mode::Text, true), "2 lines: 2 messages");
        assert_eq!(draft("f").hint(Mode::Hex, true), "a byte is two hex digits, as in 0a");
        assert_eq!(draft("f").hint(Mode::Hex, false), "Not connected; your text is kept");
    }

    #[test]
    fn a_line_feed_among_the_bytes_is_announced_as_the_end_of_a_message() {
        let two = "2 messages: the LF at byte 3 ends the first";
        assert_eq!(draft("61 62 0a 63").hint(Mode::Hex, true), two);
        assert_eq!(draft(r"ab\nc").hint(Mode::Escapes, true), two);
        assert!(draft("61 62 0a").hint(Mode::Hex, true).starts_with("Enter sends"), "it ends the only one");
        assert_eq!(
            draft("ab\\nc\nd").hint(Mode::Escapes, true),
            "2 lines: 3 messages, since an LF in a line ends one"
        );
    }

    #[test]
    fn what_is_said_stands_until_the_box_is_written_in() {
        let mut draft = draft("hello");
        draft.say("Forgotten".into());
        assert_eq!(draft.hint(Mode::Text, true), "Forgotten");
        draft.write("hello!".into());
        assert_eq!(draft.hint(Mode::Text, false), "Not connected; your text is kept");
    }

    #[test]
    fn the_preview_shows_bytes_where_the_text_is_not_what_is_sent() {
        assert_eq!(draft("").preview(Mode::Hex), None);
        assert_eq!(draft("f").preview(Mode::Hex), None);
        assert_eq!(draft("ff").preview(Mode::Hex).unwrap(), "1 byte + LF: ff ⏎ LF");
        let three = draft("a\\0\nb\nc").preview(Mode::Escapes).unwrap();
        assert_eq!(three, "2 bytes + LF: 61 00 ⏎ LF, and 2 more");
        let long = draft(&"00".repeat(49)).preview(Mode::Hex).unwrap();
        assert!(long.starts_with("49 bytes + LF: 00 00") && long.ends_with("00 … ⏎ LF"), "{long}");
    }

    #[test]
    fn the_preview_of_text_counts_its_bytes_apart_from_the_line_feed() {
        assert_eq!(draft("").preview(Mode::Text), None);
        assert_eq!(draft("hello").preview(Mode::Text).unwrap(), "5 bytes + LF");
        assert_eq!(draft("é\nb").preview(Mode::Text).unwrap(), "2 bytes + LF, and 1 more");
        assert_eq!(draft("\nb").preview(Mode::Text).unwrap(), "0 bytes + LF, and 1 more");
    }

    #[test]
    fn a_message_with_its_own_line_feed_is_shown_without_another() {
        assert_eq!(draft("61 0a").preview(Mode::Hex).unwrap(), "2 bytes: 61 0a");
        assert_eq!(draft(r"a\n").preview(Mode::Escapes).unwrap(), "2 bytes: 61 0a");
    }

    #[test]
    fn what_is_too_long_for_the_server_is_wrong_once_the_limit_is_known() {
        let mut draft = draft("12345");
        assert!(!draft.is_wrong(Mode::Text));
        draft.set_max(5);
        assert!(draft.is_wrong(Mode::Text));
        assert_eq!(draft.hint(Mode::Text, true), "5 bytes + LF; the server takes at most 5");
        assert_eq!(draft.preview(Mode::Text), None);
        draft.write("1234".into());
        assert!(!draft.is_wrong(Mode::Text));
    }

    #[test]
    fn what_cannot_be_read_is_wrong() {
        assert!(draft("f").is_wrong(Mode::Hex) && !draft("f").is_wrong(Mode::Text));
        assert!(draft(r"\q").is_wrong(Mode::Escapes));
    }
}
