//! What outlasts a visit: the settings, in the page's address, and the messages sent, in local storage.

use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;

use crate::panes::Widths;
use crate::send::History;
use crate::settings::PageSettings;
use crate::shell::browser::dom::window;

/// The keys in local storage.
const KEY: &str = "wirestamp.history";
const WIDTHS: &str = "wirestamp.widths";

/// Reads the settings from the address.
pub(crate) fn settings() -> Result<PageSettings, JsValue> {
    let query = window()?.location().search()?;
    Ok(PageSettings::parse(&query))
}

/// Writes the settings to the address, without navigating.
pub(crate) fn put_into_address(settings: &PageSettings) {
    let query = settings.query();
    let address = if query.is_empty() { "." } else { &query };
    // If the browser refuses, only a link is lost.
    let _ = window()
        .and_then(|window| window.history()?.replace_state_with_url(&JsValue::NULL, "", Some(address)));
}

/// The messages of earlier visits, if the browser kept them.
pub(crate) fn history() -> History {
    let kept = || -> Option<Array> {
        let text = window().ok()?.local_storage().ok()??.get_item(KEY).ok()??;
        JSON::parse(&text).ok()?.dyn_into().ok()
    };
    let messages = kept().into_iter().flat_map(|messages| messages.to_vec());
    History::restore(messages.filter_map(|message| message.as_string()))
}

/// Saves the messages for the next visit, if the browser allows it and has room.
pub(crate) fn keep(history: &History) {
    let messages: Array = history.kept().map(JsValue::from_str).collect();
    let keep = || -> Option<()> {
        let store = window().ok()?.local_storage().ok()??;
        store.set_item(KEY, &String::from(JSON::stringify(&messages).ok()?)).ok()
    };
    keep();
}

/// The widths of panes and columns, as on the last visit.
pub(crate) fn widths() -> Widths {
    let kept = || window().ok()?.local_storage().ok()??.get_item(WIDTHS).ok()?;
    Widths::parse(&kept().unwrap_or_default())
}

/// Saves the widths for the next visit, if the browser allows it.
pub(crate) fn keep_widths(widths: &Widths) {
    if let Some(store) = window().ok().and_then(|window| window.local_storage().ok()?) {
        let _ = store.set_item(WIDTHS, &widths.text());
    }
}
