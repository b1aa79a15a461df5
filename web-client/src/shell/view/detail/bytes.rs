//! Bytes as text and in hexadecimal.

use std::ops::Range;

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

use super::append;
use crate::text::{Part, hex, parts, start_of};

/// Shows the first `most` bytes as text.
pub(super) fn show_text(
    document: &Document,
    place: &Element,
    bytes: &[u8],
    differing: &Range<usize>,
    most: usize,
) -> Result<(), JsValue> {
    let text = append(document, place, "bdi", "text")?;
    append_parts(document, &text, &parts(start_of(bytes, most), differing))
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
    let lines = append(document, place, "div", "hex")?;
    let mut line = lines.clone();
    for (at, row) in hex::rows(bytes, differing, most).enumerate() {
        if at % 2 == 0 {
            line = append(document, &lines, "div", "")?;
        }
        append(document, &line, "span", "offset")?.set_text_content(Some(&row.offset));
        append_parts(document, &append(document, &line, "span", "")?, &row.digits)?;
        append_parts(document, &append(document, &line, "span", "")?, &row.text)?;
    }
    Ok(())
}

fn append_parts(document: &Document, place: &Element, parts: &[Part]) -> Result<(), JsValue> {
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
        let span = append(document, place, "span", class)?;
        span.set_text_content(Some(&part.text));
        if !part.title.is_empty() {
            span.set_attribute("title", &part.title)?;
        }
    }
    Ok(())
}
