//! The log. Only the rows in view and a few around them are in the page.

use super::Handler;
use super::row::Row;
use crate::event::Event;
use crate::list::{Entry, LogEvent, Step, Viewport};
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{find, say, selects_text, show};
use crate::shell::browser::registrations::{Listener, Resizes};
use crate::shell::bus;
use crate::state::State;

pub(super) const HANDLERS: [Handler; 3] =
    [("log", "scroll", |_| bus::send(Event::Redraw)), ("log", "keydown", key), ("rows", "click", clicked)];

/// With more rows than this of the connection's story, there is no room for a word to those who have sent nothing.
const BESIDE_LEAD: usize = 3;

/// How many rows are kept in the page for later.
const MOST_ROWS: usize = 200;

pub(crate) struct LogView {
    log: Object,
    rows: Vec<Row>,
    _resizes: Resizes,
    _printing: [Listener; 2],
}

impl LogView {
    pub(crate) fn new() -> Self {
        show("empty", true);
        let (log, window) = (find("log"), Object::scope());
        let printing = |kind, printing| {
            Listener::on(&window, kind, move |_| bus::send(Event::Log(LogEvent::Print(printing))))
        };
        let resizes = Resizes::new(|| bus::send(Event::Redraw));
        resizes.observe(&log);
        let printing = [printing("beforeprint", true), printing("afterprint", false)];
        Self { log, rows: Vec::new(), _resizes: resizes, _printing: printing }
    }

    /// Measures the log as the browser shows it.
    pub(crate) fn measure(&mut self) -> Viewport {
        self.have_rows(1);
        let pixels = |property| self.log.number(property) as usize;
        Viewport {
            top: pixels("scrollTop"),
            height: pixels("clientHeight"),
            scrollable: pixels("scrollHeight"),
            row_height: self.rows.first().map_or(0, Row::height),
        }
    }

    /// Draws the rows in view.
    pub(crate) fn draw(&mut self, state: &State) {
        let log = state.send().log();
        let (rows, placement) = (log.rows(), log.placement());
        show("empty", log.exchanges().is_empty() && rows <= BESIDE_LEAD);
        show("nothing", rows == 0 && !log.exchanges().is_empty());
        set_style("canvas", "height", placement.height);
        self.log.set_attribute("aria-rowcount", &rows.to_string());
        if let Some(top) = placement.scroll_to {
            self.log.set_number("scrollTop", top as f64);
        }
        set_style("rows", "top", placement.offset);
        self.have_rows(placement.count);
        let mut current = None;
        for (at, row) in self.rows.iter_mut().enumerate() {
            let number = placement.first + at;
            let entry = (at < placement.count).then(|| log.entry(number)).flatten();
            row.show(state, entry, number);
            if let Some(Entry::Exchange(exchange)) = entry
                && log.selected() == Some(exchange)
            {
                current = Some(at);
            }
        }
        match current {
            Some(at) => self.log.set_attribute("aria-activedescendant", &Row::id(at)),
            None => self.log.remove_attribute("aria-activedescendant"),
        }
        show("jump", placement.away);
        show_pause(log.since_pause());
    }

    fn have_rows(&mut self, count: usize) {
        let rows = find("rows");
        for at in self.rows.len()..count {
            let row = Row::new(at);
            rows.append(&row.element);
            self.rows.push(row);
        }
        // Printing may have added thousands.
        for row in self.rows.drain(count.max(MOST_ROWS).min(self.rows.len())..) {
            row.element.run("remove");
        }
    }
}

/// Says how many exchanges have been added during the pause, if there is one.
fn show_pause(since: Option<usize>) {
    find("pause").set_attribute("aria-pressed", if since.is_some() { "true" } else { "false" });
    match since {
        None => say("jump", "Jump to latest"),
        Some(0) => say("jump", "Paused"),
        Some(count) => say("jump", &["Paused, ", &count.to_string(), " new"].concat()),
    }
}

fn set_style(id: &str, property: &str, pixels: usize) {
    if let Some(style) = find(id).get("style") {
        style.set(property, &[&pixels.to_string(), "px"].concat());
    }
}

/// Opens the clicked row, unless the click ended a text selection.
fn clicked(event: &Object) {
    if selects_text() {
        return;
    }
    let row = event.target("[aria-rowindex]");
    let index = row.and_then(|row| row.attribute("aria-rowindex")?.parse::<usize>().ok());
    if let Some(row) = index.and_then(|index| index.checked_sub(1)) {
        bus::send(Event::Log(LogEvent::SelectRow(row)));
    }
}

fn key(event: &Object) {
    if event.is_modified() {
        return;
    }
    let event_to_send = match event.key().as_str() {
        "ArrowUp" | "k" => LogEvent::MoveSelection(Step::Up),
        "ArrowDown" | "j" => LogEvent::MoveSelection(Step::Down),
        "PageUp" => LogEvent::MoveSelection(Step::PageUp),
        "PageDown" => LogEvent::MoveSelection(Step::PageDown),
        "Home" => LogEvent::MoveSelection(Step::First),
        "End" => LogEvent::MoveSelection(Step::Last),
        "Enter" => LogEvent::Inspect,
        _ => return,
    };
    event.run("preventDefault");
    bus::send(Event::Log(event_to_send));
}
