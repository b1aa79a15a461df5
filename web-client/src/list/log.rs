//! The log as a whole: exchanges, filter, selection, and the rows in view.

use super::announcements::Announcements;
use super::exchanges::{Exchange, Exchanges};
use super::filter::Filter;
use super::inspector::Inspector;
use super::window::{Placement, RowWindow, Viewport};
use crate::pacing::Announcement;

/// A move of the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the previous row, or the last if none is selected.
    Up,
    /// To the next row, or the first if none is selected.
    Down,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

/// The log.
#[derive(Debug, Default)]
pub struct Log {
    exchanges: Exchanges,
    filter: Filter,
    inspector: Inspector,
    window: RowWindow,
    announcements: Announcements,
}

impl Log {
    /// All exchanges, shown or not.
    pub fn exchanges(&self) -> &Exchanges {
        &self.exchanges
    }

    /// The number of rows to show.
    pub fn rows(&self) -> usize {
        self.filter.rows(&self.exchanges)
    }

    /// The index of the exchange in this row.
    pub fn exchange(&self, row: usize) -> Option<usize> {
        self.filter.exchange(row)
    }

    /// Whether only some exchanges are shown.
    pub fn is_filtered(&self) -> bool {
        self.filter.is_on()
    }

    /// Whether the exchange at this index is shown.
    pub fn shows(&self, exchange: usize) -> bool {
        self.filter.row(exchange).is_some()
    }

    /// Where the rows in the page are.
    pub fn placement(&self) -> Placement {
        self.window.placement()
    }

    /// The index of the open exchange.
    pub fn selected(&self) -> Option<usize> {
        self.inspector.exchange()
    }

    /// The open exchange with its index, and how much of it is shown.
    pub fn inspected(&self) -> Option<(&Inspector, usize, Exchange<'_>)> {
        let place = self.inspector.exchange()?;
        Some((&self.inspector, place, self.exchanges.get(place)?))
    }

    /// `12 of 345 exchanges, 3 waiting`; empty if there are none.
    pub fn counts(&self) -> String {
        let all = match self.exchanges.len() {
            0 => return String::new(),
            1 => "1 exchange".to_owned(),
            count => [&count.to_string(), " exchanges"].concat(),
        };
        let found = match self.filter.is_on() {
            true => [&self.rows().to_string(), " of "].concat(),
            false => String::new(),
        };
        match self.exchanges.waiting() {
            0 => [found, all].concat(),
            waiting => [&found, &all, ", ", &waiting.to_string(), " waiting"].concat(),
        }
    }

    pub(crate) fn sent(&mut self, message: &[u8], at: f64) {
        self.exchanges.sent(message, at);
        self.filter.look_at(self.exchanges.len() - 1, &self.exchanges);
    }

    /// Returns the index of the exchange that the reply belongs to.
    pub(crate) fn received(&mut self, reply: &[u8], at: f64) -> usize {
        let place = self.exchanges.received(reply, at);
        self.filter.look_at(place, &self.exchanges);
        place
    }

    pub(crate) fn lose(&mut self) {
        self.exchanges.lose();
    }

    pub(crate) fn clear(&mut self) {
        self.exchanges.clear();
        self.filter.look_again(&self.exchanges);
        self.select(None);
    }

    pub(crate) fn look_for(&mut self, text: &str) {
        self.filter.set(text, &self.exchanges);
    }

    pub(crate) fn select(&mut self, exchange: Option<usize>) {
        if self.inspector.select(exchange.filter(|&at| at < self.exchanges.len())) {
            self.window.reveal();
        }
    }

    pub(crate) fn select_row(&mut self, row: usize) {
        self.select(self.filter.exchange(row));
    }

    pub(crate) fn move_selection(&mut self, step: Step) {
        let Some(last) = self.rows().checked_sub(1) else { return };
        self.select_row(match (step, self.selected_row()) {
            (Step::Down, Some(row)) => (row + 1).min(last),
            (Step::Up, Some(row)) => row.saturating_sub(1),
            (Step::Down | Step::First, _) => 0,
            (Step::Up | Step::Last, _) => last,
        });
    }

    pub(crate) fn show_more_bytes(&mut self) {
        self.inspector.show_more();
    }

    pub(crate) fn follow_end(&mut self) {
        self.window.follow();
    }

    /// Places the rows according to what the browser shows, and returns what to announce.
    pub(crate) fn look(&mut self, seen: Viewport, now: f64) -> Announcement {
        self.window.look(seen, self.filter.rows(&self.exchanges), self.selected_row());
        self.announcements.look(&self.exchanges, now)
    }

    fn selected_row(&self) -> Option<usize> {
        self.filter.row(self.inspector.exchange()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(messages: &[&str]) -> Log {
        let mut log = Log::default();
        messages.iter().for_each(|message| log.sent(message.as_bytes(), 0.0));
        log
    }

    fn steps(log: &mut Log, steps: &[Step]) -> Vec<Option<usize>> {
        let after = |step: &Step| {
            log.move_selection(*step);
            log.selected()
        };
        steps.iter().map(after).collect()
    }

    #[test]
    fn the_selection_moves_row_by_row_and_stops_at_the_ends() {
        let mut log = log(&["a", "b", "c"]);
        assert_eq!(
            steps(&mut log, &[Step::Up, Step::Up, Step::First, Step::Up, Step::Down, Step::Last, Step::Down]),
            [Some(2), Some(1), Some(0), Some(0), Some(1), Some(2), Some(2)]
        );
        log.select(None);
        assert_eq!(steps(&mut log, &[Step::Down]), [Some(0)]);
        assert_eq!(steps(&mut Log::default(), &[Step::Down]), [None]);
    }

    #[test]
    fn with_a_filter_the_selection_moves_among_what_is_found() {
        let mut log = log(&["ab", "b", "ac"]);
        log.look_for("A");
        assert_eq!(steps(&mut log, &[Step::First, Step::Down, Step::Down]), [Some(0), Some(2), Some(2)]);
        log.select_row(0);
        assert_eq!(log.selected(), Some(0));
        log.select(Some(1));
        assert_eq!(steps(&mut log, &[Step::Up]), [Some(2)], "what is hidden is in no row");
    }

    #[test]
    fn counts_include_matches_and_waiting_messages() {
        let mut log = log(&[]);
        assert_eq!(log.counts(), "");
        log.sent(b"one", 0.0);
        assert_eq!(log.counts(), "1 exchange, 1 waiting");
        log.received(b"one", 0.0);
        assert_eq!(log.counts(), "1 exchange");
        log.sent(b"two", 0.0);
        log.look_for("two");
        assert_eq!(log.counts(), "1 of 2 exchanges, 1 waiting");
    }
}
