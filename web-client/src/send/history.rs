//! The messages sent before, for recalling them with Up and Down.

use std::collections::VecDeque;

/// How many messages are remembered; the oldest are dropped first.
const REMEMBERED: usize = 500;

/// How many are saved for the next visit, and the longest message saved, in bytes. Together that is 400 KiB, a
/// tenth of the smallest quota among browsers.
const KEPT: usize = 100;
const KEPT_LENGTH: usize = 4096;

/// The messages sent, and which of them is in the message box.
#[derive(Debug, Default)]
pub struct History {
    entries: VecDeque<String>,
    /// How many steps back the box is; zero is the draft.
    up: usize,
    draft: String,
}

impl History {
    /// Restores the messages of an earlier visit, oldest first.
    pub fn restore(messages: impl IntoIterator<Item = String>) -> Self {
        let mut history = Self::default();
        messages.into_iter().for_each(|message| history.push(&message));
        history
    }

    /// The messages to save for the next visit, oldest first.
    pub fn kept(&self) -> impl Iterator<Item = &str> {
        let short = self.entries.iter().filter(|entry| entry.len() <= KEPT_LENGTH).map(String::as_str);
        short.skip(self.entries.len().saturating_sub(KEPT))
    }

    /// Adds a message that was sent, and returns to an empty draft.
    ///
    /// Empty messages and repetitions of the last one are skipped.
    pub fn push(&mut self, message: &str) {
        self.up = 0;
        self.draft.clear();
        if message.is_empty() || self.entries.back().is_some_and(|last| last == message) {
            return;
        }
        if self.entries.len() == REMEMBERED {
            self.entries.pop_front();
        }
        self.entries.push_back(message.to_owned());
    }

    /// Moves to the previous message; `None` at the oldest. `shown` is saved if it is the draft.
    pub fn older(&mut self, shown: &str) -> Option<&str> {
        let at = self.entries.len().checked_sub(self.up + 1)?;
        if self.up == 0 {
            self.draft = shown.to_owned();
        }
        self.up += 1;
        self.entries.get(at).map(String::as_str)
    }

    /// Moves to the next message, then to the draft; `None` at the draft.
    pub fn newer(&mut self) -> Option<&str> {
        self.up = self.up.checked_sub(1)?;
        if self.up == 0 {
            return Some(&self.draft);
        }
        self.entries.get(self.entries.len() - self.up).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(messages: &[&str]) -> History {
        let mut history = History::default();
        for message in messages {
            history.push(message);
        }
        history
    }

    #[test]
    fn up_walks_to_the_oldest_and_stays_there() {
        let mut history = history(&["one", "two"]);
        assert_eq!(history.older(""), Some("two"));
        assert_eq!(history.older("two"), Some("one"));
        assert_eq!(history.older("one"), None);
        assert_eq!(history.newer(), Some("two"));
    }

    #[test]
    fn the_draft_is_there_when_one_comes_back_down() {
        let mut history = history(&["one"]);
        assert_eq!(history.older("half a thou"), Some("one"));
        assert_eq!(history.newer(), Some("half a thou"));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn with_nothing_sent_there_is_nowhere_to_go() {
        let mut history = History::default();
        assert_eq!(history.older("draft"), None);
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn sending_goes_back_to_an_empty_draft() {
        let mut history = history(&["one", "two"]);
        history.older("draft");
        history.older("two");
        history.push("one");
        assert_eq!(history.newer(), None);
        assert_eq!(history.older("next"), Some("one"));
        assert_eq!(history.newer(), Some("next"));
    }

    #[test]
    fn repeats_and_empty_messages_are_not_remembered() {
        let mut history = history(&["one", "one", "", "one"]);
        assert_eq!(history.older(""), Some("one"));
        assert_eq!(history.older("one"), None);
    }

    #[test]
    fn the_oldest_are_forgotten_first() {
        let mut history = History::default();
        for n in 0..=REMEMBERED {
            history.push(&n.to_string());
        }
        let mut oldest = String::new();
        while let Some(older) = history.older("") {
            oldest = older.to_owned();
        }
        assert_eq!(oldest, "1");
    }

    #[test]
    fn the_next_visit_has_the_messages_of_this_one() {
        let first = history(&["one", &"long".repeat(KEPT_LENGTH), "two"]);
        let mut next = History::restore(first.kept().map(str::to_owned));
        assert_eq!(next.older(""), Some("two"));
        assert_eq!(next.older("two"), Some("one"));
        assert_eq!(next.older("one"), None);
    }
}
