//! Replaces the file names in the index by those that depend on the content.

use crate::Result;

/// Replaces each plain name that is a whole quoted string. A file the page never refers to would be useless, or
/// is misspelt there, so that is an error.
pub(crate) fn rewrite<'a>(html: &str, names: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<String> {
    names.into_iter().try_fold(html.to_owned(), |html, (plain, named)| {
        let reference = format!("\"{plain}\"");
        if html.contains(&reference) {
            Ok(html.replace(&reference, &format!("\"{named}\"")))
        } else {
            Err(format!(
                "does not refer to {plain}: add href={reference} or src={reference}, or remove the file"
            ))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reference_is_rewritten() {
        let html = r#"<link href="a.css"><link href="a.css"><script src="b.js"></script>"#;
        assert_eq!(
            rewrite(html, [("a.css", "a-1.css"), ("b.js", "b-2.js")]).unwrap(),
            r#"<link href="a-1.css"><link href="a-1.css"><script src="b-2.js"></script>"#
        );
    }

    #[test]
    fn a_name_in_other_words_is_left_alone() {
        let html = r#"<link href="a.css"><p title="data.css">a.css</p>"#;
        assert_eq!(
            rewrite(html, [("a.css", "a-1.css")]).unwrap(),
            r#"<link href="a-1.css"><p title="data.css">a.css</p>"#
        );
    }

    #[test]
    fn a_file_that_the_page_does_not_refer_to_is_an_error() {
        let error = rewrite(r#"<link href="a.css">"#, [("b.css", "b-1.css")]).unwrap_err();
        assert!(error.starts_with("does not refer to b.css: "), "{error}");
    }
}
