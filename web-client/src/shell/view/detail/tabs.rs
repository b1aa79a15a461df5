//! The tabs. The left and right arrow keys move between them, as the ARIA Authoring Practices ask for.

use crate::list::inspector::Tab;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::find;

/// Shows which tab is selected, and returns it: the one that was chosen, or text in place of JSON for messages that
/// aren't JSON.
pub(super) fn show(chosen: Tab, has_json: bool) -> Tab {
    let selected = if chosen == Tab::Json && !has_json { Tab::Text } else { chosen };
    for tab in Tab::ALL {
        let button = find(tab.id());
        let (is_selected, index) = if tab == selected { ("true", "0") } else { ("false", "-1") };
        button.set_attribute("aria-selected", is_selected);
        button.set_attribute("tabindex", index);
        button.toggle_attribute("hidden", tab == Tab::Json && !has_json);
    }
    find("detail-bytes").set_attribute("aria-labelledby", selected.id());
    selected
}

/// Moves the selection and the focus from a tab to the next or the previous one, around the ends.
pub(crate) fn move_focus(event: &Object, to_next: bool) {
    let (beside, around) = if to_next {
        ("nextElementSibling", "firstElementChild")
    } else {
        ("previousElementSibling", "lastElementChild")
    };
    let mut at = event.target("[role=tab]");
    while let Some(tab) = at {
        at = tab.get(beside).or_else(|| tab.get("parentElement")?.get(around));
        if let Some(shown) = at.as_ref().filter(|tab| !tab.flag("hidden")) {
            shown.run("click");
            shown.run("focus");
            return;
        }
    }
}
