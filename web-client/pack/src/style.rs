//! Joins the parts of a style sheet, which a browser would fetch one after the other.

use crate::Result;

/// Replaces each line `@import "name";` by what `read` returns for the name.
pub(crate) fn join(sheet: &str, read: impl Fn(&str) -> Result<String>) -> Result<String> {
    let part = |line: &str| match line.strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
        Some(name) => read(name),
        None => Ok([line, "\n"].concat()),
    };
    sheet.lines().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_takes_the_place_of_the_line_that_names_it() {
        let read = |name: &str| match name {
            "a/b.css" => Ok("b{}\n".to_owned()),
            _ => Err(format!("{name}: missing")),
        };
        assert_eq!(join("a{}\n@import \"a/b.css\";\nc{}", read).unwrap(), "a{}\nb{}\nc{}\n");
        assert_eq!(join("@import \"c.css\";", read), Err("c.css: missing".to_owned()));
    }
}
