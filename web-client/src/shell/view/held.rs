//! A long text in place of the message box. What was in the box stays in it, and can still be undone there.

use std::cell::RefCell;

use web_sys::HtmlTextAreaElement;

use crate::send::held;
use crate::shell::browser::page::{append_isolated, find, say, show};

pub(crate) struct HeldView {
    message: HtmlTextAreaElement,
    text: RefCell<Option<String>>,
}

impl HeldView {
    pub(crate) fn new(message: HtmlTextAreaElement) -> Self {
        Self { message, text: RefCell::default() }
    }

    /// The text that is held.
    pub(crate) fn text(&self) -> Option<String> {
        self.text.borrow().clone()
    }

    pub(crate) fn is_on(&self) -> bool {
        self.text.borrow().is_some()
    }

    /// Holds a text. The box keeps the focus and its name, and can't be written in.
    pub(crate) fn hold(&self, text: &str) {
        let start = find("held-start");
        start.set_content("");
        append_isolated(&start, &held::start(text));
        say("held-size", &held::size(text));
        self.set(Some(text.to_owned()));
    }

    /// Shows the box again, and returns the text.
    pub(crate) fn release(&self) -> Option<String> {
        self.set(None)
    }

    fn set(&self, text: Option<String>) -> Option<String> {
        show("held", text.is_some());
        self.message.set_read_only(text.is_some());
        self.text.replace(text)
    }
}
