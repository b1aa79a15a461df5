//! Keyboard shortcuts, which work while nothing is being typed, and the help dialog.

use wasm_bindgen::prelude::*;
use web_sys::{Event as DomEvent, HtmlDialogElement, HtmlElement, KeyboardEvent, MouseEvent};

use crate::event::Event;
use crate::list::LogEvent;
use crate::shell::browser::dom::{by_id, document, selects_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;

pub(crate) struct Keys {
    _listeners: [Listener; 3],
}

impl Keys {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (document, open) = (document()?, by_id::<HtmlElement>("help-open")?);
        Ok(Self {
            _listeners: [
                Listener::new(&document, "keydown", |event: &KeyboardEvent| {
                    // Fails only if an element is missing from the page.
                    let _ = key(event);
                })?,
                Listener::new(&document, "click", click)?,
                Listener::new(&open, "click", |_: &DomEvent| {
                    let _ = help();
                })?,
            ],
        })
    }
}

fn help() -> Result<(), JsValue> {
    by_id::<HtmlDialogElement>("help")?.show_modal()
}

fn key(event: &KeyboardEvent) -> Result<(), JsValue> {
    if event.alt_key() || event.is_composing() {
        return Ok(());
    }
    let document = document()?;
    // Dialogs and menus have their own keys.
    if document.query_selector("dialog[open], :popover-open")?.is_some() {
        return Ok(());
    }
    let focused = document.active_element();
    let types = focused.as_ref().is_some_and(|element| {
        let types = "textarea, select, input:not([type=checkbox])";
        element.matches(types).unwrap_or_default()
    });
    let focus = |id| by_id::<HtmlElement>(id)?.focus();
    let log = |event| bus::send(Event::Log(event));
    let held = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "c" if held && !types && !selects_text() => log(LogEvent::CopySelected),
        "z" if held && !types => log(LogEvent::Undo),
        _ if held => return Ok(()),
        "Escape" => {
            log(LogEvent::Deselect);
            focus("message")?;
        }
        "/" if !types => focus("filter")?,
        "l" if !types => focus("log")?,
        "m" if !types => focus("message")?,
        "p" if !types => log(LogEvent::TogglePause),
        "?" if !types => help()?,
        _ => return Ok(()),
    }
    event.prevent_default();
    Ok(())
}

/// Closes a dialog when the click was beside it. Browsers do so themselves only since 2025 (`closedby`).
fn click(event: &MouseEvent) {
    let dialog = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog {
        let (x, y, around) = (event.client_x(), event.client_y(), dialog.get_bounding_client_rect());
        let (x, y) = (f64::from(x), f64::from(y));
        if x < around.left() || x > around.right() || y < around.top() || y > around.bottom() {
            dialog.close();
        }
    }
}
