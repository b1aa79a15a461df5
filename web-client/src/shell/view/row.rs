//! A row of the log. It is reused for other exchanges as the log is scrolled.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement};

use super::filter::marked;
use super::time::time_of_day;
use crate::list::filter::Field;
use crate::list::row::{self, Cell};
use crate::list::{Filter, Outcome};
use crate::measure::round_trip;
use crate::shell::browser::dom::{element, set_shown};
use crate::state::State;

pub(crate) struct Row {
    pub(crate) element: HtmlElement,
    number: Element,
    sent_at: Element,
    sent: Element,
    stamp: Element,
    reply: Element,
    replied_at: Element,
    round_trip: Element,
    /// The index of the exchange shown, its outcome at the time, and the filter's version.
    shows: Option<(usize, Outcome, u32)>,
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
            sent: cell("sent")?,
            stamp: cell("stamp-at")?,
            reply: cell("reply")?,
            replied_at: cell("replied-at")?,
            round_trip: cell("round-trip")?,
            element: row,
            shows: None,
        })
    }

    /// The height in pixels.
    pub(crate) fn height(&self) -> usize {
        usize::try_from(self.element.offset_height()).unwrap_or_default()
    }

    /// Shows the exchange at this index as this row, or nothing.
    pub(crate) fn show(
        &mut self,
        document: &Document,
        state: &State,
        place: Option<usize>,
        number: usize,
    ) -> Result<(), JsValue> {
        let found = place.and_then(|place| Some((place, state.send().log().exchanges().get(place)?)));
        set_shown(&self.element, found.is_some());
        let Some((place, exchange)) = found else {
            self.shows = None;
            return Ok(());
        };
        let selected = state.send().log().selected() == Some(place);
        self.element.set_attribute("aria-selected", if selected { "true" } else { "false" })?;
        self.element.set_attribute("aria-rowindex", &(number + 1).to_string())?;
        let filter = state.send().log().filter();
        let shows = Some((place, exchange.outcome, filter.version()));
        if self.shows == shows {
            return Ok(());
        }
        self.shows = shows;
        self.element.set_attribute("data-state", exchange.outcome.name())?;
        self.number.set_text_content(Some(&(place + 1).to_string()));
        let clock = |at: f64| time_of_day(state.origin() + at);
        self.sent_at.set_text_content(Some(&clock(exchange.sent_at)));
        self.replied_at.set_text_content(exchange.replied_at.map(clock).as_deref());
        self.show_stamp(row::stamp(&exchange))?;
        show_cell(document, &self.sent, &row::sent(&exchange), filter, Field::Sent)?;
        show_cell(document, &self.reply, &row::reply(&exchange), filter, Field::Reply)?;
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
