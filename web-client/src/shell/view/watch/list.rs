//! The list of messages. Only the rows in view and a few around them are in the page.

use super::row::Row;
use super::send;
use crate::event::Event;
use crate::list::Viewport;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{find, selects_text, show};
use crate::shell::browser::registrations::Resizes;
use crate::shell::bus;
use crate::watch::{Feed, Watch, WatchEvent};

/// How many rows are kept in the page for later.
const MOST_ROWS: usize = 200;

pub(super) struct ListView {
    list: Object,
    rows: Vec<Row>,
    _resizes: Resizes,
}

impl ListView {
    pub(super) fn new() -> Self {
        let list = find("watch-log");
        let resizes = Resizes::new(|| bus::send(Event::Redraw));
        resizes.observe(&list);
        Self { list, rows: Vec::new(), _resizes: resizes }
    }

    pub(super) fn measure(&mut self) -> Viewport {
        self.have_rows(1);
        let pixels = |property| self.list.number(property) as usize;
        Viewport {
            top: pixels("scrollTop"),
            height: pixels("clientHeight"),
            scrollable: pixels("scrollHeight"),
            row_height: self.rows.first().map_or(0, Row::height),
        }
    }

    pub(super) fn draw(&mut self, watch: &Watch) {
        let log = watch.log();
        let (rows, placement) = (log.rows(), log.placement());
        show("watch-nothing", rows == 0 && !watch.is_empty() && *watch.feed() == Feed::Open);
        set_style(&find("watch-canvas"), "height", placement.height);
        self.list.set_attribute("aria-rowcount", &rows.to_string());
        if let Some(top) = placement.scroll_to {
            self.list.set_number("scrollTop", top as f64);
        }
        set_style(&find("watch-rows"), "top", placement.offset);
        self.have_rows(placement.count);
        let mut current = None;
        for (at, row) in self.rows.iter_mut().enumerate() {
            let index = placement.first + at;
            let entry = (at < placement.count).then(|| log.row(index)).flatten();
            if entry.is_some_and(|(number, _)| log.selected() == Some(number)) {
                current = Some(Row::id(at));
            }
            row.show(watch, entry, index);
        }
        match current {
            Some(id) => self.list.set_attribute("aria-activedescendant", &id),
            None => self.list.remove_attribute("aria-activedescendant"),
        }
    }

    fn have_rows(&mut self, count: usize) {
        let rows = find("watch-rows");
        for at in self.rows.len()..count {
            let row = Row::new(at);
            rows.append(&row.element);
            self.rows.push(row);
        }
        for row in self.rows.drain(count.max(MOST_ROWS).min(self.rows.len())..) {
            row.element.run("remove");
        }
    }
}

fn set_style(element: &Object, property: &str, pixels: usize) {
    if let Some(style) = element.get("style") {
        style.set(property, &[&pixels.to_string(), "px"].concat());
    }
}

/// Opens the clicked row, unless the click ended a text selection.
pub(super) fn clicked(row: &Object) {
    let index = row.attribute("aria-rowindex").and_then(|index| index.parse::<usize>().ok());
    if let Some(row) = index.and_then(|index| index.checked_sub(1)).filter(|_| !selects_text()) {
        send(WatchEvent::SelectRow(row));
    }
}
