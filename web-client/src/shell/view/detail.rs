//! The open exchange: its times, and its bytes in hexadecimal and as text.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent};

use super::time::time_of_day;
use crate::event::Event;
use crate::list::{Exchange, Inspector, Outcome, inspector};
use crate::measure::round_trip;
use crate::shell::browser::dom::{by_id, document, element, isolated, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;
use crate::text::hex;

pub(crate) struct DetailView {
    document: Document,
    side: Element,
    detail: Element,
    title: Element,
    times: Element,
    bytes: Element,
    more: Element,
    /// The exchange shown, and its outcome at the time.
    shows: Option<(Inspector, Outcome)>,
    _listeners: [Listener; 3],
}

impl DetailView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let more = by_id::<Element>("detail-more")?;
        let on_click = |element: &Element, event: fn() -> Event| {
            Listener::new(element, "click", move |_: &DomEvent| bus::send(event()))
        };
        let listeners = [
            on_click(&by_id("detail-copy")?, || Event::CopySelected)?,
            on_click(&by_id("detail-close")?, || Event::Deselect)?,
            on_click(&more, || Event::ShowMoreBytes)?,
        ];
        Ok(Self {
            document: document()?,
            side: by_id("side")?,
            detail: by_id("detail")?,
            title: by_id("detail-title")?,
            times: by_id("detail-times")?,
            bytes: by_id("detail-bytes")?,
            more,
            shows: None,
            _listeners: listeners,
        })
    }

    pub(crate) fn draw(&mut self, state: &State) -> Result<(), JsValue> {
        let inspected = state.send().log().inspected();
        set_shown(&self.detail, inspected.is_some());
        self.side.toggle_attribute_with_force("data-detail", inspected.is_some())?;
        let shows = inspected.map(|(inspector, _, exchange)| (*inspector, exchange.outcome));
        if shows == self.shows {
            return Ok(());
        }
        let shown = std::mem::replace(&mut self.shows, shows);
        let Some((inspector, place, exchange)) = inspected else { return Ok(()) };
        set_shown(&self.more, inspector.has_more(&exchange));
        set_text(&self.title, &inspector::title(place, &exchange));
        self.show_times(state, &exchange)?;
        self.bytes.set_text_content(None);
        if shown.and_then(|(shown, _)| shown.exchange()) != Some(place) {
            self.bytes.set_scroll_top(0);
        }
        for (title, bytes) in inspector::sides(&exchange) {
            self.show_bytes(&title, bytes, inspector.rows())?;
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

    fn show_bytes(&self, title: &str, bytes: &[u8], most: usize) -> Result<(), JsValue> {
        let head = element(&self.document, "h3", "")?;
        head.set_text_content(Some(title));
        self.bytes.append_child(&head)?;
        let rows = element(&self.document, "div", "hex")?;
        for row in hex::rows(bytes, inspector::BYTES_A_ROW, 0..most) {
            for (class, text) in [("offset", row.address()), ("digits", row.hex)] {
                let cell = element(&self.document, "span", class)?;
                cell.set_text_content(Some(&text));
                rows.append_child(&cell)?;
            }
            let text = isolated(&self.document, &row.text)?;
            rows.append_child(&text)?;
        }
        self.bytes.append_child(&rows)?;
        let controls = inspector::named_controls(bytes);
        if !controls.is_empty() {
            let note = element(&self.document, "p", "")?;
            note.set_text_content(Some(&controls));
            self.bytes.append_child(&note)?;
        }
        Ok(())
    }
}
