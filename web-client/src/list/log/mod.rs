//! The log as a whole: exchanges, the connection's story, filter, selection, and the rows in view.

use super::announcements::Announcements;
use super::exchanges::{Exchange, Exchanges};
use super::filter::Filter;
use super::happening::Happening;
use super::inspector::{Inspector, Tab};
use super::story::{Entry, Story};
use super::window::{Placement, RowWindow, Viewport};
use crate::pacing::Announcement;

/// A move of the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the previous row, or the last if none is selected.
    Up,
    /// To the next row, or the first if none is selected.
    Down,
    /// As many rows up as are in view, or to the last if none is selected.
    PageUp,
    /// As many rows down as are in view, or to the first if none is selected.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

/// The log.
#[derive(Debug, Default)]
pub struct Log {
    exchanges: Exchanges,
    story: Story,
    filter: Filter,
    /// The filter as typed.
    filter_text: String,
    inspector: Inspector,
    /// How often exchanges have moved to other indices.
    edition: u32,
    window: RowWindow,
    /// How many rows a page up or down moves.
    page: usize,
    /// How many exchanges there had ever been when the log was paused.
    paused: Option<usize>,
    announcements: Announcements,
}

impl Log {
    /// All exchanges, shown or not.
    pub fn exchanges(&self) -> &Exchanges {
        &self.exchanges
    }

    /// The filter.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// How many messages sent since the filter was set it hides.
    pub fn hidden(&self) -> usize {
        self.filter.hidden(&self.exchanges)
    }

    /// What happened to the connection.
    pub fn story(&self) -> &Story {
        &self.story
    }

    /// Changes whenever exchanges move to other indices.
    pub fn edition(&self) -> u32 {
        self.edition
    }

    /// The number of rows to show. With a filter, those are matching exchanges only.
    pub fn rows(&self) -> usize {
        let story = if self.filter.is_on() { 0 } else { self.story.len() };
        self.filter.rows(&self.exchanges) + story
    }

    /// The number of rows without a filter.
    pub(super) fn all_rows(&self) -> usize {
        self.exchanges.len() + self.story.len()
    }

    /// The text that the exchanges shown contain, as typed.
    pub(super) fn filter_text(&self) -> &str {
        &self.filter_text
    }

    /// What this row contains.
    pub fn entry(&self, row: usize) -> Option<Entry> {
        if row >= self.rows() {
            return None;
        }
        match self.filter.is_on() {
            true => self.filter.exchange(row).map(Entry::Exchange),
            false => Some(self.story.entry(row)),
        }
    }

    /// The index of the exchange in this row.
    pub fn exchange(&self, row: usize) -> Option<usize> {
        match self.entry(row)? {
            Entry::Exchange(at) => Some(at),
            Entry::Occurrence(_) => None,
        }
    }

    /// Whether only some exchanges are shown.
    pub fn is_filtered(&self) -> bool {
        self.filter.is_on()
    }

    /// Whether the exchange at this index is shown.
    pub fn shows(&self, exchange: usize) -> bool {
        self.filter.row(exchange).is_some()
    }

    /// The time between this row and the previous one, in milliseconds. Exchanges count from when they were sent.
    pub fn delta(&self, row: usize) -> Option<f64> {
        Some(self.time(row)? - self.time(row.checked_sub(1)?)?)
    }

    fn time(&self, row: usize) -> Option<f64> {
        match self.entry(row)? {
            Entry::Exchange(at) => self.exchanges.get(at).map(|one| one.sent_at),
            Entry::Occurrence(at) => self.story.get(at).map(|one| one.at),
        }
    }

    /// How many exchanges have been added since the log was paused; `None` if it isn't.
    pub fn since_pause(&self) -> Option<usize> {
        self.paused.map(|then| self.exchanges.recorded() - then)
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
        let some_wait = self.exchanges.waiting() > 0;
        self.exchanges.lose();
        if some_wait {
            self.filter.look_at_lost(&self.exchanges);
        }
    }

    /// Something happened to the connection.
    pub(crate) fn tell(&mut self, what: Happening, at: f64) {
        self.story.push(what, at, self.exchanges.len());
    }

