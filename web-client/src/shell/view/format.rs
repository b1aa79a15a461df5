//! The field for the stamp format, and what is wrong with it.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement};

use crate::shell::browser::dom::{by_id, set_text};
use crate::state::State;

pub(crate) struct FormatView {
    field: HtmlInputElement,
    error: Element,
}

impl FormatView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        Ok(Self { field: by_id("format")?, error: by_id("format-error")? })
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
