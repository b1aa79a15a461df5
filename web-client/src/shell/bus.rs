//! The bus: views and callbacks send events to it, and don't know who handles them.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use crate::event::Event;

thread_local! {
    /// Events that haven't been handled yet.
    static EVENTS: RefCell<VecDeque<Event>> = const { RefCell::new(VecDeque::new()) };
    static HANDLER: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// Sends an event. It is handled at once, or after those being handled.
pub(crate) fn send(event: Event) {
    EVENTS.with_borrow_mut(|events| events.push_back(event));
    if let Some(handle) = HANDLER.get() {
        handle();
    }
}

/// Takes the oldest event.
pub(crate) fn next() -> Option<Event> {
    EVENTS.with_borrow_mut(VecDeque::pop_front)
}

/// Sets the function to call after each event. It may be called while it is running, and has to take all events.
pub(crate) fn set_handler(handler: fn()) {
    HANDLER.set(Some(handler));
}
