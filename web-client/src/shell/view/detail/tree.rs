//! JSON as a tree that can be folded.

use crate::shell::browser::object::{Object, parse_json};
use crate::shell::browser::page::{append, append_isolated};
use crate::text::json::{self, JsonContent};
use crate::text::{start_of, visible};

/// How many levels are open at first.
const OPEN: usize = 2;

/// How many bytes of a key or a value are shown.
const SHOWN: usize = 2 << 10;

/// Whether the browser's parser accepts a text.
pub(crate) fn is_json(text: &str) -> bool {
    parse_json(text).is_some()
}

/// Shows the values of a JSON text.
pub(crate) fn show_json(place: &Object, text: &str) {
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
                let line = append(parent, "div", "value");
                show_key(&line, value.key);
                show_start(&line, text);
                continue;
            }
        };
        let details = append(parent, "details", "");
        details.toggle_attribute("open", value.depth < OPEN);
        let summary = append(&details, "summary", "");
        show_key(&summary, value.key);
        summary.append_text(&[open, &count.to_string(), close].concat());
        around.push(details);
    }
    if !is_all {
        show_note(place, "The rest is left out. Text shows all of it.");
    }
}

/// Shows words of the page's own.
pub(crate) fn show_note(place: &Object, words: &str) {
    append(place, "p", "").set_content(words);
}

fn show_key(place: &Object, key: &str) {
    if !key.is_empty() {
        let label = append(place, "span", "key");
        show_start(&label, key);
        label.append_text(": ");
    }
}

/// Shows the start of a text.
fn show_start(place: &Object, text: &str) {
    let start = start_of(text.as_bytes(), SHOWN);
    append_isolated(place, &visible(start));
    if start.len() < text.len() {
        place.append_text("…");
    }
}
