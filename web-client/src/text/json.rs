//! JSON as it was written, value by value: keys keep their order, and numbers their digits.
//!
//! Whether a text is JSON is for the browser's parser to say. What isn't gives values without meaning, but no panic.

/// The most values that are listed.
pub const MAX_VALUES: usize = 2000;

/// The most levels that are listed: far more than anyone opens, and few enough for any browser's layout.
const MAX_DEPTH: usize = 64;

/// A value and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonValue<'a> {
    /// How many objects and arrays it is in.
    pub depth: usize,
    /// The key as written, in quotes. Empty if it has none.
    pub key: &'a str,
    /// What it is.
    pub content: JsonContent<'a>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonContent<'a> {
    /// An object of this many values.
    Object(usize),
    /// An array of this many values.
    Array(usize),
    /// Any other value as written; strings are in quotes.
    Scalar(&'a str),
}

/// Whether bytes may be an object or an array: worth a try with a parser. Numbers and words are better read as text.
pub fn may_be_json(bytes: &[u8]) -> bool {
    let inside = bytes.trim_ascii();
    matches!((inside.first(), inside.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')))
}

/// The values of a JSON text, each before those in it. At most [`MAX_VALUES`]; the flag says whether that is all.
pub fn values(text: &str) -> (Vec<JsonValue<'_>>, bool) {
    let mut reader = Reader { text, at: 0, values: Vec::new(), open: Vec::new(), key: "", is_all: true };
    reader.read();
    (reader.values, reader.is_all)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: Vec<JsonValue<'a>>,
    /// The index of each object and array around the next value, unless it isn't listed.
    open: Vec<Option<usize>>,
    key: &'a str,
    is_all: bool,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'{' => self.open(JsonContent::Object(0)),
                b'[' => self.open(JsonContent::Array(0)),
                b'}' | b']' => drop(self.open.pop()),
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
                _ => {
                    self.word();
                    continue;
                }
            }
            self.at += 1;
        }
    }

    fn open(&mut self, content: JsonContent<'a>) {
        let at = self.push(content);
        self.open.push(at);
    }

    /// Reads a string, a number or a name. A string before a colon is a key.
    fn word(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = if rest.starts_with('"') { string(rest) } else { plain(rest) };
        let (word, behind) = rest.split_at_checked(length).unwrap_or_default();
        self.at += length;
        if word.starts_with('"') && behind.trim_ascii_start().starts_with(':') {
            self.key = word;
        } else {
            self.push(JsonContent::Scalar(word));
        }
    }

    /// Counts a value, and lists it if there is room. Returns its index.
    fn push(&mut self, content: JsonContent<'a>) -> Option<usize> {
        let key = std::mem::take(&mut self.key);
        if let Some(Some(around)) = self.open.last()
            && let JsonContent::Object(count) | JsonContent::Array(count) = &mut self.values[*around].content
        {
            *count += 1;
        }
        let depth = self.open.len();
        if self.values.len() == MAX_VALUES || depth > MAX_DEPTH {
            self.is_all = false;
            return None;
        }
        self.values.push(JsonValue { depth, key, content });
        Some(self.values.len() - 1)
    }
}

/// The length of the string at the start of a text, with its quotes.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

/// The length of what's at the start of a text up to the next separator.
fn plain(text: &str) -> usize {
    let separates = |byte: u8| matches!(byte, b',' | b':' | b']' | b'}' | b'[' | b'{' | b'"') || byte <= b' ';
    text.bytes().position(separates).unwrap_or(text.len()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use JsonContent::{Array, Object, Scalar};

    fn value<'a>(depth: usize, key: &'a str, content: JsonContent<'a>) -> JsonValue<'a> {
        JsonValue { depth, key, content }
    }

    #[test]
    fn values_come_in_order_as_they_were_written() {
        let (values, is_all) = values(r#" {"b": 1.50, "a" : [true, "x\"y,]", {}], "2": null} "#);
        assert!(is_all);
        assert_eq!(
            values,
            [
                value(0, "", Object(3)),
                value(1, "\"b\"", Scalar("1.50")),
                value(1, "\"a\"", Array(3)),
                value(2, "", Scalar("true")),
                value(2, "", Scalar(r#""x\"y,]""#)),
                value(2, "", Object(0)),
                value(1, "\"2\"", Scalar("null")),
            ]
        );
    }

    #[test]
    fn numbers_keep_digits_that_no_float_has() {
        let (values, _) = values("[12345678901234567890]");
        assert_eq!(values[1], value(1, "", Scalar("12345678901234567890")));
    }

    #[test]
    fn long_and_deep_texts_are_cut_but_counted() {
        let long = ["[", &"0,".repeat(2999), "0]"].concat();
        let (listed, is_all) = values(&long);
        assert_eq!((listed.len(), is_all, &listed[0].content), (MAX_VALUES, false, &Array(3000)));
        let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
        let (listed, is_all) = values(&deep);
        assert_eq!((listed.len(), is_all), (MAX_DEPTH + 1, false));
    }

    #[test]
    fn what_is_not_json_does_no_harm() {
        for text in ["", "]]}", "\"", "{\"a", "[1", "\"a\\", "::", "é\"ü", "{\"é\":\u{2028}", "a\"b\":"] {
            values(text);
        }
    }

    #[test]
    fn objects_and_arrays_are_worth_a_try() {
        for (text, worth) in
            [("{}", true), (" [1]\r", true), ("{]", false), ("1", false), ("\"a\"", false), ("", false)]
        {
            assert_eq!(may_be_json(text.as_bytes()), worth, "{text}");
        }
    }
}
