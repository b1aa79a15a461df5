//! Where the texts of a query are in a text.

use super::{Field, Filter};

impl Filter {
    /// Splits a text of this field into runs, each with whether it is part of a match.
    pub fn runs<'t>(&self, field: Field, text: &'t str) -> Vec<(&'t str, bool)> {
        let bytes = text.as_bytes();
        let mut marks = vec![false; bytes.len()];
        for needle in self.query.texts(field) {
            for (at, window) in bytes.windows(needle.len()).enumerate() {
                if window.eq_ignore_ascii_case(needle.as_bytes()) {
                    marks[at..at + needle.len()].fill(true);
                }
            }
        }
        // A match begins and ends between characters: in UTF-8 no character is a part of others.
        let runs = marks.chunk_by(|a, b| a == b).scan(text, |rest, run| {
            let (text, behind) = rest.split_at(run.len());
            *rest = behind;
            Some((text, run[0]))
        });
        runs.collect()
    }
}
