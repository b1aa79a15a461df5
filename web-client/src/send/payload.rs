//! Turns the text in the message box into the bytes of messages.
//!
//! Not every byte can be typed, so there are three modes: plain text, text with escapes, and hexadecimal. If the
//! text can't be read, the error says where, and nothing is sent.

use wirestamp_protocol::count_lines;
use wirestamp_protocol::hex::value;

use crate::text::escaped;

/// How the text in the message box is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// As it is; each line is a message.
    #[default]
    Text,
    /// Each line is a message, and `\n`, `\xff` and the like are escapes.
    Escapes,
    /// The whole text is one message, in hexadecimal.
    Hex,
}

impl Mode {
    /// The name in the address and in the page's menu.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Escapes => "escapes",
            Self::Hex => "hex",
        }
    }

    /// The mode with this name.
    ///
    /// ```
    /// use wirestamp_web_client::Mode;
    /// assert_eq!(Mode::parse("hex"), Some(Mode::Hex));
    /// assert_eq!(Mode::parse("morse"), None);
    /// ```
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Text, Self::Escapes, Self::Hex].into_iter().find(|mode| mode.name() == name)
    }
}

/// Why a text can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The position in the text, in characters.
    pub at: usize,
    /// What is wrong there, for the person who typed it.
    pub what: String,
}

impl Mistake {
    /// The position in UTF-16 units, as browsers count. `text` is the text with the mistake.
    pub fn caret(&self, text: &str) -> usize {
        text.chars().take(self.at).map(char::len_utf16).sum()
    }
}

/// The messages in `text`, each without its final line feed. There is at least one: an empty text is an empty
/// message.
///
/// ```
/// use wirestamp_web_client::{Mode, payloads};
/// assert_eq!(payloads(Mode::Text, "a\nb"), Ok(vec![b"a".to_vec(), b"b".to_vec()]));
/// assert_eq!(payloads(Mode::Escapes, r"\e[0m"), Ok(vec![b"\x1b[0m".to_vec()]));
/// assert_eq!(payloads(Mode::Hex, "00 ff"), Ok(vec![vec![0, 255]]));
/// assert_eq!(payloads(Mode::Hex, "00 f").map_err(|mistake| mistake.at), Err(3));
/// ```
pub fn payloads(mode: Mode, text: &str) -> Result<Vec<Vec<u8>>, Mistake> {
    let read = match mode {
        Mode::Text => Ok(lines(text).map(|(line, _)| line.as_bytes().to_vec()).collect()),
        Mode::Escapes => lines(text).map(unescape).collect(),
        Mode::Hex => bytes(text).map(|message| vec![message]),
    };
    read.map_err(|Wrong { rest, what }| {
        let before = text.get(..text.len() - rest).unwrap_or(text);
        Mistake { at: before.chars().count(), what }
    })
}

/// A mistake found while reading, located by how many bytes of the text remain.
struct Wrong {
    rest: usize,
    what: String,
}

/// The lines, each with the number of bytes that follow it.
fn lines(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut behind = text.len() + 1;
    text.split('\n').take(count_lines(text.as_bytes())).map(move |line| {
        behind -= line.len() + 1;
        (line, behind)
    })
}

fn unescape((line, behind): (&str, usize)) -> Result<Vec<u8>, Wrong> {
    let mut message = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((plain, escape)) = rest.split_once('\\') {
        message.extend_from_slice(plain.as_bytes());
        // The mistake is at the backslash.
        let wrong = |what| Wrong { rest: 1 + escape.len() + behind, what };
        rest = put(escape, &mut message).map_err(wrong)?;
    }
    message.extend_from_slice(rest.as_bytes());
    Ok(message)
}

const ESCAPES: &str = r"; use \n \r \t \0 \e \a \b \\ \xff or \u{1f600}";

