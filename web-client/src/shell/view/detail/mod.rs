//! The open exchange: its times, and its bytes as text, JSON and in hexadecimal.

mod bytes;
mod tabs;
mod tree;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent, HtmlElement, KeyboardEvent};

use self::bytes::{show_hex, show_text};
use self::tree::{is_json, show_json};
use super::time::time_of_day;
use crate::event::Event;
use crate::list::inspector::{Notation, Side, Tab};
use crate::list::{Exchange, Inspector, LogEvent, Outcome, inspector};
use crate::measure::round_trip;
use crate::shell::browser::dom::{by_id, document, element, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;

pub(crate) struct DetailView {
    document: Document,
    side: Element,
    detail: Element,
    bytes: Element,
    /// The exchange shown, and its outcome at the time.
    shows: Option<(Inspector, Outcome)>,
    _listeners: [Listener; 2],
}

impl DetailView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let detail = by_id::<Element>("detail")?;
        // One listener for all buttons keeps the page small.
        let clicks = Listener::new(&detail, "click", |event: &DomEvent| {
            if let Some(event) = clicked(event) {
                bus::send(event);
            }
        })?;
        Ok(Self {
            document: document()?,
            side: by_id("side")?,
            bytes: by_id("detail-bytes")?,
            shows: None,
            _listeners: [clicks, Listener::new(&detail, "keydown", key)?],
            detail,
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
        set_text(&by_id("detail-title")?, &inspector::title(place, &exchange));
        self.show_times(state, &exchange)?;
        let is_same =
            |(shown, _): (Inspector, _)| (shown.exchange(), shown.tab()) == (Some(place), inspector.tab());
        if !shown.is_some_and(is_same) {
            self.bytes.set_scroll_top(0);
        }
        self.show_bytes(inspector, &exchange)
    }

    fn show_times(&self, state: &State, exchange: &Exchange<'_>) -> Result<(), JsValue> {
        let times = by_id::<Element>("detail-times")?;
        times.set_text_content(None);
        let clock = |at: f64| time_of_day(state.origin() + at);
        let sent_at = (exchange.outcome != Outcome::Unsolicited).then(|| clock(exchange.sent_at));
        let took = exchange.round_trip().map(|ms| round_trip(ms, state.timer_step()));
        for (name, value) in [
            ("Sent at", sent_at),
            ("Reply at", exchange.replied_at.map(clock)),
            ("Round trip", took),
            ("Stamp", inspector::stamp(exchange)),
        ] {
            let Some(value) = value else { continue };
            append(&self.document, &times, "dt", "")?.set_text_content(Some(name));
            append(&self.document, &times, "dd", "")?.set_text_content(Some(&value));
        }
        Ok(())
    }

    fn show_bytes(&self, inspector: &Inspector, exchange: &Exchange<'_>) -> Result<(), JsValue> {
        let json = |side| inspector::json_text(exchange, side).filter(|text| is_json(text));
        let json = [json(Side::Sent), json(Side::Reply)];
        let tab = tabs::show(&self.bytes, inspector.tab(), json != [None; 2])?;
        let more = inspector.more(exchange).filter(|_| tab != Tab::Json);
        let button = by_id::<Element>("detail-more")?;
        set_shown(&button, more.is_some());
        set_text(&button, &more.unwrap_or_default());
        let (differences, most) = (inspector::differences(exchange), inspector.shown());
        for ((side, differing), json) in Side::ALL.into_iter().zip(&differences).zip(json) {
            let part = |of: &str| by_id::<Element>(&["detail-", side.name(), of].concat());
            let (whole, place) = (part("")?, part("-bytes")?);
            let heading = inspector::heading(exchange, side, &differences);
            set_shown(&whole, heading.is_some());
            set_text(&part("-title")?, &heading.unwrap_or_default());
            place.set_text_content(None);
            let Some(bytes) = inspector::bytes(exchange, side) else { continue };
            match (tab, json) {
                (Tab::Hex, _) => show_hex(&self.document, &place, bytes, differing, most)?,
                (Tab::Json, Some(text)) => show_json(&self.document, &place, text)?,
                (Tab::Json, None) => tree::show_note(&self.document, &place, "Not JSON")?,
                (Tab::Text, _) => show_text(&self.document, &place, bytes, differing, most)?,
            }
        }
        Ok(())
    }
}

/// What a click asks for.
fn clicked(event: &DomEvent) -> Option<Event> {
    let button = event.target()?.dyn_into::<Element>().ok()?.closest("button").ok()??;
    Some(match button.id().as_str() {
        "detail-copy" => Event::Log(LogEvent::CopySelected),
        "detail-close" => Event::Log(LogEvent::Deselect),
        "detail-more" => Event::Log(LogEvent::ShowMoreBytes),
        "tab-text" => Event::Log(LogEvent::ShowTab(Tab::Text)),
        "tab-json" => Event::Log(LogEvent::ShowTab(Tab::Json)),
        "tab-hex" => Event::Log(LogEvent::ShowTab(Tab::Hex)),
        _ => {
            let notation = Notation::named(&button.get_attribute("data-copy")?)?;
            let is_reply = button.closest("#detail-reply").ok()?.is_some();
            Event::Log(LogEvent::CopySide(if is_reply { Side::Reply } else { Side::Sent }, notation))
        }
    })
}

/// Adds an element with this class.
fn append(document: &Document, parent: &Element, name: &str, class: &str) -> Result<Element, JsValue> {
    let part = element(document, name, class)?;
    parent.append_child(&part)?;
    Ok(part)
}

/// Escape closes the exchange, and the focus goes back to the log. Elsewhere in the page it goes to the message.
fn key(event: &KeyboardEvent) {
    match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            bus::send(Event::Log(LogEvent::Deselect));
            if let Ok(log) = by_id::<HtmlElement>("log") {
                let _ = log.focus();
            }
        }
        "ArrowRight" => tabs::move_focus(event, true),
        "ArrowLeft" => tabs::move_focus(event, false),
        _ => {}
    }
}
