//! Short notices over the log, which go away by themselves.

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What it says.
    pub words: String,
    /// Whether it offers to undo what it says.
    pub undo: bool,
}

impl Toast {
    /// A notice without an offer.
    pub fn new(words: &str) -> Self {
        Self { words: words.to_owned(), undo: false }
    }

    /// `Cleared 12 exchanges`, where `done` is the first word and the space.
    pub fn of_exchanges(done: &str, count: usize) -> Self {
        Self::new(&match count {
            0 => [done, "the log"].concat(),
            1 => [done, "1 exchange"].concat(),
            count => [done, &count.to_string(), " exchanges"].concat(),
        })
    }

    /// Says whether the browser copied a text.
    pub fn copied(copied: bool) -> Self {
        // Browsers have no clipboard for pages from other computers without TLS.
        Self::new(if copied { "Copied" } else { "The browser refused to copy; it may need HTTPS for that" })
    }

    /// How long it is shown, in milliseconds. An offer takes longer to read and to accept.
    pub fn shown_for(&self) -> i32 {
        if self.undo { 10_000 } else { 5_000 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanges_are_counted_and_a_log_without_any_is_named() {
        for (count, words) in [(0, "Cleared the log"), (1, "Cleared 1 exchange"), (2, "Cleared 2 exchanges")]
        {
            assert_eq!(Toast::of_exchanges("Cleared ", count).words, words);
        }
    }
}
