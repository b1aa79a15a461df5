//! What outlasts a visit: the settings, in the page's address, and the messages sent, in local storage.

use wasm_bindgen::prelude::*;

use crate::list::export::json_array;
use crate::panes::Widths;
use crate::send::History;
use crate::settings::PageSettings;
use crate::shell::browser::object::{Object, parse_json};
use crate::shell::browser::page::location;
use crate::view::View;

/// The keys in local storage.
const KEY: &str = "wirestamp.history";
const WIDTHS: &str = "wirestamp.widths";

/// The key in session storage.
const TOKEN: &str = "wirestamp.watch-token";

const LOCAL: &str = "localStorage";
const SESSION: &str = "sessionStorage";

/// Reads the settings from the address.
pub(crate) fn settings() -> PageSettings {
    PageSettings::parse(&location("search"))
}

/// Writes the settings and the view to the address, without navigating.
pub(crate) fn put_into_address(settings: &PageSettings, view: View) {
    let query = settings.query();
    let address = [if query.is_empty() { "." } else { &query }, view.fragment()].concat();
    let history = Object::scope().get("history");
    // If the browser refuses, only a link is lost.
    let _ =
        history.map(|history| history.call("replaceState", vec![JsValue::NULL, "".into(), address.into()]));
}

/// The messages of earlier visits, if the browser kept them.
pub(crate) fn history() -> History {
    let kept = read(LOCAL, KEY).and_then(|text| parse_json(&text));
    let messages = kept.iter().flat_map(|kept| {
        let length = kept.number("length") as usize;
        (0..length).filter_map(|at| kept.get(&at.to_string())?.as_string())
    });
    History::restore(messages)
}

/// Saves the messages for the next visit, if the browser allows it and has room.
pub(crate) fn keep(history: &History) {
    write(LOCAL, KEY, &json_array(history.kept()));
}

/// The widths of panes and columns, as on the last visit.
pub(crate) fn widths() -> Widths {
    Widths::parse(&read(LOCAL, WIDTHS).unwrap_or_default())
}

/// Saves the widths for the next visit, if the browser allows it.
pub(crate) fn keep_widths(widths: &Widths) {
    write(LOCAL, WIDTHS, &widths.text());
}

/// The token that lets this tab watch.
pub(crate) fn token() -> Option<String> {
    read(SESSION, TOKEN)
}

/// Keeps the token for the life of the tab.
pub(crate) fn keep_token(token: &str) {
    write(SESSION, TOKEN, token);
}

fn read(store: &str, key: &str) -> Option<String> {
    Object::scope().try_get(store)?.call("getItem", vec![key.into()]).ok()?.as_string()
}

fn write(store: &str, key: &str, text: &str) {
    let store = Object::scope().try_get(store);
    // Without it, the next visit starts anew.
    let _ = store.map(|store| store.call("setItem", vec![key.into(), text.into()]));
}
