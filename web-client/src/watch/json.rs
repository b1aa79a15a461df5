//! Takes JSON apart, one level at a time. What isn't JSON gives members without meaning, but no panic.

/// An object: its keys and its values, as they were written.
pub(super) struct Object<'a>(Vec<&'a str>);

impl<'a> Object<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        Self(members(text))
    }

    /// The value with this key as it was written.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.chunks(2).find_map(|pair| match pair {
            [name, value] if unquoted(name) == Some(key) => Some(*value),
            _ => None,
        })
    }

    pub(super) fn number(&self, key: &str) -> Option<u64> {
        self.get(key)?.parse().ok()
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(unescaped)
    }
}

/// The members of an array, or the keys and values of an object in turn, as they were written.
pub(super) fn members(text: &str) -> Vec<&str> {
    let mut members = Vec::new();
    let (mut depth, mut start, mut in_string, mut is_escaped) = (0_usize, 0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if depth == 1 {
                    start = at + 1;
                }
            }
            b'}' | b']' | b',' | b':' => {
                if depth == 1 {
                    let member = text.get(start..at).unwrap_or_default().trim_ascii();
                    if !member.is_empty() {
                        members.push(member);
                    }
                    start = at + 1;
                }
                if matches!(byte, b'}' | b']') {
                    depth = depth.saturating_sub(1);
                }
            }
            _ => {}
        }
    }
    members
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

/// The text that a JSON string stands for. `None` for anything else.
pub(super) fn unescaped(string: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = unquoted(string)?.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            text.push(char);
            continue;
        }
        text.push(match chars.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let mut unit = code_unit(&mut chars)?;
                if unit & 0xfc00 == 0xd800 {
                    // A character beyond the first 65,536 is two of them (RFC 8259, 7).
                    chars.nth(1);
                    unit = 0x10000 + ((unit & 0x3ff) << 10) + (code_unit(&mut chars)? & 0x3ff);
                }
                char::from_u32(unit)?
            }
            other => other,
        });
    }
    Some(text)
}

/// Four hexadecimal digits.
fn code_unit(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit << 4 | chars.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_level_is_taken_apart() {
        let text = r#" {"a": 1, "b" :[2,{"c":3}], "d":"x,\"]", "e":{}} "#;
        assert_eq!(
            members(text),
            ["\"a\"", "1", "\"b\"", "[2,{\"c\":3}]", "\"d\"", r#""x,\"]""#, "\"e\"", "{}"]
        );
        assert_eq!(members("[1, [2], \"3\"]"), ["1", "[2]", "\"3\""]);
        let object = Object::read(text);
        assert_eq!((object.number("a"), object.text("d").as_deref()), (Some(1), Some("x,\"]")));
        assert_eq!((object.get("c"), object.number("d"), object.text("a")), (None, None, None));
    }

    #[test]
    fn strings_come_back_as_they_were() {
        for text in
            ["", "a\"b\\c/d", "\n\r\t\u{8}\u{c}\0\u{1b}\u{7f}", "é 東京 🚀 \u{2028}", "\\u0041", "\u{fffd}"]
        {
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(unescaped(&json).as_deref(), Some(text), "{json}");
        }
        assert_eq!(unescaped(r#""\ud83d\ude80\u0041\/""#).as_deref(), Some("🚀A/"));
    }

    #[test]
    fn what_is_not_json_does_no_harm() {
        for text in
            ["", "{", "]]", "\"", "{\"a", "{\"a\":}", "[\"\\", "\u{e9}{", "{:,:}", "\"\\u12\"", "\"\\ud800\""]
        {
            let object = Object::read(text);
            assert_eq!(object.get("b"), None);
            unescaped(text);
        }
    }
}
