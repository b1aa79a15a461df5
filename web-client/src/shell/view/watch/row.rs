//! A row of the list: a message, or something that happened to a session. It is reused for others as the list is
//! scrolled.

use wirestamp_protocol::event::{Event, Message, Terminator};

use super::super::time::time_of_day;
use crate::measure::chart::Size;
use crate::measure::round_trip::grouped;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{append, append_isolated, append_svg, create};
use crate::text::{escaped, start_of, visible};
use crate::watch::{Watch, counted, duration, mini_bar, payload, story, unix_ms};

/// How many bytes of a message a row shows: more than fit on the widest screen.
const SHOWN: usize = 400;

/// The size of the small bar, in pixels.
const BAR: Size = Size { width: 90.0, height: 14.0 };

pub(super) struct Row {
    pub(super) element: Object,
    time: Object,
    from: Object,
    number: Object,
    text: Object,
    size: Object,
    bar: Object,
    /// The bar's parts.
    paths: [Object; 4],
    cut: Object,
    delta: Object,
    /// What happened, in place of a message.
    words: Object,
    /// The number of the event that it shows.
    shows: Option<u64>,
}

impl Row {
    /// The element's id, for `aria-activedescendant`.
    pub(super) fn id(at: usize) -> String {
        ["watch-row-", &at.to_string()].concat()
    }

    pub(super) fn new(at: usize) -> Self {
        let row = create("div", "row");
        row.set_attribute("id", &Self::id(at));
        row.set_attribute("role", "row");
        let cell = |class| {
            let cell = append(&row, "div", class);
            cell.set_attribute("role", "gridcell");
            cell
        };
        let (time, from, number, text, size) =
            (cell("time"), cell("from"), cell("number"), cell("text-start"), cell("size"));
        let bar = cell("bar");
        let svg = append_svg(&bar, "svg");
        svg.set_attribute("class", "anatomy");
        svg.set_attribute("viewBox", "0 0 90 14");
        svg.set_attribute("aria-hidden", "true");
        let paths = ["time", "reads", "cap", "gap"].map(|class| {
            let path = append_svg(&svg, "path");
            path.set_attribute("class", class);
            path
        });
        Self {
            time,
            from,
            number,
            text,
            size,
            bar,
            paths,
            cut: cell("cut"),
            delta: cell("delta"),
            words: cell("words"),
            element: row,
            shows: None,
        }
    }

    /// The height in pixels.
    pub(super) fn height(&self) -> usize {
        self.element.number("offsetHeight") as usize
    }

    /// Shows this event as the row with this index, or nothing.
    pub(super) fn show(&mut self, watch: &Watch, entry: Option<(u64, &Event)>, index: usize) {
        self.element.toggle_attribute("hidden", entry.is_none());
        let Some((number, event)) = entry else { return };
        self.element.set_attribute("aria-rowindex", &(index + 1).to_string());
        let is_message = matches!(event, Event::Message(_));
        if is_message {
            let selected = watch.log().selected() == Some(number);
            self.element.set_attribute("aria-selected", if selected { "true" } else { "false" });
        } else {
            self.element.remove_attribute("aria-selected");
        }
        if self.shows.replace(number) == Some(number) {
            return;
        }
        self.element.set_attribute("class", if is_message { "row" } else { "row story" });
        self.time.set_content(&time_of_day(unix_ms(event.at())));
        self.from.set_content("");
        if let Some(about) = event.about() {
            let tag = append(&self.from, "span", "tag");
            tag.set_content(about.transport.name());
            tag.set_attribute("data-transport", about.transport.name());
            append_isolated(&self.from, &visible(about.peer.as_bytes()));
            self.from.set_attribute("title", &escaped(about.peer.as_bytes()));
        }
        match event {
            Event::Message(message) => self.show_message(watch, message),
            event => self.show_story(event),
        }
    }

    fn show_story(&self, event: &Event) {
        for cell in [&self.number, &self.text, &self.size, &self.cut, &self.delta] {
            cell.set_content("");
        }
        self.paths.iter().for_each(|path| path.set_attribute("d", ""));
        let state = match event {
            Event::Dropped(_) => "dropped",
            Event::Close(_) => "ended",
            _ => "opened",
        };
        self.element.set_attribute("data-state", state);
        self.words.set_content("");
        append_isolated(&self.words, &visible(story(event).unwrap_or_default().as_bytes()));
    }

    fn show_message(&self, watch: &Watch, message: &Message) {
        self.element.remove_attribute("data-state");
        self.words.set_content("");
        self.number.set_content(&message.seq.to_string());
        self.size.set_content(&grouped(message.bytes));
        let bytes = payload(message);
        let text = match message.terminator {
            Terminator::Crlf => bytes.strip_suffix(b"\r\n"),
            Terminator::Lf => bytes.strip_suffix(b"\n"),
            Terminator::None => None,
        };
        self.text.set_content("");
        append_isolated(&self.text, &visible(start_of(text.unwrap_or(&bytes), SHOWN)));
        let bar = mini_bar(message, BAR, watch.gap_ns());
        for (path, line) in self.paths.iter().zip([&bar.time, &bar.reads, &bar.cap, &bar.gap]) {
            path.set_attribute("d", line);
        }
        let reads = counted(message.reads.len() as u64 + message.reads_omitted, "read", "reads");
        self.bar.set_attribute("title", &reads);
        self.bar.set_attribute("aria-label", &reads);
        self.cut.set_content(message.end.name());
        self.delta.set_content(&message.delta_ns.map(duration).unwrap_or_default());
    }
}
