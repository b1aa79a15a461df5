//! What outlives a visit: the settings, in the page's address, and the messages sent, in the browser's store.

use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;

use crate::send::History;
use crate::settings::PageSettings;
use crate::shell::browser::dom::window;

/// The messages' key in the store.
const KEY: &str = "wirestamp.history";

/// As the page's address has them.
pub(crate) fn settings() -> Result<PageSettings, JsValue> {
    let query = window()?.location().search()?;
    Ok(PageSettings::parse(&query))
}

/// Puts them into the address, without going anywhere.
pub(crate) fn put_into_address(settings: &PageSettings) {
    let query = settings.query();
    let address = if query.is_empty() { "." } else { &query };
    // A browser that keeps the address as it was has lost nothing but a link.
    let _ = window()
        .and_then(|window| window.history()?.replace_state_with_url(&JsValue::NULL, "", Some(address)));
}

/// The messages of earlier visits, as far as the browser kept them.
pub(crate) fn history() -> History {
    let kept = || -> Option<Array> {
        let text = window().ok()?.local_storage().ok()??.get_item(KEY).ok()??;
        JSON::parse(&text).ok()?.dyn_into().ok()
    };
    let messages = kept().into_iter().flat_map(|messages| messages.to_vec());
    History::restore(messages.filter_map(|message| message.as_string()))
}

/// Keeps the messages for the next visit. A browser that does not, or has no room, has none.
pub(crate) fn keep(history: &History) {
    let messages: Array = history.kept().map(JsValue::from_str).collect();
    let keep = || -> Option<()> {
        let store = window().ok()?.local_storage().ok()??;
        store.set_item(KEY, &String::from(JSON::stringify(&messages).ok()?)).ok()
    };
    keep();
}
