//! A long text in place of the message box. What was in the box stays in it, and can still be undone there.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlTextAreaElement};

use crate::send::held;
use crate::shell::browser::dom::{by_id, document, isolated, set_shown, set_text};

pub(crate) struct HeldView {
    message: HtmlTextAreaElement,
    row: Element,
    start: Element,
    size: Element,
    text: RefCell<Option<String>>,
}

impl HeldView {
    pub(crate) fn new(message: HtmlTextAreaElement) -> Result<Self, JsValue> {
        let (row, start, size) = (by_id("held")?, by_id("held-start")?, by_id("held-size")?);
        Ok(Self { message, row, start, size, text: RefCell::default() })
    }

    /// The text that is held.
    pub(crate) fn text(&self) -> Option<String> {
        self.text.borrow().clone()
    }

    pub(crate) fn is_on(&self) -> bool {
        self.text.borrow().is_some()
    }

    /// Holds a text. The box keeps the focus and its name, and can't be written in.
    pub(crate) fn hold(&self, text: &str) -> Result<(), JsValue> {
        self.start.set_text_content(None);
        self.start.append_child(isolated(&document()?, &held::start(text))?.as_ref())?;
        set_text(&self.size, &held::size(text));
        self.set(Some(text.to_owned()));
        Ok(())
    }

    /// Shows the box again, and returns the text.
    pub(crate) fn release(&self) -> Option<String> {
        self.set(None)
    }

    fn set(&self, text: Option<String>) -> Option<String> {
        set_shown(&self.row, text.is_some());
        self.message.set_read_only(text.is_some());
        self.text.replace(text)
    }
}
