//! Keyboard shortcuts, which work while nothing is being typed, and the dialogs.

use super::{Handler, watch};
use crate::event::Event;
use crate::list::LogEvent;
use crate::shell::browser::object::{Object, some};
use crate::shell::browser::page::{document, find, focus, root, selects_text};
use crate::shell::bus;
use crate::view::View;

pub(super) const HANDLERS: [Handler; 3] =
    [("page", "keydown", key), ("page", "click", close_dialog), ("help-open", "click", |_| help())];

/// Shows a view, and moves the focus to its main control.
fn show(view: View, control: &str) {
    bus::send(Event::Show(view));
    focus(control);
}

fn help() {
    find("help").run("showModal");
}

fn key(event: &Object) {
    let Some(document) = document().filter(|_| !event.flag("altKey") && !event.flag("isComposing")) else {
        return;
    };
    // Dialogs and menus have their own keys.
    if some(document.call("querySelector", vec!["dialog[open], :popover-open".into()])).is_some() {
        return;
    }
    let types = event.target("textarea, select, input:not([type=checkbox])").is_some();
    let log = |event| bus::send(Event::Log(event));
    let held = event.flag("ctrlKey") || event.flag("metaKey");
    let key = event.key();
    match key.as_str() {
        "1" if !types && !held => show(View::Send, "message"),
        "2" if !types && !held => show(View::Watch, "watch-log"),
        "?" if !types && !held => help(),
        _ if root().attribute("data-view").as_deref() == Some("watch") => {
            if held || (types && key != "Escape") || !watch::key(&key) {
                return;
            }
        }
        "c" if held && !types && !selects_text() => log(LogEvent::CopySelected),
        "z" if held && !types => log(LogEvent::Undo),
        _ if held => return,
        "Escape" => {
            log(LogEvent::Deselect);
            focus("message");
        }
        "/" if !types => focus("filter"),
        "l" if !types => focus("log"),
        "m" if !types => focus("message"),
        "p" if !types => log(LogEvent::TogglePause),
        _ => return,
    }
    event.run("preventDefault");
}

/// Closes a dialog when the click was beside it. Browsers do so themselves only since 2025 (`closedby`).
fn close_dialog(event: &Object) {
    // Beside a dialog is its backdrop, which is a part of it. Around its content it has no padding.
    let dialog = event.get("target").filter(|target| target.text("localName").as_deref() == Some("dialog"));
    let Some(dialog) = dialog else { return };
    let Ok(around) = dialog.call("getBoundingClientRect", Vec::new()) else { return };
    let is_within =
        |position, start, end| (around.number(start)..=around.number(end)).contains(&event.number(position));
    if !is_within("clientX", "left", "right") || !is_within("clientY", "top", "bottom") {
        dialog.run("close");
    }
}
