//! Finds and creates elements. Markup can't be inserted with these: text becomes text nodes.
//!
//! Some of these return no error, as none can happen in a page: undoing what was built before each of a hundred
//! elements was a tenth of the page. Should one happen all the same, it ends what is being done.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Window};

use crate::text::Piece;

/// The page's window. Never an error.
#[inline(always)]
pub(crate) fn window() -> Result<Window, JsValue> {
    Ok(WINDOW.with(Clone::clone))
}

/// Whether some text in the page is selected.
pub(crate) fn selects_text() -> bool {
    let selection = window().ok().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// The page's document. Never an error.
#[inline(always)]
pub(crate) fn document() -> Result<Document, JsValue> {
    Ok(the_document())
}

#[inline(never)]
fn the_document() -> Document {
    DOCUMENT.with(Clone::clone).unwrap_or_else(|| wasm_bindgen::throw_str("there is no document"))
}

/// Whether this is a page: a worker has no document.
pub(crate) fn is_page() -> bool {
    DOCUMENT.with(Option::is_some)
}

#[wasm_bindgen]
extern "C" {
    /// The global scope.
    #[wasm_bindgen(thread_local_v2, js_name = self)]
    static WINDOW: Window;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Option<Document>;
}

/// The port the page came from, which may be a proxy's.
pub(crate) fn http_port() -> Result<u16, JsValue> {
    let location = window()?.location();
    let standard = if location.protocol()? == "https:" { 443 } else { 80 };
    Ok(location.port()?.parse().unwrap_or(standard))
}

/// The page's element with this id, which must have the type `T`. Never an error: without it, the page doesn't
/// start.
#[inline(always)]
pub(crate) fn by_id<T: JsCast>(id: &str) -> Result<T, JsValue> {
    Ok(found(id).unchecked_into())
}

#[inline(never)]
fn found(id: &str) -> Element {
    let element = the_document().get_element_by_id(id);
    element.unwrap_or_else(|| wasm_bindgen::throw_str(&["the page has no #", id].concat()))
}

/// Creates an element with this class. Never an error.
#[inline(always)]
pub(crate) fn element(document: &Document, name: &str, class: &str) -> Result<Element, JsValue> {
    Ok(created(document, name, class))
}

#[inline(never)]
fn created(document: &Document, name: &str, class: &str) -> Element {
    let element = document.create_element(name).unwrap_or_else(|error| wasm_bindgen::throw_val(error));
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element
}

/// Received or typed text, isolated from the direction of the surrounding text.
pub(crate) fn isolated(document: &Document, pieces: &[Piece]) -> Result<Element, JsValue> {
    let isolated = element(document, "bdi", "")?;
    for piece in pieces {
        if piece.escaped {
            let escape = element(document, "span", "escape")?;
            escape.set_text_content(Some(&piece.text));
            isolated.append_child(&escape)?;
        } else {
            isolated.append_child(&document.create_text_node(&piece.text))?;
        }
    }
    Ok(isolated)
}

/// Shows or hides an element.
pub(crate) fn set_shown(element: &Element, shown: bool) {
    // Fails only for an invalid attribute name.
    let _ = element.toggle_attribute_with_force("hidden", !shown);
}

/// Sets an element's text if it differs: screen readers read out every change of a status.
pub(crate) fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}
