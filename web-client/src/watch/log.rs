//! The sessions and messages as they are shown: chosen, filtered, opened, and the rows in view.

use std::collections::VecDeque;

use wirestamp_protocol::event::{Event, Message};

use super::filter::Query;
use super::session::Session;
use super::store::Store;
use crate::list::{Placement, RowWindow, Step, Viewport};
use crate::measure::round_trip::grouped;

/// The most sessions that are listed. The filter finds the others.
pub const LISTED: usize = 200;

/// A way of showing a message.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum WatchTab {
    /// How it came in.
    #[default]
    Anatomy,
    /// As text.
    Text,
    /// As a tree.
    Json,
    /// In hexadecimal.
    Hex,
}

impl WatchTab {
    /// All tabs, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Anatomy, Self::Text, Self::Json, Self::Hex];

    /// The id of its button in the page.
    pub fn id(self) -> &'static str {
        match self {
            Self::Anatomy => "watch-tab-anatomy",
            Self::Text => "watch-tab-text",
            Self::Json => "watch-tab-json",
            Self::Hex => "watch-tab-hex",
        }
    }
}

/// What is shown of the store.
#[derive(Debug, Default)]
pub struct WatchLog {
    store: Store,
    query: Query,
    mistake: Option<&'static str>,
    chosen: Option<u64>,
    /// The numbers of the events shown, in order, if not all are.
    found: VecDeque<u64>,
    /// Whether those have to be searched for again.
    is_stale: bool,
    window: RowWindow,
    page: usize,
    /// The number of the open message, and of the one before it.
    selected: Option<u64>,
    closed: Option<u64>,
    tab: WatchTab,
    /// The number of the next event when the log was paused.
    paused: Option<u64>,
}

