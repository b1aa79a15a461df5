//! Writes the log to a file, a few thousand rows at a time, so that the page stays responsive.
//!
//! With a filter, only matching exchanges are written. What happened to the connection always is.

use super::export::{csv, json};
use super::log::Log;
use super::story::Entry;
use crate::text::utc::rfc3339;

/// How many rows are written between two frames.
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
    /// The end of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::JsonLines => ".jsonl",
            Self::Csv => ".csv",
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

/// A file's name, with the service's address and the date in UTC: `wirestamp-localhost-8080-2026-11-28.csv`.
/// `now` is in milliseconds since 1970.
pub(crate) fn file_name(host: &str, now: f64, kind: FileKind) -> String {
    let mut name = "wirestamp".to_owned();
    // Some systems refuse colons in names. The brackets of an IPv6 address only are in the way.
    let words = host.split(|char: char| !char.is_ascii_alphanumeric() && char != '.');
    for word in words.filter(|word| !word.is_empty()) {
        name.extend(["-", word]);
    }
    let date = rfc3339(now);
    let date = date.get(.."2026-11-28".len()).unwrap_or_default();
    name.extend(["-", date, kind.extension()]);
    name
}

/// A file being written.
#[derive(Debug)]
pub struct Exporting {
    kind: FileKind,
    name: String,
    /// When the page's clock was at zero, in milliseconds since 1970.
    origin: f64,
    /// The resolution of the page's clock, in milliseconds.
    step: f64,
    /// How many rows have been looked at.
    rows: usize,
    all_rows: usize,
    /// How many exchanges have been written.
    exchanges: usize,
    /// What follows their number when all are written.
    summary: String,
}

impl Exporting {
    /// A file with nothing in it yet. The page's clock was at zero at `origin`, in milliseconds since 1970, and has a
    /// resolution of `step` milliseconds.
    pub fn new(kind: FileKind, name: String, origin: f64, step: f64) -> Self {
        Self { kind, name, origin, step, rows: 0, all_rows: 0, exchanges: 0, summary: String::new() }
    }

    /// The format of the file.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the next piece. Rows are found by their number, so all pieces must be of the same log, which may only grow
    /// in between.
    pub fn next(&mut self, log: &Log) -> String {
        let (origin, step) = (self.origin, self.step);
        let (write, write_occurrence): (fn(_, &_, _, _, &mut _), fn(&_, _, &mut _)) = match self.kind {
            FileKind::JsonLines => (json::exchange, json::occurrence),
            FileKind::Csv => (csv::exchange, csv::occurrence),
        };
        let mut out = String::new();
        if self.rows == 0 && self.kind == FileKind::Csv {
            out.push_str(csv::HEADER);
        }
        self.all_rows = log.all_rows();
        let to = (self.rows + AT_ONCE).min(self.all_rows);
        for row in self.rows..to {
            match log.story().entry(row) {
                Entry::Occurrence(at) => {
                    log.story().get(at).into_iter().for_each(|one| write_occurrence(one, origin, &mut out));
                }
                Entry::Exchange(at) if log.shows(at) => {
                    log.exchanges()
                        .get(at)
                        .into_iter()
                        .for_each(|one| write(at + 1, &one, origin, step, &mut out));
                    self.exchanges += 1;
                }
                Entry::Exchange(_) => {}
            }
        }
        self.rows = to;
        self.summary = match log.filter_text() {
            "" => " exchanges".to_owned(),
            text => [" of ", &log.exchanges().len().to_string(), " exchanges (filter: ", text, ")"].concat(),
        };
        out
    }

    /// Whether everything has been written.
    pub fn is_done(&self) -> bool {
        self.rows >= self.all_rows
    }

    /// The progress in words.
    pub fn progress(&self) -> String {
        if self.is_done() {
            return ["Wrote ", &self.exchanges.to_string(), &self.summary, " to ", &self.name].concat();
        }
        ["Writing ", &self.rows.to_string(), " of ", &self.all_rows.to_string(), " rows"].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::Happening;

    fn log(messages: &[&str]) -> Log {
        let mut log = Log::default();
        log.tell(Happening::Disconnected, 0.0);
        messages.iter().for_each(|message| log.sent(message.as_bytes(), 0.0));
        log
    }

    fn file(kind: FileKind) -> Exporting {
        Exporting::new(kind, "log".to_owned(), 0.0, 0.1)
    }

    #[test]
    fn a_long_log_is_written_in_pieces_with_a_word_on_each() {
        let log = log(&["x"; AT_ONCE]);
        let mut file = file(FileKind::JsonLines);
        assert_eq!(file.next(&log).lines().count(), AT_ONCE);
        assert_eq!((file.is_done(), file.progress().as_str()), (false, "Writing 5000 of 5001 rows"));
        let last = file.next(&log);
        assert!(last.starts_with("{\"number\":5000,"), "{last}");
        assert_eq!((file.is_done(), file.progress().as_str()), (true, "Wrote 5000 exchanges to log"));
    }

    #[test]
    fn an_empty_log_is_a_header_or_nothing() {
        for (kind, written) in [(FileKind::JsonLines, ""), (FileKind::Csv, csv::HEADER)] {
            assert_eq!(file(kind).next(&Log::default()), written);
        }
    }

    #[test]
    fn with_a_filter_matching_exchanges_are_written_and_the_connection() {
        let mut log = log(&["one", "two", "three"]);
        log.look_for("Two");
        let mut file = file(FileKind::JsonLines);
        let written = file.next(&log);
        let starts: Vec<_> = written.lines().map(|line| &line[..11]).collect();
        assert_eq!(starts, ["{\"event\":\"d", "{\"number\":2"]);
        assert_eq!(file.progress(), "Wrote 1 of 3 exchanges (filter: Two) to log");
    }

    #[test]
    fn a_name_has_the_address_and_the_date_and_nothing_that_a_system_refuses() {
        let now = 1_795_370_820_000.0;
        for (host, name) in [
            ("localhost:8080", "wirestamp-localhost-8080-2026-11-22.csv"),
            ("[::1]:8080", "wirestamp-1-8080-2026-11-22.csv"),
            ("time.example.org", "wirestamp-time.example.org-2026-11-22.csv"),
            ("", "wirestamp-2026-11-22.csv"),
        ] {
            assert_eq!(file_name(host, now, FileKind::Csv), name);
        }
    }
}
