//! A long text in place of the message box. What was in the box stays in it, and can still be undone there.

use std::cell::RefCell;

use crate::send::held;
use crate::shell::browser::page::{append_isolated, find, say, show};

thread_local! {
    static TEXT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The text that is held.
pub(super) fn text() -> Option<String> {
    TEXT.with_borrow(Clone::clone)
}

/// Holds a text. The box keeps the focus and its name, and can't be written in.
pub(super) fn hold(text: &str) {
    let start = find("held-start");
    start.set_content("");
    append_isolated(&start, &held::start(text));
    say("held-size", &held::size(text));
    set(Some(text.to_owned()));
}

/// Shows the box again, and returns the text.
pub(super) fn release() -> Option<String> {
    set(None)
}

fn set(text: Option<String>) -> Option<String> {
    show("held", text.is_some());
    find("message").toggle_attribute("readonly", text.is_some());
    TEXT.replace(text)
}