impl WatchLog {
    /// What is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What is wrong with the query last set.
    pub fn mistake(&self) -> Option<&'static str> {
        self.mistake
    }

    /// The session that is shown alone.
    pub fn chosen(&self) -> Option<&Session> {
        self.store.session(self.chosen?)
    }

    /// The sessions that match the query, the latest first, at most [`LISTED`].
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.store.sessions().iter().rev().filter(|one| self.query.matches_session(one)).take(LISTED)
    }

    fn is_filtered(&self) -> bool {
        self.chosen.is_some() || !self.query.is_empty()
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        let (first, end) = self.store.numbers();
        if self.is_filtered() { self.found.len() } else { (end - first) as usize }
    }

    /// The event in a row, with its number.
    pub fn row(&self, row: usize) -> Option<(u64, &Event)> {
        let number = match self.is_filtered() {
            true => *self.found.get(row)?,
            false => self.store.numbers().0 + row as u64,
        };
        Some((number, self.store.event(number)?))
    }

    /// The row of an event.
    fn row_of(&self, number: u64) -> Option<usize> {
        match self.is_filtered() {
            true => self.found.binary_search(&number).ok(),
            false => number.checked_sub(self.store.numbers().0).map(|row| row as usize),
        }
    }

    /// Where the rows in the page are.
    pub fn placement(&self) -> Placement {
        self.window.placement()
    }

    /// The number of the open message.
    pub fn selected(&self) -> Option<u64> {
        self.selected
    }

    /// The open message.
    pub fn inspected(&self) -> Option<&Message> {
        match self.store.event(self.selected?)? {
            Event::Message(message) => Some(message),
            _ => None,
        }
    }

    /// How the open message is shown.
    pub fn tab(&self) -> WatchTab {
        self.tab
    }

    /// How many events came since the log was paused. `None` if it isn't.
    pub fn since_pause(&self) -> Option<u64> {
        self.paused.map(|then| self.store.numbers().1 - then)
    }

    /// `12 of 345 messages`, where events of other kinds count as well.
    pub fn counts(&self) -> String {
        let (first, end) = self.store.numbers();
        let all = super::words::counted(end - first, "event", "events");
        match self.is_filtered() {
            true => [&grouped(self.rows() as u64), " of ", &all].concat(),
            false => all,
        }
    }

    pub(super) fn know(&mut self, sessions: Vec<Session>) {
        self.store.know(sessions);
    }

    pub(super) fn take(&mut self, event: Event) {
        let number = self.store.numbers().1;
        // What a session turns out to be may bring in or hide its earlier messages.
        let is_news = match &event {
            Event::Message(message) => message.news.is_some(),
            event => matches!(event, Event::Close(_)),
        };
        self.is_stale |= is_news && self.query.asks_for_state();
        if self.store.take(event, self.chosen) && self.chosen.is_some() {
            // Its number may be another session's from now on.
            self.choose(None);
        } else if self.is_filtered() && self.shows(number) {
            self.found.push_back(number);
        }
        // Rows that someone is reading stay where they are for a while.
        let is_read = self.paused.is_some() || self.window.placement().away;
        self.store.trim(if is_read { 2 } else { 1 });
        let (first, _) = self.store.numbers();
        while self.found.front().is_some_and(|number| *number < first) {
            self.found.pop_front();
        }
    }

    fn shows(&self, number: u64) -> bool {
        let Some(event) = self.store.event(number) else { return false };
        let of = match event {
            Event::Dropped(dropped) => dropped.session,
            event => event.about().map(|about| about.session),
        };
        // Missing events of several sessions may be some of the chosen one's.
        let is_chosen = self.chosen.is_none() || of.is_none() || self.chosen == of;
        is_chosen && self.query.matches(event, &self.store)
    }

    fn search(&mut self) {
        self.is_stale = false;
        let (first, end) = self.store.numbers();
        let is_filtered = self.is_filtered();
        self.found = (first..end).filter(|number| is_filtered && self.shows(*number)).collect();
    }

    pub(super) fn look_for(&mut self, text: &str) {
        // A query that can't be understood leaves the one before it in force.
        match Query::parse(text) {
            Ok(query) => {
                (self.query, self.mistake) = (query, None);
                self.search();
            }
            Err(mistake) => self.mistake = Some(mistake),
        }
    }

    pub(super) fn choose(&mut self, session: Option<u64>) {
        self.chosen = session;
        self.search();
        self.follow_end();
    }

    pub(super) fn select_row(&mut self, row: usize) {
        if let Some((number, Event::Message(_))) = self.row(row) {
            self.select(Some(number));
        }
    }

    fn select(&mut self, number: Option<u64>) {
        if self.selected.is_some() {
            self.closed = self.selected;
        }
        self.selected = number;
        self.window.reveal();
    }

    pub(super) fn close(&mut self) {
        self.select(None);
    }

    pub(super) fn show_tab(&mut self, tab: WatchTab) {
        self.tab = tab;
    }

    /// Opens the message that was open last, or the last one. Does nothing while one is open.
    pub(super) fn inspect(&mut self) {
        match self.closed.filter(|closed| self.row_of(*closed).is_some()) {
            _ if self.selected.is_some() => {}
            Some(closed) => self.select(Some(closed)),
            None => self.move_selection(Step::Last),
        }
    }

    /// Moves to another message. Rows that aren't messages are passed over.
    pub(super) fn move_selection(&mut self, step: Step) {
        let Some(last) = self.rows().checked_sub(1) else { return };
        let at = self.selected.and_then(|number| self.row_of(number));
        let (mut to, is_down) = match (step, at) {
            (Step::Down, Some(at)) => (at + 1, true),
            (Step::PageDown, Some(at)) => ((at + self.page).min(last), true),
            (Step::Up, Some(0)) => return,
            (Step::Up, Some(at)) => (at - 1, false),
            (Step::PageUp, Some(at)) => (at.saturating_sub(self.page), false),
            (Step::Down | Step::PageDown | Step::First, _) => (0, true),
            (Step::Up | Step::PageUp | Step::Last, _) => (last, false),
        };
        while let Some((number, event)) = self.row(to) {
            if matches!(event, Event::Message(_)) {
                return self.select(Some(number));
            }
            to = if is_down { to + 1 } else { to.wrapping_sub(1) };
        }
    }

    pub(super) fn follow_end(&mut self) {
        self.paused = None;
        self.window.follow();
    }

    pub(super) fn toggle_pause(&mut self) {
        if self.paused.is_some() {
            return self.follow_end();
        }
        self.paused = Some(self.store.numbers().1);
        self.window.pause();
    }

    /// Places the rows according to what the browser shows.
    pub(super) fn look(&mut self, seen: Viewport) {
        if self.is_stale {
            self.search();
        }
        self.page = (seen.height / seen.row_height.max(1)).saturating_sub(1).max(1);
        let selected = self.selected.and_then(|number| self.row_of(number));
        self.window.look(seen, self.rows(), selected);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{close, line, message, open};
    use super::*;

    /// Two sessions, whose lines come in turns.
    fn log() -> WatchLog {
        let mut log = WatchLog::default();
        log.take(open(1, 1));
        log.take(open(2, 2));
        for seq in 1..=3 {
            log.take(message(line(1, seq, "one\n")));
            log.take(message(line(2, seq, "two\n")));
        }
        log.take(Event::Close(close(9, 1)));
        log
    }

    fn texts(log: &WatchLog) -> Vec<u64> {
        (0..log.rows()).filter_map(|row| log.row(row)).map(|(number, _)| number).collect()
    }

    #[test]
    fn a_chosen_session_is_shown_alone_with_what_is_new() {
        let mut log = log();
        assert_eq!((log.rows(), log.counts().as_str()), (9, "9 events"));
        log.choose(Some(1));
        assert_eq!(texts(&log), [0, 2, 4, 6, 8]);
        log.take(message(line(2, 4, "two\n")));
        log.take(message(line(1, 4, "one\n")));
        assert_eq!(texts(&log), [0, 2, 4, 6, 8, 10]);
        assert_eq!(log.counts(), "6 of 11 events");
        log.choose(None);
        assert_eq!(log.rows(), 11);
    }

    #[test]
    fn with_a_server_that_was_started_again_all_sessions_are_shown_as_numbers_are_used_again() {
        let mut log = log();
        log.choose(Some(1));
        let mut next = line(1, 1, "another session\n");
        next.about.id.run += 1;
        log.take(message(next));
        assert!(log.chosen().is_none());
        assert_eq!(log.rows(), 10);
    }

    #[test]
    fn a_query_hides_messages_and_sessions() {
        let mut log = log();
        log.look_for("peer:44002 two");
        assert_eq!(texts(&log), [3, 5, 7]);
        assert_eq!(log.sessions().map(|one| one.number).collect::<Vec<_>>(), [2]);
        log.look_for("cut:x");
        assert!(log.mistake().is_some());
        assert_eq!(log.rows(), 3, "the query before is still in force");
    }

    #[test]
    fn what_a_session_turns_out_to_be_brings_in_its_earlier_messages() {
        let mut log = log();
        log.look_for("how:reset");
        assert_eq!(log.rows(), 0);
        let ended =
            wirestamp_protocol::event::Close { how: wirestamp_protocol::event::How::Reset, ..close(10, 2) };
        log.take(Event::Close(ended));
        log.look(Viewport::default());
        assert_eq!(texts(&log), [1, 3, 5, 7, 9]);
    }

    #[test]
    fn the_selection_moves_among_messages_only() {
        let mut log = log();
        let mut moved = |step| {
            log.move_selection(step);
            log.selected()
        };
        assert_eq!(moved(Step::Down), Some(2), "the first rows are openings");
        assert_eq!(moved(Step::Up), Some(2));
        assert_eq!(moved(Step::Down), Some(3));
        assert_eq!(moved(Step::Last), Some(7), "the last row is an end");
        assert_eq!(moved(Step::Down), Some(7));
        log.select_row(0);
        assert_eq!(log.selected(), Some(7));
        log.close();
        assert!(log.inspected().is_none());
        log.inspect();
        assert_eq!(log.inspected().unwrap().seq, 3);
    }

    #[test]
    fn a_pause_counts_what_is_new() {
        let mut log = log();
        assert_eq!(log.since_pause(), None);
        log.toggle_pause();
        log.take(message(line(1, 4, "one\n")));
        assert_eq!(log.since_pause(), Some(1));
        log.toggle_pause();
        assert_eq!(log.since_pause(), None);
    }
}
