//! The filter's input, its completions, and what is wrong with its text.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent, HtmlInputElement, KeyboardEvent};

use crate::event::Event;
use crate::list::filter::{Field, complete};
use crate::list::{Filter, LogEvent};
use crate::shell::browser::dom::{by_id, document, element, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;
use crate::text::Piece;

pub(crate) struct FilterView {
    parts: Rc<Parts>,
    mistake: Element,
    _listeners: [Listener; 2],
}

struct Parts {
    document: Document,
    input: HtmlInputElement,
    words: Element,
}

impl FilterView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let parts =
            Rc::new(Parts { document: document()?, input: by_id("filter")?, words: by_id("filter-words")? });
        let (written, key) = (Rc::clone(&parts), Rc::clone(&parts));
        let listeners = [
            Listener::new(&parts.input, "input", move |_: &DomEvent| written.written())?,
            Listener::new(&parts.input, "keydown", move |event: &KeyboardEvent| key.key(event))?,
        ];
        parts.offer()?;
        Ok(Self { parts, mistake: by_id("filter-mistake")?, _listeners: listeners })
    }

    /// Shows what is wrong with the text.
    pub(crate) fn draw(&self, state: &State) -> Result<(), JsValue> {
        let mistake = state.send().log().filter().mistake();
        set_text(&self.mistake, mistake.unwrap_or_default());
        self.parts.input.set_attribute("aria-invalid", if mistake.is_some() { "true" } else { "false" })
    }
}

impl Parts {
    fn written(&self) {
        bus::send(Event::Log(LogEvent::Filter(self.input.value())));
        // If the DOM refuses new elements, the old completions stay.
        let _ = self.offer();
    }

    /// Offers the completions of the text.
    fn offer(&self) -> Result<(), JsValue> {
        self.words.set_text_content(None);
        for text in complete(&self.input.value()) {
            let option = element(&self.document, "option", "")?;
            option.set_attribute("value", &text)?;
            self.words.append_child(&option)?;
        }
        Ok(())
    }

    /// `Esc` clears the text. If there is none, the key is left to the page, which goes back to the message box.
    fn key(&self, event: &KeyboardEvent) {
        if event.key() == "Escape" && !event.is_composing() && !self.input.value().is_empty() {
            event.prevent_default();
            event.stop_propagation();
            self.input.set_value("");
            self.written();
        }
    }
}

/// A text of this field as in [`isolated`](crate::shell::browser::dom::isolated), with the filter's matches marked.
pub(super) fn marked(
    document: &Document,
    pieces: &[Piece],
    filter: &Filter,
    field: Field,
) -> Result<Element, JsValue> {
    let isolated = element(document, "bdi", "")?;
    let append = |name, class, text: &str| -> Result<(), JsValue> {
        let part = element(document, name, class)?;
        part.set_text_content(Some(text));
        isolated.append_child(&part).map(drop)
    };
    for piece in pieces {
        if piece.escaped {
            append("span", "escape", &piece.text)?;
            continue;
        }
        for (run, is_match) in filter.runs(field, &piece.text) {
            if is_match {
                append("mark", "", run)?;
            } else {
                isolated.append_child(&document.create_text_node(run))?;
            }
        }
    }
    Ok(isolated)
}
