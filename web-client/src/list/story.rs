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
    /// The number of exchanges before it, with those cleared.
    before: usize,
    /// Its row, with those cleared.
    row: usize,
}

impl Occurrence {
    /// Something that happened once, before all exchanges, at `at`.
    pub fn new(what: Happening, at: f64) -> Self {
        Self { what, at, times: 1, before: 0, row: 0 }
    }

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
    /// How many of the oldest are cleared. They are kept until the next clearing, so that this one can be undone.
    cleared: usize,
    /// How many exchanges were cleared with them.
    cleared_exchanges: usize,
    has_connected: bool,
}

impl Story {
    /// The number of occurrences.
    pub fn len(&self) -> usize {
        self.occurrences.len() - self.cleared
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The occurrence at this index.
    pub fn get(&self, at: usize) -> Option<&Occurrence> {
        self.occurrences.get(self.cleared + at)
    }

    /// Whether there has ever been a connection.
    pub fn has_connected(&self) -> bool {
        self.has_connected
    }

    /// Adds something that happened at `at`, after this many exchanges. If it happened just before as well, it is
    /// counted there: retries may fail for days.
    pub fn push(&mut self, what: Happening, at: f64, before: usize) {
        self.has_connected |= matches!(what, Happening::Connected { .. });
        let before = self.cleared_exchanges + before;
        match self.occurrences[self.cleared..].last_mut() {
            Some(last) if last.what == what && last.before == before => {
                (last.at, last.times) = (at, last.times + 1);
            }
            _ => {
                let row = before + self.occurrences.len();
                self.occurrences.push(Occurrence { before, row, ..Occurrence::new(what, at) });
            }
        }
    }

    /// Removes everything that happened up to the first this many exchanges, which are removed as well. What was
    /// removed the time before is gone for good.
    pub fn clear(&mut self, exchanges: usize) {
        self.occurrences.drain(..self.cleared);
        for one in &mut self.occurrences {
            one.before -= self.cleared_exchanges;
            one.row -= self.cleared_exchanges + self.cleared;
        }
        self.cleared = self.occurrences.partition_point(|one| one.before <= exchanges);
        self.cleared_exchanges = exchanges;
    }

    /// Puts what was removed last back in front.
    pub fn restore(&mut self) {
        (self.cleared, self.cleared_exchanges) = (0, 0);
    }

    /// What this row contains, if the log is that long.
    pub fn entry(&self, row: usize) -> Entry {
        let row = self.cleared_exchanges + self.cleared + row;
        let earlier = self.occurrences.partition_point(|one| one.row < row);
        match self.occurrences.get(earlier) {
            Some(one) if one.row == row => Entry::Occurrence(earlier - self.cleared),
            _ => Entry::Exchange(row - earlier - self.cleared_exchanges),
        }
    }

    /// The row of this exchange.
    pub fn row(&self, exchange: usize) -> usize {
        let with_cleared = self.cleared_exchanges + exchange;
        exchange + self.occurrences.partition_point(|one| one.before <= with_cleared) - self.cleared
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
    fn what_was_cleared_comes_back_where_it_was() {
        let mut story = story();
        story.clear(3);
        assert!(story.is_empty());
        story.push(Happening::GivenUp, 0.0, 1);
        assert_eq!((story.len(), story.get(0).unwrap().times), (1, 1));
        assert_eq!((story.entry(0), story.entry(1)), (Entry::Exchange(0), Entry::Occurrence(0)));
        assert_eq!((story.entry(2), story.row(1)), (Entry::Exchange(1), 2));

        story.restore();
        assert_eq!((story.len(), story.entry(0), story.row(0)), (5, Entry::Occurrence(0), 1));
        assert_eq!((story.entry(8), story.row(4)), (Entry::Occurrence(4), 9));

        story.clear(3);
        story.clear(1);
        story.restore();
        assert_eq!(
            (story.len(), story.entry(0), story.entry(1)),
            (1, Entry::Exchange(0), Entry::Occurrence(0))
        );
    }

    #[test]
    fn what_happened_among_the_exchanges_that_stay_stays() {
        let mut story = story();
        story.clear(2);
        assert_eq!((story.len(), story.entry(0)), (1, Entry::Exchange(0)));
        assert_eq!((story.entry(1), story.row(1)), (Entry::Occurrence(0), 2));
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
