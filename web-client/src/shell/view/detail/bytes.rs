//! Bytes as text and in hexadecimal.

use std::ops::Range;

use crate::shell::browser::object::Object;
use crate::shell::browser::page::append;
use crate::text::{Part, hex, parts, start_of};

/// Shows the first `most` bytes as text.
pub(crate) fn show_text(place: &Object, bytes: &[u8], differing: &Range<usize>, most: usize) {
    append_parts(&append(place, "bdi", "text"), &parts(start_of(bytes, most), differing));
}

/// Shows the first `most` bytes in hexadecimal, two rows on a line. The style sheet decides whether they are
/// beside or below each other.
pub(crate) fn show_hex(place: &Object, bytes: &[u8], differing: &Range<usize>, most: usize) {
    let lines = append(place, "div", "hex");
    let mut line = lines.clone();
    for (at, row) in hex::rows(bytes, differing, most).enumerate() {
        if at % 2 == 0 {
            line = append(&lines, "div", "");
        }
        append(&line, "span", "offset").set_content(&row.offset);
        append_parts(&append(&line, "span", ""), &row.digits);
        append_parts(&append(&line, "span", ""), &row.text);
    }
}

fn append_parts(place: &Object, parts: &[Part]) {
    for part in parts {
        if part.title.is_empty() && !part.escaped && !part.differs {
            place.append_text(&part.text);
            continue;
        }
        let class = match (part.escaped, part.differs) {
            (true, true) => "escape differs",
            (true, false) => "escape",
            (false, true) => "differs",
            (false, false) => "",
        };
        let span = append(place, "span", class);
        span.set_content(&part.text);
        if !part.title.is_empty() {
            span.set_attribute("title", &part.title);
        }
    }
}
