//! The open exchange: its times, and its bytes as text, JSON and in hexadecimal.

pub(super) mod bytes;
pub(super) mod tabs;
pub(super) mod tree;

use self::bytes::{show_hex, show_text};
use self::tree::{is_json, show_json};
use super::Handler;
use super::time::time_of_day;
use crate::event::Event;
use crate::list::inspector::{Notation, Side, Tab};
use crate::list::{Exchange, Inspector, LogEvent, Outcome, inspector};
use crate::measure::round_trip;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{self, append, find, focus, say, show};
use crate::shell::bus;
use crate::state::State;

pub(super) const HANDLERS: [Handler; 2] = [("detail-bytes", "click", copy), ("detail", "keydown", key)];

#[derive(Default)]
pub(crate) struct DetailView {
    /// The exchange shown, and its outcome at the time.
    shows: Option<(Inspector, Outcome)>,
}

impl DetailView {
    pub(crate) fn draw(&mut self, state: &State) {
        let inspected = state.send().log().inspected();
        show("detail", inspected.is_some());
        find("side").toggle_attribute("data-detail", inspected.is_some());
        let shows = inspected.map(|(inspector, _, exchange)| (*inspector, exchange.outcome));
        if shows == self.shows {
            return;
        }
        let shown = std::mem::replace(&mut self.shows, shows);
        let Some((inspector, place, exchange)) = inspected else { return };
        say("detail-title", &inspector::title(place, &exchange));
        show_times(state, &exchange);
        let is_same =
            |(shown, _): (Inspector, _)| (shown.exchange(), shown.tab()) == (Some(place), inspector.tab());
        if !shown.is_some_and(is_same) {
            find("detail-bytes").set_number("scrollTop", 0.0);
        }
        show_bytes(inspector, &exchange);
    }
}

fn show_times(state: &State, exchange: &Exchange<'_>) {
    let times = find("detail-times");
    times.set_content("");
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
        append(&times, "dt", "").set_content(name);
        append(&times, "dd", "").set_content(&value);
    }
}

fn show_bytes(inspector: &Inspector, exchange: &Exchange<'_>) {
    let json = |side| inspector::json_text(exchange, side).filter(|text| is_json(text));
    let json = [json(Side::Sent), json(Side::Reply)];
    let tab = tabs::show(inspector.tab(), json != [None; 2]);
    page::show_text("detail-more", inspector.more(exchange).filter(|_| tab != Tab::Json));
    let (differences, most) = (inspector::differences(exchange), inspector.shown());
    for ((side, differing), json) in Side::ALL.into_iter().zip(&differences).zip(json) {
        let id = |of: &str| ["detail-", side.name(), of].concat();
        let heading = inspector::heading(exchange, side, &differences);
        show(&id(""), heading.is_some());
        say(&id("-title"), &heading.unwrap_or_default());
        let place = find(&id("-bytes"));
        place.set_content("");
        let Some(bytes) = inspector::bytes(exchange, side) else { continue };
        match (tab, json) {
            (Tab::Hex, _) => show_hex(&place, bytes, differing, most),
            (Tab::Json, Some(text)) => show_json(&place, text),
            (Tab::Json, None) => tree::show_note(&place, "Not JSON"),
            (Tab::Text, _) => show_text(&place, bytes, differing, most),
        }
    }
}

/// Copies a side, in the notation of the button.
fn copy(event: &Object) {
    let notation =
        event.target("[data-copy]").and_then(|button| Notation::named(&button.attribute("data-copy")?));
    if let Some(notation) = notation {
        let is_reply = event.target("#detail-reply").is_some();
        let side = if is_reply { Side::Reply } else { Side::Sent };
        bus::send(Event::Log(LogEvent::CopySide(side, notation)));
    }
}

/// Escape closes the exchange, and the focus goes back to the log. Elsewhere in the page it goes to the message.
fn key(event: &Object) {
    match event.key().as_str() {
        "Escape" => {
            event.run("stopPropagation");
            bus::send(Event::Log(LogEvent::Deselect));
            focus("log");
        }
        "ArrowRight" => tabs::move_focus(event, true),
        "ArrowLeft" => tabs::move_focus(event, false),
        _ => {}
    }
}
