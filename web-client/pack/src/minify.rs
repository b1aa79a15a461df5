//! Takes out what browsers ignore: comments and indentation.
//!
//! It only removes what is safe without understanding the language, which is most of what there is to gain once
//! the files are compressed.

/// Removes comments and spaces around punctuation from a style sheet. Strings are left alone.
pub(crate) fn css(source: &str) -> String {
    let mut out = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("/*") => {
                let comment = rest.find("*/").map_or(rest.len(), |end| end + 2);
                space(&mut out);
                rest = &rest[comment..];
                continue;
            }
            '"' | '\'' => string_length(rest, first),
            first => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        match token {
            _ if first.is_whitespace() => space(&mut out),
            "{" | "}" | ";" | "," => {
                out.truncate(out.trim_end_matches(' ').len());
                if token == "}" && out.ends_with(';') {
                    out.pop();
                }
                out.push_str(token);
            }
            _ => out.push_str(token),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Adds a space where one can matter. Before a colon it does: `a :hover` isn't `a:hover`.
fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(['{', '}', ';', ',', ':', ' ']) {
        out.push(' ');
    }
}

/// The length of a string with its quotes.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if char == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Removes the indentation of a page. A line break remains, as it separates words. Where spaces count, the page
/// stays as it is.
pub(crate) fn html(source: &str) -> String {
    if ["<pre", "<script>", "<style"].iter().any(|kept| source.contains(kept)) {
        return source.to_owned();
    }
    lines(source, |_| true)
}

/// Removes the indentation and whole lines of comments from a script, unless a string may go over several lines.
pub(crate) fn script(source: &str) -> String {
    if source.lines().any(|line| line.matches('`').count() % 2 != 0 || line.ends_with('\\')) {
        return source.to_owned();
    }
    let mut in_comment = false;
    lines(source, |line| {
        in_comment |= line.starts_with("/*");
        let keep = !in_comment && !line.starts_with("//");
        in_comment &= !line.ends_with("*/");
        keep
    })
}

/// Removes a function from a script that is still indented: it ends at a brace as far in as it begins.
pub(crate) fn without_function(source: &str, name: &str) -> String {
    let head = format!("function {name}(");
    let mut end = None;
    let mut rest = String::new();
    for line in source.lines() {
        let code = line.trim_start();
        if end.is_none() && code.starts_with(&head) {
            end = Some(format!("{}}}", &line[..line.len() - code.len()]));
        }
        match &end {
            Some(last) if line == last => end = None,
            Some(_) => {}
            None => rest.extend([line, "\n"]),
        }
    }
    rest
}

fn lines(source: &str, mut keep: impl FnMut(&str) -> bool) -> String {
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && keep(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_sheet_loses_its_comments_and_spaces() {
        let source = "/* Sheet */\n:root {\n  --a: 1px;\n  --b: calc(1px + 2px);\n}\n\na > b, a :hover { color: red; }\n";
        assert_eq!(css(source), ":root{--a:1px;--b:calc(1px + 2px)}a > b,a :hover{color:red}");
        assert_eq!(css("a /* b */ c{}"), "a c{}");
        assert_eq!(
            css("@media (width < 5px) and (height > 2px) { a{} }"),
            "@media (width < 5px) and (height > 2px){a{}}"
        );
    }

    #[test]
    fn strings_in_a_style_sheet_stay() {
        let source = r#"a::after{content:" ; /* { "}b{content:'\' ,'}"#;
        assert_eq!(css(source), source);
        assert_eq!(css(r#"a { content: "▾" / "" }"#), r#"a{content:"▾" / ""}"#);
    }

    #[test]
    fn a_page_loses_its_indentation_but_no_separation() {
        assert_eq!(html("<p>one\n    <b>two</b>\n\n  three</p>\n"), "<p>one\n<b>two</b>\nthree</p>\n");
        let kept = "<pre>\n  x\n</pre>";
        assert_eq!(html(kept), kept);
    }

    #[test]
    fn a_script_can_lose_a_function() {
        let source = "let a;\n  function b() {\n    if (a) {\n    }\n  }\n  function c() {\n  }\n";
        assert_eq!(without_function(source, "b"), "let a;\n  function c() {\n  }\n");
        assert_eq!(without_function(source, "d"), source);
    }

    #[test]
    fn a_script_loses_its_indentation_and_lines_of_comments() {
        let source = "/**\n * Starts.\n */\nfunction a() {\n\n    // Go.\n    return \"// b\"; // c\n}\n";
        assert_eq!(script(source), "function a() {\nreturn \"// b\"; // c\n}\n");
        let kept = "const a = `\n  // text\n`;\n";
        assert_eq!(script(kept), kept);
    }
}
