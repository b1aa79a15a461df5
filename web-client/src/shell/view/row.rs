//! A row of the log: an exchange, or something that happened to the connection. It is reused for others as the
//! log is scrolled.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement};

use super::filter::marked;
use super::time::time_of_day;
use crate::list::filter::Field;
use crate::list::row::{self, Cell};
use crate::list::{Entry, Exchange, Filter, Occurrence, Outcome};
use crate::measure::round_trip;
use crate::shell::browser::dom::{element, isolated, set_shown};
use crate::state::State;
use crate::text::{escaped, visible};

pub(crate) struct Row {
    pub(crate) element: HtmlElement,
    number: Element,
    sent_at: Element,
    delta: Element,
    sent: Element,
    stamp: Element,
    reply: Element,
    replied_at: Element,
    round_trip: Element,
    /// What happened to the connection, in place of the other cells.
    story: Element,
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

    pub(crate) fn new(document: &Document, at: usize) -> Result<Self, JsValue> {
        let row: HtmlElement = element(document, "div", "row")?.unchecked_into();
        row.set_id(&Self::id(at));
        row.set_attribute("role", "row")?;
        let cell = |class| -> Result<Element, JsValue> {
            let cell = element(document, "div", class)?;
            cell.set_attribute("role", "gridcell")?;
            row.append_child(&cell)?;
            Ok(cell)
        };
        Ok(Self {
            number: cell("number")?,
            sent_at: cell("sent-at")?,
            delta: cell("delta")?,
            sent: cell("sent")?,
            stamp: cell("stamp-at")?,
            reply: cell("reply")?,
            replied_at: cell("replied-at")?,
            round_trip: cell("round-trip")?,
            story: cell("words")?,
            element: row,
            shows: None,
        })
    }

    /// The height in pixels.
    pub(crate) fn height(&self) -> usize {
        usize::try_from(self.element.offset_height()).unwrap_or_default()
    }

    /// Shows this entry of the log as the row with this index, or nothing.
    pub(crate) fn show(
        &mut self,
        document: &Document,
        state: &State,
        entry: Option<Entry>,
        index: usize,
    ) -> Result<(), JsValue> {
        let log = state.send().log();
        let (edition, version) = (log.edition(), log.filter().version());
        set_shown(&self.element, entry.is_some());
        self.element.set_attribute("aria-rowindex", &(index + 1).to_string())?;
        match entry {
            Some(Entry::Exchange(place)) => {
                let selected = log.selected() == Some(place);
                self.element.set_attribute("aria-selected", if selected { "true" } else { "false" })?;
                let Some(exchange) = log.exchanges().get(place) else { return Ok(()) };
                let delta = log.delta(index);
                let shows = Shown::Exchange(place, exchange.outcome, delta);
                if self.becomes(Some((shows, edition, version))) {
                    self.element.set_class_name("row");
                    self.delta.set_text_content(delta.map(row::delta).as_deref());
                    self.show_exchange(document, state, place, &exchange)?;
                }
            }
            Some(Entry::Occurrence(place)) => {
                let Some(occurrence) = log.story().get(place) else { return Ok(()) };
                if self.becomes(Some((Shown::Occurrence(place, occurrence.times), edition, version))) {
                    self.element.set_class_name("row story");
                    self.element.remove_attribute("aria-selected")?;
                    self.show_occurrence(document, state, occurrence)?;
                }
            }
            None => drop(self.becomes(None)),
        }
        Ok(())
    }

    /// Remembers what it shows, and returns whether that is something else than before.
    fn becomes(&mut self, shows: Option<(Shown, u32, u32)>) -> bool {
        let is_another = self.shows != shows;
        self.shows = shows;
        is_another
    }

    fn show_occurrence(
        &self,
        document: &Document,
        state: &State,
        occurrence: &Occurrence,
    ) -> Result<(), JsValue> {
        self.element.set_attribute("data-state", occurrence.what.name())?;
        for cell in [
            &self.number,
            &self.delta,
            &self.sent,
            &self.stamp,
            &self.reply,
            &self.replied_at,
            &self.round_trip,
        ] {
            cell.set_text_content(None);
        }
        self.sent_at.set_text_content(Some(&time_of_day(state.origin() + occurrence.at)));
        let words = occurrence.describe();
        self.story.set_text_content(None);
        self.story.append_child(isolated(document, &visible(words.as_bytes()))?.as_ref())?;
        self.story.set_attribute("title", &escaped(words.as_bytes()))
    }

    fn show_exchange(
        &self,
        document: &Document,
        state: &State,
        place: usize,
        exchange: &Exchange<'_>,
    ) -> Result<(), JsValue> {
        self.element.set_attribute("data-state", exchange.outcome.name())?;
        self.story.set_text_content(None);
        self.number.set_text_content(Some(&(place + 1).to_string()));
        let clock = |at: f64| time_of_day(state.origin() + at);
        self.sent_at.set_text_content(Some(&clock(exchange.sent_at)));
        self.replied_at.set_text_content(exchange.replied_at.map(clock).as_deref());
        self.show_stamp(row::stamp(exchange))?;
        let filter = state.send().log().filter();
        show_cell(document, &self.sent, &row::sent(exchange), filter, Field::Sent)?;
        show_cell(document, &self.reply, &row::reply(exchange), filter, Field::Reply)?;
        let took = exchange.round_trip().map(|ms| round_trip(ms, state.timer_step()));
        self.round_trip.set_text_content(took.as_deref());
        Ok(())
    }

    /// Shows the stamp's time of day, and all of it as a tooltip.
    fn show_stamp(&self, stamp: Option<row::Stamp>) -> Result<(), JsValue> {
        match stamp {
            Some(row::Stamp { short, whole }) => {
                self.stamp.set_text_content(Some(&short));
                self.stamp.set_attribute("title", &whole)
            }
            None => {
                self.stamp.set_text_content(None);
                self.stamp.remove_attribute("title")
            }
        }
    }
}

fn show_cell(
    document: &Document,
    cell: &Element,
    content: &Cell,
    filter: &Filter,
    field: Field,
) -> Result<(), JsValue> {
    cell.set_text_content(None);
    match content {
        Cell::Note(note) => cell.set_text_content(Some(note)),
        Cell::Same => {
            let same = element(document, "span", "same")?;
            same.set_attribute("title", "The reply is what was sent")?;
            same.set_text_content(Some("="));
            cell.append_child(&same)?;
        }
        Cell::Message(pieces) => {
            cell.append_child(marked(document, pieces, filter, field)?.as_ref())?;
        }
    }
    Ok(())
}
