//! The field for the stamp format, and what is wrong with it.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlInputElement};

use crate::event::Event;
use crate::shell::browser::dom::{by_id, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;

pub(crate) struct FormatView {
    field: HtmlInputElement,
    error: Element,
    _listener: Listener,
}

impl FormatView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let field = by_id::<HtmlInputElement>("format")?;
        let listener = Listener::new(&field, "change", {
            let field = field.clone();
            move |_: &DomEvent| bus::send(Event::SetFormat(field.value()))
        })?;
        Ok(Self { field, error: by_id("format-error")?, _listener: listener })
    }

    pub(crate) fn show(&self, state: &State) {
        self.field.set_value(state.shown_format());
        let error = state.format_error();
        // Fails only for an invalid attribute name.
        let _ = match error {
            Some(_) => self.field.set_attribute("aria-invalid", "true"),
            None => self.field.remove_attribute("aria-invalid"),
        };
        set_text(&self.error, error.unwrap_or_default());
    }
}
