//! Where the texts of a query are in a text.

use super::{Field, Filter};

impl Filter {
    /// Splits a text of this field into runs, each with whether it is part of a match.
    pub fn runs<'t>(&self, field: Field, text: &'t str) -> Vec<(&'t str, bool)> {
        let bytes = text.as_bytes();
        let (mut runs, mut start, mut is_match, mut match_end) = (Vec::new(), 0, false, 0);
        for at in 0..=bytes.len() {
            for needle in self.query.texts(field) {
                let end = at + needle.len();
                if bytes.get(at..end).is_some_and(|part| part.eq_ignore_ascii_case(needle.as_bytes())) {
                    match_end = match_end.max(end);
                }
            }
            if at == bytes.len() || is_match != (at < match_end) {
                // A match begins and ends between characters: in UTF-8 no character is a part of others.
                if start < at {
                    runs.push((text.get(start..at).unwrap_or_default(), is_match));
                }
                (start, is_match) = (at, at < match_end);
            }
        }
        runs
    }
}
