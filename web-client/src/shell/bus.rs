//! Where views and callbacks leave what happens. They know nothing of who takes it from here.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use crate::event::Event;

thread_local! {
    /// What has happened and was not handled yet.
    static EVENTS: RefCell<VecDeque<Event>> = const { RefCell::new(VecDeque::new()) };
    static HANDLER: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// Tells that something happened. It is handled at once, or behind what is being handled.
pub(crate) fn send(event: Event) {
    EVENTS.with_borrow_mut(|events| events.push_back(event));
    if let Some(handle) = HANDLER.get() {
        handle();
    }
}

/// The oldest event that was not handled yet.
pub(crate) fn next() -> Option<Event> {
    EVENTS.with_borrow_mut(VecDeque::pop_front)
}

/// Has this called after each event. It may be called while it runs, and is to take all events there are.
pub(crate) fn set_handler(handler: fn()) {
    HANDLER.set(Some(handler));
}
