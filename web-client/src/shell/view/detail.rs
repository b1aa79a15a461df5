//! One exchange whole: its times, and its bytes in hexadecimal and as text.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent};

use super::time::time_of_day;
use crate::shell::app::{dispatch, request_draw, with_state};
use crate::shell::browser::dom::{by_id, document, element, isolated, set_shown, set_text, window};
use crate::shell::browser::registrations::Listener;
use crate::{Event, Exchange, Outcome, State, export, hex, round_trip};

/// How many bytes a row has.
const WIDTH: usize = 8;

/// How many rows are shown of each side at first, and how many more when they are asked for: 2 KiB.
const ROWS: usize = 256;

pub(crate) struct DetailView {
    document: Document,
    side: Element,
    detail: Element,
    title: Element,
    times: Element,
    bytes: Element,
    more: Element,
    /// How many rows are shown of each side at most.
    rows: Rc<Cell<usize>>,
    /// The exchange that is shown, as what, and with how many rows.
    shows: Option<(usize, Outcome, usize)>,
    _listeners: [Listener; 3],
}

impl DetailView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (copy, close) = (by_id::<Element>("detail-copy")?, by_id::<Element>("detail-close")?);
        let (more, rows) = (by_id::<Element>("detail-more")?, Rc::new(Cell::new(ROWS)));
        let asked_for_more = {
            let rows = Rc::clone(&rows);
            Listener::new(&more, "click", move |_: &DomEvent| {
                rows.set(rows.get() + ROWS);
                request_draw();
            })?
        };
        Ok(Self {
            document: document()?,
            more,
            rows,
            side: by_id("side")?,
            detail: by_id("detail")?,
            title: by_id("detail-title")?,
            times: by_id("detail-times")?,
            bytes: by_id("detail-bytes")?,
            shows: None,
            _listeners: [
                Listener::new(&copy, "click", |_: &DomEvent| copy_selected())?,
                Listener::new(&close, "click", |_: &DomEvent| dispatch(Event::Select(None)))?,
                asked_for_more,
            ],
        })
    }

    pub(crate) fn show(&mut self, state: &State) -> Result<(), JsValue> {
        let found =
            state.send().log().selected().and_then(|at| Some((at, state.send().log().exchanges().get(at)?)));
        set_shown(&self.detail, found.is_some());
        self.side.toggle_attribute_with_force("data-detail", found.is_some())?;
        let is_another = found.map(|(at, _)| at) != self.shows.map(|(at, ..)| at);
        if is_another {
            self.rows.set(ROWS);
        }
        let shows = found.map(|(at, exchange)| (at, exchange.outcome, self.rows.get()));
        if shows == self.shows {
            return Ok(());
        }
        self.shows = shows;
        let Some((at, exchange)) = found else { return Ok(()) };
        set_shown(
            &self.more,
            [exchange.sent, exchange.reply]
                .iter()
                .any(|bytes| hex::row_count(bytes, WIDTH) > self.rows.get()),
        );
        set_text(&self.title, &["Exchange ", &(at + 1).to_string(), ", ", exchange.outcome.name()].concat());
        self.show_times(state, &exchange)?;
        self.bytes.set_text_content(None);
        if is_another {
            self.bytes.set_scroll_top(0);
        }
        for (name, bytes) in [("Sent", exchange.sent), ("Reply", exchange.reply)] {
            let nothing = name == "Sent" && exchange.outcome == Outcome::Unsolicited
                || name == "Reply" && matches!(exchange.outcome, Outcome::Waiting | Outcome::Lost);
            if !nothing {
                self.show_bytes(name, bytes)?;
            }
        }
        Ok(())
    }

    fn show_times(&self, state: &State, exchange: &Exchange<'_>) -> Result<(), JsValue> {
        self.times.set_text_content(None);
        let clock = |at: f64| time_of_day(state.origin() + at);
        let sent_at = (exchange.outcome != Outcome::Unsolicited).then(|| clock(exchange.sent_at));
        let took = exchange.round_trip().map(|ms| round_trip(ms, state.timer_step()));
        for (name, value) in
            [("Sent at", sent_at), ("Reply at", exchange.replied_at.map(clock)), ("Round trip", took)]
        {
            let Some(value) = value else { continue };
            for (tag, text) in [("dt", name), ("dd", &value)] {
                let part = element(&self.document, tag, "")?;
                part.set_text_content(Some(text));
                self.times.append_child(&part)?;
            }
        }
        Ok(())
    }

    fn show_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        let count = match bytes.len() {
            1 => "1 byte".to_owned(),
            count => [&count.to_string(), " bytes"].concat(),
        };
        let title = element(&self.document, "h3", "")?;
        title.set_text_content(Some(&[name, ", ", &count].concat()));
        self.bytes.append_child(&title)?;
        let rows = element(&self.document, "div", "hex")?;
        for row in hex::rows(bytes, WIDTH, 0..self.rows.get()) {
            for (class, text) in [("offset", row.address()), ("digits", row.hex)] {
                let cell = element(&self.document, "span", class)?;
                cell.set_text_content(Some(&text));
                rows.append_child(&cell)?;
            }
            let text = isolated(&self.document, &row.text)?;
            rows.append_child(&text)?;
        }
        self.bytes.append_child(&rows)?;
        let controls = hex::controls(bytes);
        if !controls.is_empty() {
            let named = controls.iter().map(|(at, name)| [&at.to_string(), ": ", name].concat());
            self.note(&named.collect::<Vec<_>>().join(" · "))?;
        }
        Ok(())
    }

    fn note(&self, words: &str) -> Result<(), JsValue> {
        let note = element(&self.document, "p", "")?;
        note.set_text_content(Some(words));
        self.bytes.append_child(&note)?;
        Ok(())
    }
}

fn copy_selected() {
    let text = with_state(|state| {
        let exchange = state.send().log().exchanges().get(state.send().log().selected()?)?;
        Some(export::one(&exchange, state.timer_step()))
    });
    if let Some(text) = text.flatten() {
        copy(&text);
    }
}

/// Puts a text on the clipboard.
pub(crate) fn copy(text: &str) {
    if let Ok(window) = window() {
        // A browser that asks first, or has none, has told its reader so.
        let _ = window.navigator().clipboard().write_text(text);
    }
}
