//! Writes the log to a file, a few thousand exchanges at a time, so that the page stays responsive.

use super::exchanges::Exchanges;
use super::export::{csv, jsonl};

/// How many exchanges are written between two frames.
const AT_ONCE: usize = 5000;

/// The format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// JSON Lines.
    JsonLines,
    /// CSV.
    Csv,
}

impl FileKind {
    /// The file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "wirestamp.jsonl",
            Self::Csv => "wirestamp.csv",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::JsonLines => "application/jsonl",
            Self::Csv => "text/csv;charset=utf-8",
        }
    }
}

/// A file being written.
#[derive(Debug)]
pub struct Exporting {
    kind: FileKind,
    written: usize,
    all: usize,
}

impl Exporting {
    /// A file with nothing in it yet.
    pub fn new(kind: FileKind) -> Self {
        Self { kind, written: 0, all: 0 }
    }

    /// The format of the file.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Returns the next piece. `origin` is the same as in [`jsonl`].
    pub fn next(&mut self, exchanges: &Exchanges, origin: f64) -> String {
        self.all = exchanges.len();
        let range = self.written..(self.written + AT_ONCE).min(self.all);
        self.written = range.end;
        match self.kind {
            FileKind::JsonLines => jsonl(exchanges, origin, range),
            FileKind::Csv => csv(exchanges, origin, range),
        }
    }

    /// Whether everything has been written.
    pub fn is_done(&self) -> bool {
        self.written >= self.all
    }

    /// The progress in words.
    pub fn progress(&self) -> String {
        let written = self.written.to_string();
        if self.is_done() {
            return ["Wrote ", &written, " exchanges to ", self.kind.name()].concat();
        }
        ["Writing ", &written, " of ", &self.all.to_string()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_written_in_pieces_with_a_word_on_each() {
        let mut exchanges = Exchanges::default();
        (0..=AT_ONCE).for_each(|_| exchanges.sent(b"x", 0.0));
        let mut file = Exporting::new(FileKind::JsonLines);
        assert_eq!(file.next(&exchanges, 0.0).lines().count(), AT_ONCE);
        assert_eq!((file.is_done(), file.progress().as_str()), (false, "Writing 5000 of 5001"));
        assert_eq!(file.next(&exchanges, 0.0).lines().count(), 1);
        assert_eq!(
            (file.is_done(), file.progress().as_str()),
            (true, "Wrote 5001 exchanges to wirestamp.jsonl")
        );
    }

    #[test]
    fn a_log_that_is_cleared_meanwhile_ends_the_file() {
        let mut exchanges = Exchanges::default();
        (0..=AT_ONCE).for_each(|_| exchanges.sent(b"x", 0.0));
        let mut file = Exporting::new(FileKind::Csv);
        file.next(&exchanges, 0.0);
        assert_eq!(file.next(&Exchanges::default(), 0.0), "");
        assert!(file.is_done());
    }
}