/// Appends the meaning of an escape to the message. `escape` starts after the backslash; returns what follows
/// the escape.
fn put<'a>(escape: &'a str, message: &mut Vec<u8>) -> Result<&'a str, String> {
    let mut chars = escape.chars();
    let byte = match chars.next() {
        Some('n') => b'\n',
        Some('r') => b'\r',
        Some('t') => b'\t',
        Some('0') => 0,
        Some('e') => 0x1b,
        Some('a') => 0x07,
        Some('b') => 0x08,
        Some('\\') => b'\\',
        Some('x') => match (chars.next().and_then(value), chars.next().and_then(value)) {
            (Some(high), Some(low)) => high << 4 | low,
            _ => return Err(r"\x needs two hex digits, as in \xff".to_owned()),
        },
        Some('u') => {
            let braced = chars.as_str().strip_prefix('{').and_then(|behind| behind.split_once('}'));
            let Some((number, rest)) = braced else {
                return Err(r"\u needs a number in braces, as in \u{1f600}".to_owned());
            };
            let Some(char) = character(number) else {
                return Err([
                    r"\u{",
                    &escaped(number.as_bytes()),
                    "} isn't a character; use a hexadecimal number up to 10ffff",
                ]
                .concat());
            };
            message.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            return Ok(rest);
        }
        Some(other) => {
            let other = escaped(other.encode_utf8(&mut [0; 4]).as_bytes());
            return Err(["unknown escape \\", &other, ESCAPES].concat());
        }
        None => return Err(r"nothing follows the backslash; write \\ for a backslash".to_owned()),
    };
    message.push(byte);
    Ok(chars.as_str())
}

fn character(number: &str) -> Option<char> {
    // The standard library would accept a sign.
    if number.is_empty() || number.len() > 6 {
        return None;
    }
    let number = number.chars().try_fold(0, |number, char| Some(number << 4 | char.to_digit(16)?))?;
    char::from_u32(number)
}

