//! Keyboard shortcuts, which work while nothing is being typed, and the help dialog.

use wasm_bindgen::prelude::*;
use web_sys::{Event as DomEvent, HtmlDialogElement, HtmlElement, KeyboardEvent};

use crate::event::Event;
use crate::list::LogEvent;
use crate::shell::browser::dom::{by_id, document};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;

pub(crate) struct Keys {
    _listeners: [Listener; 2],
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
    let undoes = (event.ctrl_key() || event.meta_key()) && event.key() == "z";
    if (event.ctrl_key() || event.meta_key()) && !undoes || event.alt_key() || event.is_composing() {
        return Ok(());
    }
    let document = document()?;
    // Dialogs have their own keys.
    if document.query_selector("dialog[open]")?.is_some() {
        return Ok(());
    }
    let focused = document.active_element();
    let types = focused.as_ref().is_some_and(|element| {
        let types = "textarea, select, input:not([type=checkbox])";
        element.matches(types).unwrap_or_default()
    });
    let focus = |id| by_id::<HtmlElement>(id)?.focus();
    match event.key().as_str() {
        "Escape" => {
            bus::send(Event::Log(LogEvent::Deselect));
            focus("message")?;
        }
        "z" if undoes && !types => bus::send(Event::Log(LogEvent::Undo)),
        "/" if !types => focus("filter")?,
        "l" if !types => focus("log")?,
        "m" if !types => focus("message")?,
        "p" if !types => bus::send(Event::Log(LogEvent::TogglePause)),
        "?" if !types => help()?,
        _ => return Ok(()),
    }
    event.prevent_default();
    Ok(())
}
