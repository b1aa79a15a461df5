//! Numbers the messages of a job: `{n}` in a message is replaced by 1, 2, 3 and so on.
//!
//! `{{n}}` stands for `{n}` itself.

const NUMBER: &[u8] = b"{n}";
const ITSELF: &[u8] = b"{{n}}";

/// Whether a message has a number in it, or something that stands for the braces themselves.
pub(super) fn is_numbered(message: &[u8]) -> bool {
    message.windows(NUMBER.len()).any(|part| part == NUMBER)
}

/// The `n`th message that is made of this one.
///
/// ```
/// use wirestamp_web_client::numbered;
/// assert_eq!(numbered(b"line {n} of {{n}}", 12), b"line 12 of {n}");
/// ```
pub fn numbered(message: &[u8], n: u32) -> Vec<u8> {
    let mut made = Vec::with_capacity(message.len());
    let mut rest = message;
    while let [first, behind @ ..] = rest {
        if let Some(behind) = rest.strip_prefix(ITSELF) {
            made.extend_from_slice(NUMBER);
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix(NUMBER) {
            made.extend_from_slice(n.to_string().as_bytes());
            rest = behind;
        } else {
            made.push(*first);
            rest = behind;
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_replaced_and_anything_else_stays() {
        assert_eq!(numbered(b"{n}-{n}", 7), b"7-7");
        for same in [&b""[..], b"{", b"{}", b"{N}", b"{nn}", b"n", b"\xff{\n}"] {
            assert_eq!(numbered(same, 7), same);
            assert!(!is_numbered(same));
        }
    }

    #[test]
    fn double_braces_are_the_braces_themselves() {
        assert_eq!(numbered(b"{{n}}", 7), b"{n}");
        assert_eq!(numbered(b"{{n}", 7), b"{7");
        assert_eq!(numbered(b"{n}}", 7), b"7}");
        assert_eq!(numbered(b"{{{n}}}", 7), b"{{n}}");
        assert!(is_numbered(b"{{n}}"));
    }
}
