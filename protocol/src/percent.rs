//! Percent-encoding in the query of an address (RFC 3986, section 2.1).

use crate::hex;

/// Encodes a value for a query.
///
/// RFC 3986's unreserved characters stand for themselves, and so do `:`, `/` and `,`: they have no meaning in
/// a query, and patterns such as `%H:%M` stay readable. No character that could end a shell's quotes is left.
///
/// ```
/// assert_eq!(wirestamp_protocol::percent::encode("%F %T+"), "%25F%20%25T%2B");
/// ```
pub fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for &byte in value.as_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b',') {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', hex::digit(byte >> 4), hex::digit(byte)].map(|c| c.to_ascii_uppercase()));
        }
    }
    encoded
}

/// Decodes a key or a value of a query, as browsers do: `+` is a space, a percent sign without two digits
/// after it stands for itself, and bytes that aren't valid UTF-8 become U+FFFD.
///
/// ```
/// assert_eq!(wirestamp_protocol::percent::decode("%25F+%25T"), "%F %T");
/// assert_eq!(wirestamp_protocol::percent::decode("%H:%M"), "%H:%M");
/// ```
pub fn decode(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        bytes.push(match (first, behind) {
            (b'+', _) => b' ',
            (b'%', [high, low, behind @ ..]) => match (value(*high), value(*low)) {
                (Some(high), Some(low)) => {
                    rest = behind;
                    high << 4 | low
                }
                _ => b'%',
            },
            _ => *first,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn value(digit: u8) -> Option<u8> {
    hex::value(char::from(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_encoded_is_decoded() {
        for value in
            ["%H:%M:%S%.3f", "%25", "100%", "a+b c&d=e#f?g", "naïve 東京", "\u{0}\n\"<>\\'", "%%20", ""]
        {
            let encoded = encode(value);
            assert_eq!(decode(&encoded), value);
            let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"%-._~:/,".contains(&byte);
            assert!(encoded.bytes().all(is_harmless), "{encoded}");
        }
    }

    #[test]
    fn other_encodings_are_decoded_and_plain_text_stays() {
        for (part, value) in [
            ("%e6%9D%b1", "東"),
            ("%", "%"),
            ("%4", "%4"),
            ("%+4", "% 4"),
            ("%zz", "%zz"),
            ("%%41", "%A"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(decode(part), value, "{part}");
        }
    }
}
