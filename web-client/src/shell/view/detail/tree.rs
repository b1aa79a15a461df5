//! JSON as a tree that can be folded.

use js_sys::JSON;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use crate::shell::browser::dom::{element, isolated};
use crate::text::json::{self, JsonContent, JsonValue};
use crate::text::{start_of, visible};

/// How many levels are open at first.
const OPEN: usize = 2;

/// How many bytes of a key or a value are shown.
const SHOWN: usize = 2 << 10;

/// Whether the browser's parser accepts a text.
pub(super) fn is_json(text: &str) -> bool {
    JSON::parse(text).is_ok()
}

/// Shows the values of a JSON text.
pub(super) fn show_json(document: &Document, place: &Element, text: &str) -> Result<(), JsValue> {
    let (values, is_all) = json::values(text);
    // The elements around the next value: one for each level.
    let mut around = vec![place.clone()];
    for value in &values {
        around.truncate(value.depth + 1);
        let Some(parent) = around.last() else { continue };
        match value.content {
            JsonContent::Object(count) => around.push(folded(document, parent, value, ["{", "}"], count)?),
            JsonContent::Array(count) => around.push(folded(document, parent, value, ["[", "]"], count)?),
            JsonContent::Scalar(text) => {
                let line = element(document, "div", "value")?;
                show_key(document, &line, value.key)?;
                line.append_child(isolated(document, &visible(start_of(text.as_bytes(), SHOWN)))?.as_ref())?;
                if text.len() > SHOWN {
                    line.append_child(&document.create_text_node("…"))?;
                }
                parent.append_child(&line)?;
            }
        }
    }
    if !is_all {
        show_note(document, place, "The rest is left out. Text shows all of it.")?;
    }
    Ok(())
}

pub(super) fn show_note(document: &Document, place: &Element, words: &str) -> Result<(), JsValue> {
    let note = element(document, "p", "")?;
    note.set_text_content(Some(words));
    place.append_child(&note)?;
    Ok(())
}

/// Adds an object or an array. Returns the element for its values.
fn folded(
    document: &Document,
    parent: &Element,
    value: &JsonValue<'_>,
    [open, close]: [&str; 2],
    count: usize,
) -> Result<Element, JsValue> {
    let details = element(document, "details", "")?;
    details.toggle_attribute_with_force("open", value.depth < OPEN)?;
    let summary = element(document, "summary", "")?;
    show_key(document, &summary, value.key)?;
    let text = [open, " ", &count.to_string(), " ", close].concat();
    summary.append_child(&document.create_text_node(&text))?;
    details.append_child(&summary)?;
    parent.append_child(&details)?;
    Ok(details)
}

fn show_key(document: &Document, place: &Element, key: &str) -> Result<(), JsValue> {
    if !key.is_empty() {
        let label = element(document, "span", "key")?;
        label.append_child(isolated(document, &visible(start_of(key.as_bytes(), SHOWN)))?.as_ref())?;
        label.append_child(&document.create_text_node(": "))?;
        place.append_child(&label)?;
    }
    Ok(())
}
