//! Bytes as text and in hexadecimal.

use std::ops::Range;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use crate::shell::browser::dom::element;
use crate::text::{Part, hex, parts, start_of};

/// Shows the first `most` bytes as text.
pub(super) fn show_text(
    document: &Document,
    place: &Element,
    bytes: &[u8],
    differing: &Range<usize>,
    most: usize,
) -> Result<(), JsValue> {
    let text = element(document, "bdi", "text")?;
    append(document, &text, &parts(start_of(bytes, most), differing))?;
    place.append_child(&text)?;
    Ok(())
}

/// Shows the first `most` bytes in hexadecimal, two rows on a line. The style sheet decides whether they are
/// beside or below each other.
pub(super) fn show_hex(
    document: &Document,
    place: &Element,
    bytes: &[u8],
    differing: &Range<usize>,
    most: usize,
) -> Result<(), JsValue> {
    let lines = element(document, "div", "hex")?;
    let mut rows = hex::rows(bytes, differing, most).peekable();
    while rows.peek().is_some() {
        let line = element(document, "div", "")?;
        for row in rows.by_ref().take(2) {
            let offset = element(document, "span", "offset")?;
            offset.set_text_content(Some(&row.offset));
            line.append_child(&offset)?;
            for parts in [&row.digits, &row.text] {
                let cell = element(document, "span", "")?;
                append(document, &cell, parts)?;
                line.append_child(&cell)?;
            }
        }
        lines.append_child(&line)?;
    }
    place.append_child(&lines)?;
    Ok(())
}

fn append(document: &Document, place: &Element, parts: &[Part]) -> Result<(), JsValue> {
    for part in parts {
        if part.title.is_empty() && !part.escaped && !part.differs {
            place.append_child(&document.create_text_node(&part.text))?;
            continue;
        }
        let class = match (part.escaped, part.differs) {
            (true, true) => "escape differs",
            (true, false) => "escape",
            (false, true) => "differs",
            (false, false) => "",
        };
        let span = element(document, "span", class)?;
        span.set_text_content(Some(&part.text));
        if !part.title.is_empty() {
            span.set_attribute("title", &part.title)?;
        }
        place.append_child(&span)?;
    }
    Ok(())
}
