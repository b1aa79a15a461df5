//! The live region for screen readers.

use wasm_bindgen::prelude::*;
use web_sys::Element;

use crate::shell::browser::dom::by_id;

pub(crate) struct Announcer {
    element: Element,
}

impl Announcer {
    pub(crate) fn new() -> Result<Self, JsValue> {
        Ok(Self { element: by_id("announce")? })
    }

    pub(crate) fn say(&self, words: &str) {
        self.element.set_text_content(Some(words));
    }
}
