//! The page's elements with the types that web-sys gives them.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use super::page;

/// The page's document. Never an error.
#[inline(always)]
pub(crate) fn document() -> Result<Document, JsValue> {
    Ok(page::document().unwrap_throw().unchecked_into())
}

/// The page's element with this id, which must have the type `T`. Never an error.
#[inline(always)]
pub(crate) fn by_id<T: JsCast>(id: &str) -> Result<T, JsValue> {
    Ok(page::find(id).unchecked_into())
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
