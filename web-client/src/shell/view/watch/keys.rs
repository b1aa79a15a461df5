//! The keys of this view.

use super::send;
use crate::list::Step;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::focus;
use crate::watch::WatchEvent;

/// Handles a key that works in the whole view while nothing is being typed. Returns whether it means something.
pub(crate) fn key(key: &str) -> bool {
    match key {
        "/" => focus("watch-filter"),
        "l" => focus("watch-log"),
        "p" => send(WatchEvent::TogglePause),
        "j" => send(WatchEvent::MoveSelection(Step::Down)),
        "k" => send(WatchEvent::MoveSelection(Step::Up)),
        "Escape" => back(),
        _ => return false,
    }
    true
}

/// Closes the message, or shows all sessions again, and moves the focus to the list.
pub(super) fn back() {
    send(WatchEvent::Back);
    focus("watch-log");
}

/// Moves in the list of messages.
pub(super) fn key_in_list(event: &Object) {
    if event.is_modified() {
        return;
    }
    let moved = match event.key().as_str() {
        "ArrowUp" => WatchEvent::MoveSelection(Step::Up),
        "ArrowDown" => WatchEvent::MoveSelection(Step::Down),
        "PageUp" => WatchEvent::MoveSelection(Step::PageUp),
        "PageDown" => WatchEvent::MoveSelection(Step::PageDown),
        "Home" => WatchEvent::MoveSelection(Step::First),
        "End" => WatchEvent::MoveSelection(Step::Last),
        "Enter" => WatchEvent::Inspect,
        _ => return,
    };
    event.run("preventDefault");
    send(moved);
}
