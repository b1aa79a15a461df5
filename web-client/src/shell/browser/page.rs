//! The page's elements, by their ids, and new ones. Markup can't be inserted with these: text becomes text nodes.
//!
//! None of these returns an error, as none can happen in a page: undoing what was built before each of a hundred
//! elements was a tenth of the page. Should one happen all the same, it ends what is being done.

use wasm_bindgen::prelude::*;

use super::object::Object;
use crate::text::Piece;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = document, js_name = getElementById)]
    fn get_element_by_id(id: &str) -> Option<Object>;
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(name: &str) -> Object;
    #[wasm_bindgen(js_namespace = document, js_name = createElementNS)]
    fn create_element_of(namespace: &str, name: &str) -> Object;
}

const SVG: &str = "http://www.w3.org/2000/svg";

/// The page's document. There is none in a worker.
pub(crate) fn document() -> Option<Object> {
    Object::scope().get("document")
}

/// The element with this id, which is in the page's markup.
#[inline(never)]
pub(crate) fn find(id: &str) -> Object {
    get_element_by_id(id).unwrap_or_else(|| wasm_bindgen::throw_str(id))
}

/// A new element with this class.
#[inline(never)]
pub(crate) fn create(name: &str, class: &str) -> Object {
    let element = create_element(name);
    if !class.is_empty() {
        element.set_attribute("class", class);
    }
    element
}

/// Appends a new element with this class to `parent`.
#[inline(never)]
pub(crate) fn append(parent: &Object, name: &str, class: &str) -> Object {
    let element = create(name, class);
    parent.append(&element);
    element
}

/// Appends a new SVG element to `parent`.
pub(crate) fn append_svg(parent: &Object, name: &str) -> Object {
    let element = create_element_of(SVG, name);
    parent.append(&element);
    element
}

/// Sets an attribute of an element.
#[inline(never)]
pub(crate) fn set_attribute(id: &str, name: &str, value: &str) {
    find(id).set_attribute(name, value);
}

/// Shows or hides an element.
#[inline(never)]
pub(crate) fn show(id: &str, shown: bool) {
    find(id).toggle_attribute("hidden", !shown);
}

/// Sets an element's text if it differs: screen readers read out every change of a status.
#[inline(never)]
pub(crate) fn say(id: &str, text: &str) {
    let element = find(id);
    if element.text("textContent").as_deref() != Some(text) {
        element.set_content(text);
    }
}

/// Shows this text, or hides the element if there is none.
pub(crate) fn show_text(id: &str, text: Option<String>) {
    show(id, text.is_some());
    say(id, text.as_deref().unwrap_or_default());
}

/// Moves the focus to an element.
pub(crate) fn focus(id: &str) {
    find(id).run("focus");
}

/// Appends received or typed text, isolated from the direction of the surrounding text.
pub(crate) fn append_isolated(parent: &Object, pieces: &[Piece]) {
    let isolated = append(parent, "bdi", "");
    for piece in pieces {
        if piece.escaped {
            append(&isolated, "span", "escape").set_content(&piece.text);
        } else {
            isolated.append_text(&piece.text);
        }
    }
}

/// The element around all others.
pub(crate) fn root() -> Object {
    document().and_then(|document| document.get("documentElement")).unwrap_or_else(Object::scope)
}

/// A part of the page's address, such as `host`.
pub(crate) fn location(part: &str) -> String {
    Object::scope().get("location").and_then(|location| location.text(part)).unwrap_or_default()
}

/// Whether the page came over TLS.
pub(crate) fn is_secure() -> bool {
    location("protocol") == "https:"
}

/// The port the page came from, which may be a proxy's.
pub(crate) fn http_port() -> u16 {
    location("port").parse().unwrap_or(if is_secure() { 443 } else { 80 })
}

/// Whether some text in the page is selected.
pub(crate) fn selects_text() -> bool {
    let selection = Object::scope().call("getSelection", Vec::new());
    selection.is_ok_and(|selection| !selection.flag("isCollapsed"))
}
