//! The filter's input, its completions, and what is wrong with its text.

use super::Handler;
use crate::event::Event;
use crate::list::filter::{Field, complete};
use crate::list::{Filter, LogEvent};
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{append, find, say};
use crate::shell::bus;
use crate::state::State;
use crate::text::Piece;

pub(super) const HANDLERS: [Handler; 2] = [("filter", "input", written), ("filter", "keydown", key)];

/// Shows what is wrong with the text.
pub(crate) fn draw(state: &State) {
    let mistake = state.send().log().filter().mistake();
    say("filter-mistake", mistake.unwrap_or_default());
    find("filter").set_attribute("aria-invalid", if mistake.is_some() { "true" } else { "false" });
}

fn written(_: &Object) {
    bus::send(Event::Log(LogEvent::Filter(find("filter").value())));
    offer();
}

/// Offers the completions of the text.
pub(crate) fn offer() {
    let words = find("filter-words");
    words.set_content("");
    for text in complete(&find("filter").value()) {
        append(&words, "option", "").set("value", &text);
    }
}

/// `Esc` clears the text. If there is none, the key is left to the page, which goes back to the message box.
fn key(event: &Object) {
    let input = find("filter");
    if event.key() == "Escape" && !event.flag("isComposing") && !input.value().is_empty() {
        event.run("preventDefault");
        event.run("stopPropagation");
        input.set("value", "");
        written(event);
    }
}

/// Appends a text of this field as [`append_isolated`](crate::shell::browser::page::append_isolated) does, with the
/// filter's matches marked.
pub(super) fn append_marked(parent: &Object, pieces: &[Piece], filter: &Filter, field: Field) {
    let isolated = append(parent, "bdi", "");
    for piece in pieces {
        if piece.escaped {
            append(&isolated, "span", "escape").set_content(&piece.text);
            continue;
        }
        for (run, is_match) in filter.runs(field, &piece.text) {
            if is_match {
                append(&isolated, "mark", "").set_content(run);
            } else {
                isolated.append_text(run);
            }
        }
    }
}
