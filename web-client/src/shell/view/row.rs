//! A row of the log. It is reused for other exchanges as the log is scrolled.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement};

use super::time::time_of_day;
use crate::list::{Exchange, Outcome};
use crate::measure::round_trip;
use crate::shell::browser::dom::{element, isolated, set_shown};
use crate::state::State;
use crate::text::visible;

/// How many bytes of a message a row shows: more than fit on the widest screen.
const SHOWN: usize = 400;

pub(crate) struct Row {
    pub(crate) element: HtmlElement,
    number: Element,
    sent_at: Element,
    sent: Element,
    replied_at: Element,
    reply: Element,
    round_trip: Element,
    /// The index of the exchange shown, and its outcome at the time.
    shows: Option<(usize, Outcome)>,
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
            replied_at: cell("replied-at")?,
            reply: cell("reply")?,
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
        row: usize,
    ) -> Result<(), JsValue> {
        let found = place.and_then(|place| Some((place, state.send().log().exchanges().get(place)?)));
        set_shown(&self.element, found.is_some());
        let Some((place, exchange)) = found else {
            self.shows = None;
            return Ok(());
        };
        let selected = state.send().log().selected() == Some(place);
        self.element.set_attribute("aria-selected", if selected { "true" } else { "false" })?;
        self.element.set_attribute("aria-rowindex", &(row + 1).to_string())?;
        if self.shows == Some((place, exchange.outcome)) {
            return Ok(());
        }
        self.shows = Some((place, exchange.outcome));
        self.element.set_attribute("data-state", exchange.outcome.name())?;
        self.number.set_text_content(Some(&(place + 1).to_string()));
        let clock = |at: f64| time_of_day(state.origin() + at);
        self.sent_at.set_text_content(Some(&clock(exchange.sent_at)));
        self.replied_at.set_text_content(exchange.replied_at.map(clock).as_deref());
        self.show_messages(document, &exchange)?;
        let took = exchange.round_trip().map(|ms| round_trip(ms, state.timer_step()));
        self.round_trip.set_text_content(took.as_deref());
        Ok(())
    }

    fn show_messages(&self, document: &Document, exchange: &Exchange<'_>) -> Result<(), JsValue> {
        for cell in [&self.sent, &self.reply] {
            cell.set_text_content(None);
        }
        match exchange.outcome {
            Outcome::Unsolicited => self.sent.set_text_content(Some("unsolicited")),
            _ => {
                let message = isolated(document, &visible(start_of(exchange.sent)))?;
                self.sent.append_child(&message)?;
            }
        }
        match exchange.outcome {
            Outcome::Waiting => self.reply.set_text_content(Some("waiting…")),
            Outcome::Lost => self.reply.set_text_content(Some("lost")),
            Outcome::Answered | Outcome::Unsolicited => {
                let (stamp, message) = exchange.reply_parts();
                if !stamp.is_empty() {
                    let shown = element(document, "span", "stamp")?;
                    let words: String = visible(stamp).into_iter().map(|piece| piece.text).collect();
                    shown.set_text_content(Some(&["[", &words, "]"].concat()));
                    self.reply.append_child(&shown)?;
                    self.reply.append_child(&document.create_text_node(" "))?;
                }
                let message = isolated(document, &visible(start_of(message)))?;
                self.reply.append_child(&message)?;
            }
        }
        Ok(())
    }
}

/// The part of a message that a row shows, cut between characters.
fn start_of(bytes: &[u8]) -> &[u8] {
    let end = bytes.len().min(SHOWN);
    let is_inside = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    // A character has at most three continuation bytes (RFC 3629, section 3).
    let cut = (end.saturating_sub(3)..=end).rev().find(|at| !is_inside(*at)).unwrap_or(end);
    &bytes[..cut]
}
