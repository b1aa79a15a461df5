//! The log. Only the rows in view and a few around them are in the page.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent, HtmlElement, KeyboardEvent, MouseEvent};

use super::row::Row;
use crate::event::Event;
use crate::list::{Entry, LogEvent, Step, Viewport};
use crate::shell::browser::dom::{self, by_id, document, selects_text, set_shown, set_text};
use crate::shell::browser::registrations::{Listener, Resizes};
use crate::shell::bus;
use crate::state::State;

/// With more rows than this of the connection's story, there is no room for a word to those who have sent nothing.
const BESIDE_LEAD: usize = 3;

/// How many rows are kept in the page for later.
const MOST_ROWS: usize = 200;

pub(crate) struct LogView {
    document: Document,
    log: HtmlElement,
    canvas: HtmlElement,
    window: HtmlElement,
    empty: Element,
    nothing: Element,
    jump: Element,
    pause: Element,
    rows: Vec<Row>,
    _resizes: Resizes,
    _listeners: [Listener; 7],
}

impl LogView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (document, log) = (document()?, by_id::<HtmlElement>("log")?);
        let (window, jump) = (by_id::<HtmlElement>("rows")?, by_id::<Element>("jump")?);
        let (empty, pause) = (by_id::<Element>("empty")?, by_id::<Element>("pause")?);
        set_shown(&empty, true);
        let page = dom::window()?;
        let listeners = [
            Listener::new(&log, "scroll", |_: &DomEvent| bus::send(Event::Redraw))?,
            Listener::new(&jump, "click", |_: &DomEvent| bus::send(Event::Log(LogEvent::FollowEnd)))?,
            Listener::new(&pause, "click", |_: &DomEvent| bus::send(Event::Log(LogEvent::TogglePause)))?,
            Listener::new(&log, "keydown", key)?,
            Listener::new(&window, "click", clicked)?,
            Listener::new(&page, "beforeprint", |_: &DomEvent| print(true))?,
            Listener::new(&page, "afterprint", |_: &DomEvent| print(false))?,
        ];
        let resizes = Resizes::new(|| bus::send(Event::Redraw));
        resizes.observe(&log);
        Ok(Self {
            document,
            log,
            canvas: by_id("canvas")?,
            window,
            empty,
            nothing: by_id("nothing")?,
            jump,
            pause,
            rows: Vec::new(),
            _resizes: resizes,
            _listeners: listeners,
        })
    }

    /// Measures the log as the browser shows it.
    pub(crate) fn measure(&mut self) -> Result<Viewport, JsValue> {
        self.have_rows(1)?;
        let pixels = |length: i32| usize::try_from(length).unwrap_or_default();
        Ok(Viewport {
            top: pixels(self.log.scroll_top()),
            height: pixels(self.log.client_height()),
            scrollable: pixels(self.log.scroll_height()),
            row_height: self.rows.first().map_or(0, Row::height),
        })
    }

    /// Draws the rows in view.
    pub(crate) fn draw(&mut self, state: &State) -> Result<(), JsValue> {
        let log = state.send().log();
        let (rows, placement) = (log.rows(), log.placement());
        set_shown(&self.empty, log.exchanges().is_empty() && rows <= BESIDE_LEAD);
        set_shown(&self.nothing, rows == 0 && !log.exchanges().is_empty());
        set_style(&self.canvas, "height", placement.height)?;
        self.log.set_attribute("aria-rowcount", &rows.to_string())?;
        if let Some(top) = placement.scroll_to {
            self.log.set_scroll_top(i32::try_from(top).unwrap_or(i32::MAX));
        }
        set_style(&self.window, "top", placement.offset)?;
        self.have_rows(placement.count)?;
        let mut current = None;
        for (at, row) in self.rows.iter_mut().enumerate() {
            let number = placement.first + at;
            let entry = (at < placement.count).then(|| log.entry(number)).flatten();
            row.show(&self.document, state, entry, number)?;
            if let Some(Entry::Exchange(exchange)) = entry
                && log.selected() == Some(exchange)
            {
                current = Some(at);
            }
        }
        match current {
            Some(at) => self.log.set_attribute("aria-activedescendant", &Row::id(at))?,
            None => self.log.remove_attribute("aria-activedescendant")?,
        }
        set_shown(&self.jump, placement.away);
        self.show_pause(log.since_pause())
    }

    /// Says how many exchanges have been added during the pause, if there is one.
    fn show_pause(&self, since: Option<usize>) -> Result<(), JsValue> {
        self.pause.set_attribute("aria-pressed", if since.is_some() { "true" } else { "false" })?;
        match since {
            None => set_text(&self.jump, "Jump to latest"),
            Some(0) => set_text(&self.jump, "Paused"),
            Some(count) => set_text(&self.jump, &["Paused, ", &count.to_string(), " new"].concat()),
        }
        Ok(())
    }

    fn have_rows(&mut self, count: usize) -> Result<(), JsValue> {
        for at in self.rows.len()..count {
            let row = Row::new(&self.document, at)?;
            self.window.append_child(&row.element)?;
            self.rows.push(row);
        }
        // Printing may have added thousands.
        for row in self.rows.drain(count.max(MOST_ROWS).min(self.rows.len())..) {
            row.element.remove();
        }
        Ok(())
    }
}

fn print(printing: bool) {
    bus::send(Event::Log(LogEvent::Print(printing)));
}

fn set_style(element: &HtmlElement, property: &str, pixels: usize) -> Result<(), JsValue> {
    element.style().set_property(property, &[&pixels.to_string(), "px"].concat())
}

/// Opens the clicked row, unless the click ended a text selection.
fn clicked(event: &MouseEvent) {
    if selects_text() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let row = target.and_then(|target| target.closest("[aria-rowindex]").ok().flatten());
    let index = row.and_then(|row| row.get_attribute("aria-rowindex")?.parse::<usize>().ok());
    if let Some(row) = index.and_then(|index| index.checked_sub(1)) {
        bus::send(Event::Log(LogEvent::SelectRow(row)));
    }
}

fn key(event: &KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
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
    event.prevent_default();
    bus::send(Event::Log(event_to_send));
}
