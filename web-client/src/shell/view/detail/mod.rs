//! The open exchange: its times, and its bytes as text, JSON and in hexadecimal.

mod bytes;
mod tabs;
mod tree;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent, HtmlElement, KeyboardEvent};

use self::bytes::{show_hex, show_text};
use self::tabs::Tabs;
use self::tree::{is_json, show_json};
use super::time::time_of_day;
use crate::event::Event;
use crate::list::inspector::{Notation, Side, Tab};
use crate::list::{Exchange, Inspector, Outcome, inspector};
use crate::measure::round_trip;
use crate::shell::browser::dom::{by_id, document, element, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;

pub(crate) struct DetailView {
    document: Document,
    side: Element,
    detail: Element,
    title: Element,
    times: Element,
    bytes: Element,
    sides: [SideView; 2],
    tabs: Tabs,
    more: Element,
    /// The exchange shown, and its outcome at the time.
    shows: Option<(Inspector, Outcome)>,
    _listeners: [Listener; 5],
}

/// The part of the page for a message or its reply.
struct SideView {
    side: Side,
    whole: Element,
    heading: Element,
    bytes: Element,
}

impl SideView {
    fn new(side: Side) -> Result<Self, JsValue> {
        let part = |of: &str| by_id::<Element>(&["detail-", side.name(), of].concat());
        Ok(Self { side, whole: part("")?, heading: part("-title")?, bytes: part("-bytes")? })
    }
}

impl DetailView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (detail, bytes) = (by_id::<Element>("detail")?, by_id::<Element>("detail-bytes")?);
        let more = by_id::<Element>("detail-more")?;
        let on_click = |element: &Element, event: fn() -> Event| {
            Listener::new(element, "click", move |_: &DomEvent| bus::send(event()))
        };
        let listeners = [
            on_click(&by_id("detail-copy")?, || Event::CopySelected)?,
            on_click(&by_id("detail-close")?, || Event::Deselect)?,
            on_click(&more, || Event::ShowMoreBytes)?,
            Listener::new(&bytes, "click", |event: &DomEvent| {
                if let Some((side, notation)) = copy_button(event) {
                    bus::send(Event::CopySide(side, notation));
                }
            })?,
            Listener::new(&detail, "keydown", close_on_escape)?,
        ];
        let [sent, reply] = Side::ALL.map(SideView::new);
        Ok(Self {
            document: document()?,
            side: by_id("side")?,
            detail,
            title: by_id("detail-title")?,
            times: by_id("detail-times")?,
            bytes,
            sides: [sent?, reply?],
            tabs: Tabs::new()?,
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
        set_text(&self.title, &inspector::title(place, &exchange));
        self.show_times(state, &exchange)?;
        let is_same =
            |(shown, _): (Inspector, _)| (shown.exchange(), shown.tab()) == (Some(place), inspector.tab());
        if !shown.is_some_and(is_same) {
            self.bytes.set_scroll_top(0);
        }
        self.show_bytes(inspector, &exchange)
    }

    fn show_times(&self, state: &State, exchange: &Exchange<'_>) -> Result<(), JsValue> {
        self.times.set_text_content(None);
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
            for (tag, text) in [("dt", name), ("dd", &value)] {
                let part = element(&self.document, tag, "")?;
                part.set_text_content(Some(text));
                self.times.append_child(&part)?;
            }
        }
        Ok(())
    }

    fn show_bytes(&self, inspector: &Inspector, exchange: &Exchange<'_>) -> Result<(), JsValue> {
        let json = Side::ALL.map(|side| inspector::json_text(exchange, side).filter(|text| is_json(text)));
        let tab = self.tabs.show(inspector.tab(), json.iter().any(Option::is_some))?;
        let more = inspector.more(exchange).filter(|_| tab != Tab::Json);
        set_shown(&self.more, more.is_some());
        set_text(&self.more, &more.unwrap_or_default());
        let differences = inspector::differences(exchange);
        for ((view, differing), json) in self.sides.iter().zip(&differences).zip(json) {
            let heading = inspector::heading(exchange, view.side, &differences);
            set_shown(&view.whole, heading.is_some());
            set_text(&view.heading, &heading.unwrap_or_default());
            view.bytes.set_text_content(None);
            let Some(bytes) = inspector::bytes(exchange, view.side) else { continue };
            match (tab, json) {
                (Tab::Hex, _) => show_hex(&self.document, &view.bytes, bytes, differing, inspector.shown())?,
                (Tab::Json, Some(text)) => show_json(&self.document, &view.bytes, text)?,
                (Tab::Json, None) => tree::show_note(&self.document, &view.bytes, "Not JSON")?,
                (Tab::Text, _) => {
                    show_text(&self.document, &view.bytes, bytes, differing, inspector.shown())?
                }
            }
        }
        Ok(())
    }
}

/// What the clicked button copies.
fn copy_button(event: &DomEvent) -> Option<(Side, Notation)> {
    let button = event.target()?.dyn_into::<Element>().ok()?.closest("[data-copy]").ok()??;
    let notation = Notation::named(&button.get_attribute("data-copy")?)?;
    let is_reply = button.closest("#detail-reply").ok()?.is_some();
    Some((if is_reply { Side::Reply } else { Side::Sent }, notation))
}

/// Escape closes the exchange, and the focus goes back to its row. Elsewhere in the page it goes to the message.
fn close_on_escape(event: &KeyboardEvent) {
    if event.key() == "Escape" {
        event.stop_propagation();
        bus::send(Event::Deselect);
        if let Ok(log) = by_id::<HtmlElement>("log") {
            let _ = log.focus();
        }
    }
}
