//! The log of exchanges. Only the rows in view, and a few beside them, are in the page: each is as high as every
//! other, so where they stand is arithmetic.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent, HtmlElement, KeyboardEvent, MouseEvent};

use super::row::Row;
use crate::shell::app::{dispatch, request_draw, with_state};
use crate::shell::browser::dom::{by_id, document, set_shown};
use crate::shell::browser::registrations::{Listener, Resizes};
use crate::{Event, State};

/// Rows above and below those in view, so that scrolling shows no gaps before the next frame.
const BESIDE: usize = 8;

/// How near to the end counts as being there, in pixels: scroll positions are rounded.
const NEAR: i32 = 8;

/// Further down than any log: the browser stops at its end.
const END: i32 = i32::MAX;

/// The highest that an element is made, in pixels: what is higher, Firefox shows without a height. That is
/// six hundred thousand rows; the oldest beyond them are kept, filtered and exported, but not scrolled to.
const HIGHEST: usize = 17_000_000;

pub(crate) struct LogView {
    document: Document,
    log: HtmlElement,
    canvas: HtmlElement,
    window: HtmlElement,
    empty: Element,
    nothing: Element,
    jump: Element,
    rows: Vec<Row>,
    /// How high a row is, in pixels.
    row_height: usize,
    /// Whether the end is kept in view.
    following: bool,
    /// Where the log was scrolled to when last looked at.
    top: i32,
    selected: Option<usize>,
    _resizes: Resizes,
    _listeners: [Listener; 4],
}

impl LogView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (document, log) = (document()?, by_id::<HtmlElement>("log")?);
        let (window, jump) = (by_id::<HtmlElement>("rows")?, by_id::<Element>("jump")?);
        let empty = by_id::<Element>("empty")?;
        set_shown(&empty, true);
        let listeners = [
            Listener::new(&log, "scroll", |_: &DomEvent| request_draw())?,
            Listener::new(&jump, "click", |_: &DomEvent| crate::shell::app::with_log(Self::jump))?,
            Listener::new(&log, "keydown", key)?,
            Listener::new(&window, "click", clicked)?,
        ];
        let resizes = Resizes::new(request_draw);
        resizes.observe(&log);
        Ok(Self {
            document,
            log,
            canvas: by_id("canvas")?,
            window,
            empty,
            nothing: by_id("nothing")?,
            jump,
            rows: Vec::new(),
            row_height: 1,
            following: true,
            top: 0,
            selected: None,
            _resizes: resizes,
            _listeners: listeners,
        })
    }

    /// Draws what is in view.
    pub(crate) fn draw(&mut self, state: &State) -> Result<(), JsValue> {
        let (exchanges, filter) = (state.send().log().exchanges(), state.send().log().filter());
        let all = filter.rows(exchanges);
        set_shown(&self.empty, exchanges.is_empty());
        set_shown(&self.nothing, all == 0 && !exchanges.is_empty());
        self.measure()?;
        self.scrolled();

        let hidden = all.saturating_sub(HIGHEST / self.row_height);
        let rows = all - hidden;
        set_style(&self.canvas, "height", rows * self.row_height)?;
        self.log.set_attribute("aria-rowcount", &all.to_string())?;
        if self.selected != state.send().log().selected() {
            self.selected = state.send().log().selected();
            if let Some(row) = self.selected.and_then(|at| filter.row(at)) {
                self.bring_into_view(row.saturating_sub(hidden));
            }
        }
        if self.following {
            self.log.set_scroll_top(END);
        }
        self.top = self.log.scroll_top();

        let top = usize::try_from(self.top).unwrap_or_default() / self.row_height;
        let height = usize::try_from(self.log.client_height()).unwrap_or_default();
        let first = top.saturating_sub(BESIDE);
        let shown = (height / self.row_height + 2 + 2 * BESIDE).min(rows - first.min(rows));
        set_style(&self.window, "top", first * self.row_height)?;
        for at in self.rows.len()..shown {
            let row = Row::new(&self.document, at)?;
            self.window.append_child(&row.element)?;
            self.rows.push(row);
        }
        let mut current = None;
        for (at, row) in self.rows.iter_mut().enumerate() {
            let exchange = (at < shown).then(|| filter.exchange(hidden + first + at)).flatten();
            row.show(&self.document, state, exchange, hidden + first + at)?;
            if exchange.is_some() && exchange == self.selected {
                current = Some(at);
            }
        }
        match current {
            Some(at) => self.log.set_attribute("aria-activedescendant", &Row::id(at))?,
            None => self.log.remove_attribute("aria-activedescendant")?,
        }
        set_shown(&self.jump, !self.following && rows > 0);
        Ok(())
    }

    /// How high a row is depends on the width of the page, and on the reader's type size.
    fn measure(&mut self) -> Result<(), JsValue> {
        if self.rows.is_empty() {
            let row = Row::new(&self.document, 0)?;
            self.window.append_child(&row.element)?;
            self.rows.push(row);
        }
        let height = self.rows[0].height();
        if height > 0 && height != self.row_height {
            self.row_height = height;
        }
        Ok(())
    }

    /// Only someone who scrolls up lets go of the end: a log that grows does not.
    fn scrolled(&mut self) {
        let top = self.log.scroll_top();
        let at_end = self.log.scroll_height() - top - self.log.client_height() <= NEAR;
        if at_end {
            self.following = true;
        } else if top < self.top {
            self.following = false;
        }
    }

    fn bring_into_view(&mut self, row: usize) {
        let position = |row: usize| i32::try_from(row * self.row_height).unwrap_or(END);
        let (above, below) = (position(row), position(row + 1));
        let (top, height) = (self.log.scroll_top(), self.log.client_height());
        if above < top {
            self.following = false;
            self.log.set_scroll_top(above);
        } else if below > top + height {
            self.following = false;
            self.log.set_scroll_top(below - height);
        }
    }

    fn jump(&mut self) {
        self.following = true;
        request_draw();
    }
}

fn set_style(element: &HtmlElement, property: &str, pixels: usize) -> Result<(), JsValue> {
    element.style().set_property(property, &[&pixels.to_string(), "px"].concat())
}

/// A click opens a row, unless it ends a selection of text.
fn clicked(event: &MouseEvent) {
    let selects =
        crate::shell::browser::dom::window().ok().and_then(|window| window.get_selection().ok().flatten());
    if selects.is_some_and(|selection| !selection.is_collapsed()) {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let row = target.and_then(|target| target.closest("[aria-rowindex]").ok().flatten());
    let index = row.and_then(|row| row.get_attribute("aria-rowindex")?.parse::<usize>().ok());
    if let Some(row) = index.and_then(|index| index.checked_sub(1)) {
        select(row);
    }
}

fn select(row: usize) {
    let exchange = with_state(|state| state.send().log().filter().exchange(row)).flatten();
    dispatch(Event::Select(exchange));
}

fn key(event: &KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let Some((rows, row)) = with_state(|state| {
        let filter = state.send().log().filter();
        (
            filter.rows(state.send().log().exchanges()),
            state.send().log().selected().and_then(|at| filter.row(at)),
        )
    }) else {
        return;
    };
    let Some(last) = rows.checked_sub(1) else { return };
    let row = match (event.key().as_str(), row) {
        ("ArrowDown", Some(row)) => (row + 1).min(last),
        ("ArrowUp", Some(row)) => row.saturating_sub(1),
        ("ArrowDown" | "Home", _) => 0,
        ("ArrowUp" | "End" | "Enter", _) => last,
        _ => return,
    };
    event.prevent_default();
    select(row);
}
