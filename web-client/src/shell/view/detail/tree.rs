//! JSON as a tree that can be folded.

use js_sys::JSON;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use super::append;
use crate::shell::browser::dom::isolated;
use crate::text::json::{self, JsonContent};
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
        let (open, count, close) = match value.content {
            JsonContent::Object(count) => ("{ ", count, " }"),
            JsonContent::Array(count) => ("[ ", count, " ]"),
            JsonContent::Scalar(text) => {
                let line = append(document, parent, "div", "value")?;
                show_key(document, &line, value.key)?;
                show_start(document, &line, text)?;
                continue;
            }
        };
        let details = append(document, parent, "details", "")?;
        details.toggle_attribute_with_force("open", value.depth < OPEN)?;
        let summary = append(document, &details, "summary", "")?;
        show_key(document, &summary, value.key)?;
        let text = [open, &count.to_string(), close].concat();
        summary.append_child(&document.create_text_node(&text))?;
        around.push(details);
    }
    if !is_all {
        show_note(document, place, "The rest is left out. Text shows all of it.")?;
    }
    Ok(())
}

/// Shows words of the page's own.
pub(super) fn show_note(document: &Document, place: &Element, words: &str) -> Result<(), JsValue> {
    append(document, place, "p", "")?.set_text_content(Some(words));
    Ok(())
}

fn show_key(document: &Document, place: &Element, key: &str) -> Result<(), JsValue> {
    if !key.is_empty() {
        let label = append(document, place, "span", "key")?;
        show_start(document, &label, key)?;
        label.append_child(&document.create_text_node(": "))?;
    }
    Ok(())
}

/// Shows the start of a text.
fn show_start(document: &Document, place: &Element, text: &str) -> Result<(), JsValue> {
    let start = start_of(text.as_bytes(), SHOWN);
    place.append_child(isolated(document, &visible(start))?.as_ref())?;
    if start.len() < text.len() {
        place.append_child(&document.create_text_node("…"))?;
    }
    Ok(())
}
