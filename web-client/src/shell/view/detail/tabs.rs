//! The tabs. The left and right arrow keys move between them, as the ARIA Authoring Practices ask for.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::list::inspector::Tab;
use crate::shell::browser::dom::{by_id, set_shown};

/// Shows which tab is selected, and returns it: the one that was chosen, or text in place of JSON for messages that
/// aren't JSON.
pub(super) fn show(panel: &Element, chosen: Tab, has_json: bool) -> Result<Tab, JsValue> {
    let selected = if chosen == Tab::Json && !has_json { Tab::Text } else { chosen };
    for tab in Tab::ALL {
        let button = by_id::<Element>(tab.id())?;
        let (is_selected, index) = if tab == selected { ("true", "0") } else { ("false", "-1") };
        button.set_attribute("aria-selected", is_selected)?;
        button.set_attribute("tabindex", index)?;
        set_shown(&button, tab != Tab::Json || has_json);
    }
    panel.set_attribute("aria-labelledby", selected.id())?;
    Ok(selected)
}

/// Moves the selection and the focus from a tab to the next or the previous one, around the ends.
pub(super) fn move_focus(event: &KeyboardEvent, to_next: bool) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let mut at = target.filter(|target| target.matches("[role=tab]").unwrap_or_default());
    while let Some(tab) = at {
        let beside = if to_next { tab.next_element_sibling() } else { tab.previous_element_sibling() };
        at = beside.or_else(|| {
            let list = tab.parent_element()?;
            if to_next { list.first_element_child() } else { list.last_element_child() }
        });
        let shown = at.as_ref().filter(|tab| !tab.has_attribute("hidden"));
        if let Some(shown) = shown.and_then(|tab| tab.dyn_ref::<HtmlElement>()) {
            shown.click();
            let _ = shown.focus();
            return;
        }
    }
}
