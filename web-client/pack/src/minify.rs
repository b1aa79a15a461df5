//! Takes out what browsers ignore: comments, indentation, and the hashes in wasm-bindgen's names.
//!
//! It only removes what is safe without understanding the language, which is most of what there is to gain once
//! the files are compressed.

use std::collections::HashMap;

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

fn lines(source: &str, mut keep: impl FnMut(&str) -> bool) -> String {
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && keep(line));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Replaces the hashes in the names that a module and its script share by numbers of the same length. Hashes are
/// random, so they can't be compressed.
pub(crate) fn renumber(wasm: &mut [u8], script: &mut String) {
    let mut numbers = HashMap::new();
    for at in hashes(script.as_bytes()) {
        let number = format!("{:016}", numbers.len() + 1);
        numbers.entry(script.as_bytes()[at..at + HASH].to_vec()).or_insert(number);
    }
    let mut text = std::mem::take(script).into_bytes();
    replace(&mut text, &numbers);
    replace(wasm, &numbers);
    *script = String::from_utf8(text).expect("only digits were replaced by digits");
}

/// The length of a hash in hex digits.
const HASH: usize = 16;

fn replace(text: &mut [u8], numbers: &HashMap<Vec<u8>, String>) {
    for at in hashes(text) {
        if let Some(number) = numbers.get(&text[at..at + HASH]) {
            text[at..at + HASH].copy_from_slice(number.as_bytes());
        }
    }
}

/// Where hashes start: behind `_` or `_h`, as in `__wbg_send_0123456789abcdef`.
fn hashes(text: &[u8]) -> Vec<usize> {
    let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let starts = (1..text.len().saturating_sub(HASH - 1)).filter(|&at| {
        let begins = text[at - 1] == b'_' || text[..at].ends_with(b"_h");
        begins && text[at..at + HASH].iter().all(is_hex)
    });
    starts.collect()
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
    fn a_script_loses_its_indentation_and_lines_of_comments() {
        let source = "/**\n * Starts.\n */\nfunction a() {\n\n    // Go.\n    return \"// b\"; // c\n}\n";
        assert_eq!(script(source), "function a() {\nreturn \"// b\"; // c\n}\n");
        let kept = "const a = `\n  // text\n`;\n";
        assert_eq!(script(kept), kept);
    }

    #[test]
    fn hashes_become_numbers_in_both() {
        let mut js = "__wbg_b_fedcba9876543210, invoke__h0123456789abcdef, __wbg_b_fedcba9876543210, \
                      generic_0000000000000001, wbg_no_0123, x0123456789abcdef"
            .to_owned();
        let mut wasm =
            b"\x00\x1a__wbg_b_fedcba9876543210\x01generic_0000000000000001_ffffffffffffffff".to_vec();
        renumber(&mut wasm, &mut js);
        assert_eq!(
            js,
            "__wbg_b_0000000000000001, invoke__h0000000000000002, __wbg_b_0000000000000001, \
             generic_0000000000000003, wbg_no_0123, x0123456789abcdef"
        );
        assert_eq!(wasm, b"\x00\x1a__wbg_b_0000000000000001\x01generic_0000000000000003_ffffffffffffffff");
    }
}
