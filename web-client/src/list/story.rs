//! What happened to the connection, between the exchanges of the log.
//!
//! Each occurrence has a row of its own. It stores where that is, so that finding a row takes a binary search
//! among the occurrences, of which there are few.

use super::happening::Happening;

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// What happened.
    pub what: Happening,
    /// When it happened last, in milliseconds of the page's monotonic clock.
    pub at: f64,
    /// How often it happened in a row.
    pub times: u32,
    /// The number of exchanges before it.
    before: usize,
    /// Its row.
    row: usize,
}

impl Occurrence {
    /// One line: what happened, and how often if that was more than once. It isn't escaped.
    pub fn describe(&self) -> String {
        let mut line = self.what.describe();
        if self.times > 1 {
            line.extend([" (", &self.times.to_string(), " times)"]);
        }
        line
    }
}

/// What a row of the log contains, by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// This exchange.
    Exchange(usize),
    /// This occurrence of the story.
    Occurrence(usize),
}

/// Everything that happened to the connection, in order.
#[derive(Debug, Default)]
pub struct Story {
    occurrences: Vec<Occurrence>,
    has_connected: bool,
}

impl Story {
    /// The number of occurrences.
    pub fn len(&self) -> usize {
        self.occurrences.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.occurrences.is_empty()
    }

    /// The occurrence at this index.
    pub fn get(&self, at: usize) -> Option<&Occurrence> {
        self.occurrences.get(at)
    }

    /// Whether there has ever been a connection.
    pub fn has_connected(&self) -> bool {
        self.has_connected
    }

    /// Adds something that happened at `at`, after this many exchanges. If it happened just before as well, it is
    /// counted there: retries may fail for days.
    pub fn push(&mut self, what: Happening, at: f64, before: usize) {
        self.has_connected |= matches!(what, Happening::Connected { .. });
        match self.occurrences.last_mut() {
            Some(last) if last.what == what && last.before == before => {
                (last.at, last.times) = (at, last.times + 1);
            }
            _ => {
                let row = before + self.occurrences.len();
                self.occurrences.push(Occurrence { what, at, times: 1, before, row });
            }
        }
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.occurrences.clear();
    }

    /// What this row contains, if the log is that long.
    pub fn entry(&self, row: usize) -> Entry {
        let earlier = self.occurrences.partition_point(|one| one.row < row);
        match self.occurrences.get(earlier) {
            Some(one) if one.row == row => Entry::Occurrence(earlier),
            _ => Entry::Exchange(row - earlier),
        }
    }

    /// The row of this exchange.
    pub fn row(&self, exchange: usize) -> usize {
        exchange + self.occurrences.partition_point(|one| one.before <= exchange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Closing;

    fn refused() -> Happening {
        Happening::Closed(Closing { code: 1006, reason: String::new(), was_open: false })
    }

    /// A story before, between and after three exchanges.
    fn story() -> Story {
        let mut story = Story::default();
        for (before, what) in [
            (0, Happening::Disconnected),
            (2, Happening::Disconnected),
            (2, Happening::GivenUp),
            (3, Happening::GivenUp),
        ] {
            story.push(what, 0.0, before);
        }
        story
    }

    #[test]
    fn every_row_has_its_entry_and_every_exchange_its_row() {
        let story = story();
        let expected = [
            Entry::Occurrence(0),
            Entry::Exchange(0),
            Entry::Exchange(1),
            Entry::Occurrence(1),
            Entry::Occurrence(2),
            Entry::Exchange(2),
            Entry::Occurrence(3),
            Entry::Exchange(3),
        ];
        for (row, entry) in expected.into_iter().enumerate() {
            assert_eq!(story.entry(row), entry);
            if let Entry::Exchange(at) = entry {
                assert_eq!(story.row(at), row);
            }
        }
    }

    #[test]
    fn without_a_story_every_row_is_its_exchange() {
        let story = Story::default();
        assert_eq!((story.entry(7), story.row(7)), (Entry::Exchange(7), 7));
    }

    #[test]
    fn what_happens_again_and_again_is_counted() {
        let mut story = Story::default();
        story.push(refused(), 0.0, 0);
        story.push(refused(), 1000.0, 0);
        assert_eq!((story.len(), story.get(0).unwrap().at), (1, 1000.0));
        assert_eq!(
            story.get(0).unwrap().describe(),
            "Could not connect: 1006 (no answer, or refused) (2 times)"
        );
        story.push(refused(), 2000.0, 1);
        assert_eq!(story.len(), 2, "there is an exchange in between");
    }
}
