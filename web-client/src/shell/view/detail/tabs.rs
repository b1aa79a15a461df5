//! The tabs: arrow keys move between those that are shown, as the ARIA Authoring Practices describe.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlElement, KeyboardEvent};

use crate::event::Event;
use crate::list::inspector::Tab;
use crate::shell::browser::dom::{by_id, document, set_shown};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;

pub(super) struct Tabs {
    buttons: [Element; 3],
    panel: Element,
    _listeners: [Listener; 2],
}

impl Tabs {
    pub(super) fn new() -> Result<Self, JsValue> {
        let list = by_id::<Element>("detail-tabs")?;
        let [text, json, hex] = Tab::ALL.map(|tab| by_id::<Element>(tab.id()));
        Ok(Self {
            buttons: [text?, json?, hex?],
            panel: by_id("detail-bytes")?,
            _listeners: [
                Listener::new(&list, "click", |event: &DomEvent| {
                    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                    if let Some(tab) = target.and_then(|target| tab(&target)) {
                        bus::send(Event::ShowTab(tab));
                    }
                })?,
                Listener::new(&list, "keydown", |event: &KeyboardEvent| {
                    // Fails only if an element is missing from the page.
                    let _ = key(event);
                })?,
            ],
        })
    }

    /// Shows which tab is selected, and returns it: the one that was chosen, or text in place of JSON for messages
    /// that aren't JSON.
    pub(super) fn show(&self, chosen: Tab, has_json: bool) -> Result<Tab, JsValue> {
        let selected = if chosen == Tab::Json && !has_json { Tab::Text } else { chosen };
        for (tab, button) in Tab::ALL.into_iter().zip(&self.buttons) {
            let is_selected = tab == selected;
            button.set_attribute("aria-selected", if is_selected { "true" } else { "false" })?;
            button.set_attribute("tabindex", if is_selected { "0" } else { "-1" })?;
            set_shown(button, tab != Tab::Json || has_json);
        }
        self.panel.set_attribute("aria-labelledby", selected.id())?;
        Ok(selected)
    }
}

fn tab(button: &Element) -> Option<Tab> {
    let id = button.id();
    Tab::ALL.into_iter().find(|tab| tab.id() == id)
}

/// Moves the selection and the focus to another tab, around the ends.
fn key(event: &KeyboardEvent) -> Result<(), JsValue> {
    let document = document()?;
    let shown = Tab::ALL.map(|tab| by_id::<HtmlElement>(tab.id()));
    let shown: Vec<_> =
        shown.into_iter().flatten().filter(|button| !button.has_attribute("hidden")).collect();
    let focused = document.active_element().map(|element| element.id());
    let Some(at) = shown.iter().position(|button| Some(button.id()) == focused) else { return Ok(()) };
    let last = shown.len() - 1;
    let next = match event.key().as_str() {
        "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
        "ArrowRight" => (at + 1) % shown.len(),
        "Home" => 0,
        "End" => last,
        _ => return Ok(()),
    };
    event.prevent_default();
    if let Some(tab) = tab(&shown[next]) {
        bus::send(Event::ShowTab(tab));
    }
    shown[next].focus()
}