    /// Removes everything except messages still waiting for a reply. Returns how many exchanges that were, or
    /// `None` if there was nothing to remove.
    pub(crate) fn clear(&mut self) -> Option<usize> {
        if self.exchanges.len() == self.exchanges.waiting() && self.story.is_empty() {
            return None;
        }
        let cleared = self.exchanges.clear();
        self.story.clear(cleared);
        self.select(None);
        self.inspector.forget_closed();
        self.renumber();
        Some(cleared)
    }

    /// Brings back what was removed last, and returns how many exchanges that were.
    pub(crate) fn restore(&mut self) -> usize {
        let restored = self.exchanges.restore();
        self.story.restore();
        self.select(self.selected().map(|at| at + restored));
        self.inspector.forget_closed();
        self.renumber();
        restored
    }

    fn renumber(&mut self) {
        self.edition = self.edition.wrapping_add(1);
        self.filter.look_again(&self.exchanges);
    }

    pub(crate) fn look_for(&mut self, text: &str) {
        self.filter.set(text, &self.exchanges);
        // A query that can't be understood leaves the one before it in force.
        if self.filter.mistake().is_none() {
            self.filter_text = text.to_owned();
        }
    }

    pub(crate) fn select(&mut self, exchange: Option<usize>) {
        if self.inspector.select(exchange.filter(|&at| at < self.exchanges.len())) {
            self.window.reveal();
        }
    }

    /// Opens the exchange in this row. The connection's story can't be opened.
    pub(crate) fn select_row(&mut self, row: usize) {
        if !matches!(self.entry(row), Some(Entry::Occurrence(_))) {
            self.select(self.exchange(row));
        }
    }

    /// Moves among the exchanges shown.
    pub(crate) fn move_selection(&mut self, step: Step) {
        let Some(last) = self.filter.rows(&self.exchanges).checked_sub(1) else { return };
        let selected = self.selected().and_then(|at| self.filter.row(at));
        self.select(self.filter.exchange(match (step, selected) {
            (Step::Down, Some(at)) => (at + 1).min(last),
            (Step::Up, Some(at)) => at.saturating_sub(1),
            (Step::PageDown, Some(at)) => (at + self.page).min(last),
            (Step::PageUp, Some(at)) => at.saturating_sub(self.page),
            (Step::Down | Step::PageDown | Step::First, _) => 0,
            (Step::Up | Step::PageUp | Step::Last, _) => last,
        }));
    }

    pub(crate) fn show_more_bytes(&mut self) {
        self.inspector.show_more();
    }

    pub(crate) fn choose_tab(&mut self, tab: Tab) {
        self.inspector.choose(tab);
    }

    /// Opens the exchange that was open last, or the one in the last row. Does nothing while one is open.
    pub(crate) fn inspect(&mut self) {
        if self.selected().is_some() {
            return;
        }
        match self.inspector.closed().filter(|&at| self.filter.row(at).is_some()) {
            Some(closed) => self.select(Some(closed)),
            None => self.move_selection(Step::Last),
        }
    }

    pub(crate) fn print(&mut self, printing: bool) {
        self.window.print(printing);
    }

    /// Follows the end from now on, and ends a pause.
    pub(crate) fn follow_end(&mut self) {
        self.paused = None;
        self.window.follow();
    }

    /// Stops following the end, or follows it again. Messages are recorded all the same.
    pub(crate) fn toggle_pause(&mut self) {
        if self.paused.is_some() {
            return self.follow_end();
        }
        self.paused = Some(self.exchanges.recorded());
        self.window.pause();
    }

    /// Places the rows according to what the browser shows, and returns what to announce.
    pub(crate) fn look(&mut self, seen: Viewport, now: f64) -> Announcement {
        // One row of the page before stays in view.
        self.page = (seen.height / seen.row_height.max(1)).saturating_sub(1).max(1);
        self.window.look(seen, self.rows(), self.selected_row());
        self.announcements.look(&self.exchanges, now)
    }

    fn selected_row(&self) -> Option<usize> {
        let selected = self.inspector.exchange()?;
        match self.filter.is_on() {
            true => self.filter.row(selected),
            false => Some(self.story.row(selected)),
        }
    }
}

#[cfg(test)]
mod tests;
