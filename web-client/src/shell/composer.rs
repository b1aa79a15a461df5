//! The box in which messages are written, its button and its hint.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlTextAreaElement, KeyboardEvent};
use wirestamp_protocol::count_lines;

use super::app::dispatch;
use super::clock::Clock;
use super::dom::by_id;
use super::guard::Listener;
use crate::{Event, on_first_line, on_last_line};

pub(super) struct Composer {
    parts: Rc<Parts>,
    _listeners: [Listener; 3],
}

struct Parts {
    message: HtmlTextAreaElement,
    send: Element,
    hint: Element,
    connected: Cell<bool>,
    clock: Clock,
}

impl Composer {
    /// Takes the focus.
    pub(super) fn new(clock: &Clock) -> Result<Self, JsValue> {
        let parts = Rc::new(Parts {
            message: by_id("message")?,
            send: by_id("send")?,
            hint: by_id("hint")?,
            connected: Cell::new(false),
            clock: clock.clone(),
        });
        let on_key = {
            let parts = Rc::clone(&parts);
            Listener::new(&parts.message.clone(), "keydown", move |event: &KeyboardEvent| parts.key(event))?
        };
        let on_input = {
            let parts = Rc::clone(&parts);
            Listener::new(&parts.message.clone(), "input", move |_: &DomEvent| parts.show_hint())?
        };
        let on_click = {
            let parts = Rc::clone(&parts);
            Listener::new(&parts.send.clone(), "click", move |_: &DomEvent| {
                parts.send();
                // A button takes the focus when it is pressed.
                let _ = parts.message.focus();
            })?
        };
        parts.message.focus()?;
        Ok(Self { parts, _listeners: [on_key, on_input, on_click] })
    }

    /// Puts a text into the box, with the caret behind it.
    pub(super) fn show(&self, text: &str) {
        let message = &self.parts.message;
        message.set_value(text);
        let end = message.text_length();
        // It fails only on boxes that have no caret, such as one for numbers.
        let _ = message.set_selection_range(end, end);
        self.parts.show_hint();
    }

    /// Whether the box's text could be sent.
    pub(super) fn set_connected(&self, connected: bool) {
        self.parts.connected.set(connected);
        // Not `disabled`: it stays within reach of the keyboard, with a hint at what is missing.
        let _ = self.parts.send.set_attribute("aria-disabled", if connected { "false" } else { "true" });
        self.parts.show_hint();
    }
}

impl Parts {
    fn send(&self) {
        dispatch(Event::Send { text: self.message.value(), at: self.clock.now() });
    }

    fn key(&self, event: &KeyboardEvent) {
        let modified = event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key();
        // While an input method composes, its keys are not the page's.
        if modified || event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Enter" => self.send(),
            "ArrowUp" if self.caret_at(on_first_line) => {
                dispatch(Event::Older { shown: self.message.value() });
            }
            "ArrowDown" if self.caret_at(on_last_line) => dispatch(Event::Newer),
            _ => return,
        }
        event.prevent_default();
    }

    /// Whether the caret, and no selection, is at such an edge.
    fn caret_at(&self, edge: fn(&str, usize) -> bool) -> bool {
        let bounds = (self.message.selection_start(), self.message.selection_end());
        match bounds {
            (Ok(Some(start)), Ok(Some(end))) => start == end && edge(&self.message.value(), start as usize),
            _ => false,
        }
    }

    fn show_hint(&self) {
        let lines = count_lines(self.message.value().as_bytes());
        let hint = if !self.connected.get() {
            "Not connected: what you type is kept".to_owned()
        } else if lines > 1 {
            let lines = lines.to_string();
            [&lines, " lines: ", &lines, " messages"].concat()
        } else {
            "Enter sends · Shift+Enter breaks the line · ↑↓ recall".to_owned()
        };
        if self.hint.text_content().as_deref() != Some(&hint) {
            self.hint.set_text_content(Some(&hint));
        }
    }
}
