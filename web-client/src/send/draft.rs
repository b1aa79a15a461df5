//! The text in the message box, with its hint and preview.

use wirestamp_protocol::plural;

use super::payload::{Mode, payloads};
use crate::text::hex;

/// How many bytes of a message the preview shows.
const PREVIEWED: usize = 48;

/// The text in the message box.
#[derive(Debug, Default)]
pub struct Draft {
    text: String,
    /// Shown instead of the hint until the text changes.
    said: Option<String>,
}

impl Draft {
    /// Replaces the text.
    pub fn write(&mut self, text: String) {
        *self = Self { text, said: None };
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

    /// The words to show, or else what sending would do.
    pub fn hint(&self, mode: Mode, connected: bool) -> String {
        match (&self.said, connected) {
            (Some(words), _) => words.clone(),
            (None, false) => "Not connected; your text is kept".to_owned(),
            (None, true) => self.plan(mode),
        }
    }

    fn plan(&self, mode: Mode) -> String {
        match payloads(mode, &self.text) {
            Err(mistake) => mistake.what,
            Ok(messages) if messages.len() > 1 => {
                let count = messages.len().to_string();
                [&count, " lines: ", &count, " messages"].concat()
            }
            Ok(_) => "Enter sends · Shift+Enter adds a line · ↑↓ recall · ? shows all keys".to_owned(),
        }
    }

    /// The bytes of the first message, in modes where they differ from the text.
    pub fn preview(&self, mode: Mode) -> Option<String> {
        if mode == Mode::Text {
            return None;
        }
        let messages = payloads(mode, &self.text).ok()?;
        let message = messages.first().filter(|message| !message.is_empty())?;
        let row = hex::digits(&message[..message.len().min(PREVIEWED)]);
        let cut = if message.len() > PREVIEWED { " …" } else { "" };
        let more = match messages.len() {
            1 => String::new(),
            count => [", and ", &(count - 1).to_string(), " more"].concat(),
        };
        let bytes = plural(message.len() as u64, " byte: ", " bytes: ");
        Some([&message.len().to_string(), bytes, &row, cut, &more].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Draft {
        Draft { text: text.into(), said: None }
    }

    #[test]
    fn the_hint_says_what_sending_would_do() {
        assert!(draft("hello").hint(Mode::Text, true).starts_with("Enter sends"));
        assert_eq!(draft("a\nb").hint(Mode::Text, true), "2 lines: 2 messages");
        assert_eq!(draft("f").hint(Mode::Hex, true), "a byte is two hex digits, as in 0a");
        assert_eq!(draft("f").hint(Mode::Hex, false), "Not connected; your text is kept");
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
        assert_eq!(draft("hello").preview(Mode::Text), None);
        assert_eq!(draft("").preview(Mode::Hex), None);
        assert_eq!(draft("f").preview(Mode::Hex), None);
        assert_eq!(draft("ff").preview(Mode::Hex).unwrap(), "1 byte: ff");
        assert_eq!(draft("a\\0\nb\nc").preview(Mode::Escapes).unwrap(), "2 bytes: 61 00, and 2 more");
        let long = draft(&"00".repeat(49)).preview(Mode::Hex).unwrap();
        assert!(long.starts_with("49 bytes: 00 00") && long.ends_with("00 …"), "{long}");
    }
}
