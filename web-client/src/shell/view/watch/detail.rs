//! The open message: when it came, and its anatomy or its bytes.

use super::super::detail::bytes::{show_hex, show_text};
use super::super::detail::tabs::move_focus;
use super::super::detail::tree::{is_json, show_json, show_note};
use super::keys::back;
use crate::measure::chart::Size;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{append, append_svg, find, say, set_attribute, show};
use crate::text::json::may_be_json;
use crate::watch::{Watch, WatchTab, anatomy, cut_note, duration, facts, payload, reads, sentence};
use wirestamp_protocol::event::Message;

/// The size of the bar's view box, in pixels.
const BAR: Size = Size { width: 400.0, height: 32.0 };

#[derive(Default)]
pub(super) struct DetailView {
    /// The number of the message shown, the tab, and what this page measured of it.
    shows: Option<(u64, WatchTab, Option<String>)>,
}

impl DetailView {
    pub(super) fn draw(&mut self, watch: &Watch) {
        let log = watch.log();
        let message = log.inspected();
        show("watch-side", message.is_some());
        let is_own = |message: &&Message| Some(message.about.session) == watch.own_session();
        let legs = message.filter(is_own).and_then(|message| watch.own().legs(message));
        let shows = message.and(log.selected()).map(|number| (number, log.tab(), legs.clone()));
        if shows == self.shows {
            return;
        }
        self.shows = shows;
        let Some(message) = message else { return };
        let (number, session) = (message.seq.to_string(), message.about.session.to_string());
        say("watch-detail-title", &["Message ", &number, " of session ", &session].concat());
        let list = find("watch-facts");
        list.set_content("");
        for (name, value) in facts(message) {
            append(&list, "dt", "").set_content(name);
            append(&list, "dd", "").set_content(&value);
        }
        let (bytes, place) = (payload(message), find("watch-panel"));
        place.set_content("");
        let json =
            std::str::from_utf8(&bytes).ok().filter(|text| may_be_json(text.as_bytes()) && is_json(text));
        let tab = show_tabs(log.tab(), json.is_some());
        let most = bytes.len();
        if tab != WatchTab::Anatomy
            && let Some(note) = cut_note(message, most)
        {
            show_note(&place, &note);
        }
        match (tab, json) {
            (WatchTab::Json, Some(json)) => show_json(&place, json),
            (WatchTab::Text | WatchTab::Json, _) => show_text(&place, &bytes, &(0..0), most),
            (WatchTab::Hex, _) => show_hex(&place, &bytes, &(0..0), most),
            (WatchTab::Anatomy, _) => show_anatomy(&place, watch, message, legs),
        }
    }
}

/// Shows which tab is selected, and returns it: the one that was chosen, or text in place of JSON for messages that
/// aren't JSON.
fn show_tabs(chosen: WatchTab, has_json: bool) -> WatchTab {
    let selected = if chosen == WatchTab::Json && !has_json { WatchTab::Text } else { chosen };
    for tab in WatchTab::ALL {
        let (is_selected, index) = if tab == selected { ("true", "0") } else { ("false", "-1") };
        set_attribute(tab.id(), "aria-selected", is_selected);
        set_attribute(tab.id(), "tabindex", index);
        show(tab.id(), tab != WatchTab::Json || has_json);
    }
    set_attribute("watch-panel", "aria-labelledby", selected.id());
    show("watch-copies", selected != WatchTab::Anatomy);
    selected
}

fn show_anatomy(place: &Object, watch: &Watch, message: &Message, legs: Option<String>) {
    let words = sentence(message);
    let svg = append_svg(place, "svg");
    for (name, value) in
        [("class", "anatomy"), ("viewBox", "0 0 400 32"), ("preserveAspectRatio", "none"), ("role", "img")]
    {
        svg.set_attribute(name, value);
    }
    svg.set_attribute("aria-label", "The reads of the message over time");
    let bar = anatomy(message, BAR, watch.gap_ns());
    for (class, line) in
        [("time", bar.time), ("reads", bar.reads), ("cap", bar.cap), ("gap", bar.gap), ("reply", bar.reply)]
    {
        let path = append_svg(&svg, "path");
        path.set_attribute("class", class);
        path.set_attribute("d", &line);
    }
    let scale = append(place, "p", "caption");
    append(&scale, "span", "").set_content("first byte");
    let whole = message.service_ns.map(|ns| ["reply after ", &duration(ns)].concat());
    append(&scale, "span", "").set_content(&whole.unwrap_or_else(|| "no reply".to_owned()));
    append(place, "p", "sentence").set_content(&words);
    if let Some(legs) = legs {
        append(place, "p", "sentence").set_content(&legs);
    }
    if message.reads.len() > 1 {
        let table = append(place, "dl", "reads");
        for (at, bytes) in reads(message) {
            append(&table, "dt", "").set_content(&at);
            append(&table, "dd", "").set_content(&bytes);
        }
    }
}

/// Escape closes the message, and the focus goes back to the list.
pub(super) fn key(event: &Object) {
    match event.key().as_str() {
        "Escape" => {
            event.run("stopPropagation");
            back();
        }
        "ArrowRight" => move_focus(event, true),
        "ArrowLeft" => move_focus(event, false),
        _ => {}
    }
}
