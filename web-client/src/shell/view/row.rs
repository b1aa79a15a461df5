//! A row of the log: an exchange, or something that happened to the connection. It is reused for others as the
//! log is scrolled.

use super::filter::append_marked;
use super::time::time_of_day;
use crate::list::filter::Field;
use crate::list::row::{self, Cell};
use crate::list::{Entry, Exchange, Filter, Occurrence, Outcome};
use crate::measure::round_trip;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{append, append_isolated, create};
use crate::state::State;
use crate::text::{escaped, visible};

pub(crate) struct Row {
    pub(crate) element: Object,
    number: Object,
    sent_at: Object,
    delta: Object,
    sent: Object,
    stamp: Object,
    reply: Object,
    replied_at: Object,
    round_trip: Object,
    /// What happened to the connection, in place of the other cells.
    story: Object,
    /// What it shows, with the log's edition and the filter's version at the time.
    shows: Option<(Shown, u32, u32)>,
}

/// What a row shows.
#[derive(PartialEq)]
enum Shown {
    /// The exchange at this index with this outcome, this many milliseconds after the row before.
    Exchange(usize, Outcome, Option<f64>),
    /// The occurrence at this index, which has happened this often.
    Occurrence(usize, u32),
}

impl Row {
    /// The element's id, for `aria-activedescendant`.
    pub(crate) fn id(at: usize) -> String {
        ["row-", &at.to_string()].concat()
    }

    pub(crate) fn new(at: usize) -> Self {
        let row = create("div", "row");
        row.set_attribute("id", &Self::id(at));
        row.set_attribute("role", "row");
        let cell = |class| {
            let cell = append(&row, "div", class);
            cell.set_attribute("role", "gridcell");
            cell
        };
        Self {
            number: cell("number"),
            sent_at: cell("sent-at"),
            delta: cell("delta"),
            sent: cell("sent"),
            stamp: cell("stamp-at"),
            reply: cell("reply"),
            replied_at: cell("replied-at"),
            round_trip: cell("round-trip"),
            story: cell("words"),
            element: row,
            shows: None,
        }
    }

    /// The height in pixels.
    pub(crate) fn height(&self) -> usize {
        self.element.number("offsetHeight") as usize
    }

    /// Shows this entry of the log as the row with this index, or nothing.
    pub(crate) fn show(&mut self, state: &State, entry: Option<Entry>, index: usize) {
        let log = state.send().log();
        let (edition, version) = (log.edition(), log.filter().version());
        self.element.toggle_attribute("hidden", entry.is_none());
        self.element.set_attribute("aria-rowindex", &(index + 1).to_string());
        match entry {
            Some(Entry::Exchange(place)) => {
                let selected = log.selected() == Some(place);
                self.element.set_attribute("aria-selected", if selected { "true" } else { "false" });
                let Some(exchange) = log.exchanges().get(place) else { return };
                let delta = log.delta(index);
                let shows = Shown::Exchange(place, exchange.outcome, delta);
                if self.becomes(Some((shows, edition, version))) {
                    self.element.set_attribute("class", "row");
                    set(&self.delta, delta.map(row::delta));
                    self.show_exchange(state, place, &exchange);
                }
            }
            Some(Entry::Occurrence(place)) => {
                let Some(occurrence) = log.story().get(place) else { return };
                if self.becomes(Some((Shown::Occurrence(place, occurrence.times), edition, version))) {
                    self.element.set_attribute("class", "row story");
                    self.element.remove_attribute("aria-selected");
                    self.show_occurrence(state, occurrence);
                }
            }
            None => drop(self.becomes(None)),
        }
    }

    /// Remembers what it shows, and returns whether that is something else than before.
    fn becomes(&mut self, shows: Option<(Shown, u32, u32)>) -> bool {
        let is_another = self.shows != shows;
        self.shows = shows;
        is_another
    }

    fn show_occurrence(&self, state: &State, occurrence: &Occurrence) {
        self.element.set_attribute("data-state", occurrence.what.name());
        for cell in [
            &self.number,
            &self.delta,
            &self.sent,
            &self.stamp,
            &self.reply,
            &self.replied_at,
            &self.round_trip,
            &self.story,
        ] {
            cell.set_content("");
        }
        self.sent_at.set_content(&time_of_day(state.origin() + occurrence.at));
        let words = occurrence.describe();
        append_isolated(&self.story, &visible(words.as_bytes()));
        self.story.set_attribute("title", &escaped(words.as_bytes()));
    }

    fn show_exchange(&self, state: &State, place: usize, exchange: &Exchange<'_>) {
        self.element.set_attribute("data-state", exchange.outcome.name());
        self.story.set_content("");
        self.number.set_content(&(place + 1).to_string());
        let clock = |at: f64| time_of_day(state.origin() + at);
        self.sent_at.set_content(&clock(exchange.sent_at));
        set(&self.replied_at, exchange.replied_at.map(clock));
        self.show_stamp(row::stamp(exchange));
        let filter = state.send().log().filter();
        show_cell(&self.sent, &row::sent(exchange), filter, Field::Sent);
        show_cell(&self.reply, &row::reply(exchange), filter, Field::Reply);
        set(&self.round_trip, exchange.round_trip().map(|ms| round_trip(ms, state.timer_step())));
    }

    /// Shows the stamp's time of day, and all of it as a tooltip.
    fn show_stamp(&self, stamp: Option<row::Stamp>) {
        match stamp {
            Some(row::Stamp { short, whole }) => {
                self.stamp.set_content(&short);
                self.stamp.set_attribute("title", &whole);
            }
            None => {
                self.stamp.set_content("");
                self.stamp.remove_attribute("title");
            }
        }
    }
}

fn set(cell: &Object, text: Option<String>) {
    cell.set_content(text.as_deref().unwrap_or_default());
}

fn show_cell(cell: &Object, content: &Cell, filter: &Filter, field: Field) {
    cell.set_content("");
    match content {
        Cell::Note(note) => cell.set_content(note),
        Cell::Same => {
            let same = append(cell, "span", "same");
            same.set_attribute("title", "The reply is what was sent");
            same.set_content("=");
        }
        Cell::Message(pieces) => append_marked(cell, pieces, filter, field),
    }
}