fn bytes(text: &str) -> Result<Vec<u8>, Wrong> {
    let mut message = Vec::with_capacity(text.len() / 2);
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|char: char| char.is_ascii_whitespace() || matches!(char, ',' | ':'));
        if rest.is_empty() {
            return Ok(message);
        }
        let pair = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")).unwrap_or(rest);
        let mut chars = pair.chars();
        let (first, second) = (chars.next(), chars.next());
        let (Some(high), Some(low)) = (first.and_then(value), second.and_then(value)) else {
            let what = match first {
                Some(char) if first.and_then(value).is_none() => [
                    &escaped(char.encode_utf8(&mut [0; 4]).as_bytes()),
                    " isn't a hex digit (0 to 9, a to f)",
                ]
                .concat(),
                _ => "a byte is two hex digits, as in 0a".to_owned(),
            };
            return Err(Wrong { rest: rest.len(), what });
        };
        message.push(high << 4 | low);
        rest = chars.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(mode: Mode, text: &str) -> (usize, String) {
        let Mistake { at, what } = payloads(mode, text).unwrap_err();
        (at, what)
    }

    #[test]
    fn names_lead_back_to_their_modes() {
        for mode in [Mode::Text, Mode::Escapes, Mode::Hex] {
            assert_eq!(Mode::parse(mode.name()), Some(mode));
        }
        for name in ["", "Text", "hex "] {
            assert_eq!(Mode::parse(name), None);
        }
    }

    #[test]
    fn each_line_of_text_is_a_message_as_it_is() {
        assert_eq!(payloads(Mode::Text, r"a\n").unwrap(), [br"a\n"]);
        assert_eq!(payloads(Mode::Text, "a\n\nb").unwrap(), [&b"a"[..], b"", b"b"]);
        assert_eq!(payloads(Mode::Text, "東京\r\n").unwrap(), ["東京\r".as_bytes()]);
    }

    #[test]
    fn there_are_as_many_messages_as_the_bridge_counts() {
        for text in ["", "\n", "a", "a\n", "a\n\n", "\na"] {
            for mode in [Mode::Text, Mode::Escapes] {
                assert_eq!(payloads(mode, text).unwrap().len(), count_lines(text.as_bytes()), "{text:?}");
            }
        }
    }

    #[test]
    fn escapes_stand_for_what_cannot_be_typed() {
        let text = r"\n\r\t\0\e\a\b\\\x7F\xff\u{e9}\u{1F600}.";
        assert_eq!(
            payloads(Mode::Escapes, text).unwrap(),
            [b"\n\r\t\0\x1b\x07\x08\\\x7f\xff\xc3\xa9\xf0\x9f\x98\x80."]
        );
    }

    #[test]
    fn a_line_feed_that_is_escaped_does_not_end_its_message() {
        assert_eq!(payloads(Mode::Escapes, "a\\nb\nc\\\\n").unwrap(), [&b"a\nb"[..], b"c\\n"]);
    }

    #[test]
    fn what_follows_an_escape_is_text_again() {
        assert_eq!(payloads(Mode::Escapes, r"\x414\012\u{41}1").unwrap(), [b"A4\x0012A1"]);
    }

    #[test]
    fn unknown_escapes_are_reported_with_their_position() {
        let unknown = r"unknown escape \q; use \n \r \t \0 \e \a \b \\ \xff or \u{1f600}";
        assert_eq!(mistake(Mode::Escapes, r"\q"), (0, unknown.to_owned()));
        assert_eq!(mistake(Mode::Escapes, "é\n😀\\n\\q\nz"), (5, unknown.to_owned()));
        assert_eq!(mistake(Mode::Escapes, "a\\\nb").0, 1, "at the end of a line there is nothing to escape");
        assert_eq!(
            mistake(Mode::Escapes, "ab\n\\"),
            (3, r"nothing follows the backslash; write \\ for a backslash".to_owned())
        );
    }

    #[test]
    fn half_an_escape_says_what_it_needs() {
        for half in [r"\x", r"\x4", r"\xg0", r"\x4é", r"\x+1"] {
            assert_eq!(mistake(Mode::Escapes, half), (0, r"\x needs two hex digits, as in \xff".to_owned()));
        }
        for half in [r"\u", r"\u41", r"\u{41", "\\u{41\n}"] {
            assert_eq!(mistake(Mode::Escapes, half).0, 0);
            assert!(mistake(Mode::Escapes, half).1.contains("a number in braces"), "{half}");
        }
        for none in [r"\u{}", r"\u{d800}", r"\u{110000}", r"\u{+41}", r"\u{0000041}"] {
            assert!(mistake(Mode::Escapes, none).1.contains("isn't a character"), "{none}");
        }
    }

    #[test]
    fn hostile_text_is_escaped_in_error_messages() {
        let what = mistake(Mode::Escapes, "\\\u{202e}").1;
        assert!(what.starts_with(r"unknown escape \\u{202e};"), "{what}");
        assert!(mistake(Mode::Hex, "\u{1b}").1.starts_with(r"\x1b isn't a hex digit"));
    }

    #[test]
    fn hex_is_one_message_however_it_is_written() {
        for text in
            ["48656c6c6f0a", "48 65 6C 6c 6F 0a", "48:65:6c:6c:6f:0a", "0x48, 0x65,0x6c,\n\t0X6c 0x6f0a\r\n"]
        {
            assert_eq!(payloads(Mode::Hex, text).unwrap(), [b"Hello\n"], "{text}");
        }
        for empty in ["", " \n"] {
            assert_eq!(payloads(Mode::Hex, empty).unwrap(), [b""]);
        }
    }

    #[test]
    fn half_a_byte_is_reported_with_its_position() {
        for (text, at) in [("4", 0), ("48 6", 3), ("4 8", 0), ("486", 2), ("48 0x6", 3), ("0x", 0), ("4x", 0)]
        {
            assert_eq!(
                mistake(Mode::Hex, text),
                (at, "a byte is two hex digits, as in 0a".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn invalid_hex_digits_are_named() {
        assert_eq!(mistake(Mode::Hex, "48 é"), (3, "é isn't a hex digit (0 to 9, a to f)".to_owned()));
        assert_eq!(mistake(Mode::Hex, "48\n😀").0, 3);
    }

    #[test]
    fn the_caret_of_a_mistake_counts_utf_16_units() {
        let text = "😀é\\q";
        let mistake = payloads(Mode::Escapes, text).unwrap_err();
        assert_eq!((mistake.at, mistake.caret(text)), (2, 3));
    }
}
