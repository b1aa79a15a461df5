//! The names of ASCII control characters.

/// The short name of a control character and its meaning. `None` for any other byte.
///
/// ```
/// use wirestamp_web_client::control::name;
/// assert_eq!(name(0x1b), Some(("ESC", "escape")));
/// assert_eq!(name(b'a'), None);
/// ```
pub fn name(byte: u8) -> Option<(&'static str, &'static str)> {
    match byte {
        0x7f => Some(("DEL", "delete")),
        _ => NAMES.get(usize::from(byte)).copied(),
    }
}

/// As in ECMA-48, with the keys that are known for some of them.
#[rustfmt::skip] // A few per line, so that one can be found.
const NAMES: [(&str, &str); 32] = [
    ("NUL", "null"), ("SOH", "start of heading"), ("STX", "start of text"), ("ETX", "end of text, Ctrl-C"),
    ("EOT", "end of transmission, Ctrl-D"), ("ENQ", "enquiry"), ("ACK", "acknowledge"), ("BEL", "bell"),
    ("BS", "backspace"), ("TAB", "tab"), ("LF", "line feed"), ("VT", "vertical tab"),
    ("FF", "form feed"), ("CR", "carriage return"), ("SO", "shift out"), ("SI", "shift in"),
    ("DLE", "data link escape"), ("DC1", "XON"), ("DC2", "device control 2"), ("DC3", "XOFF"),
    ("DC4", "device control 4"), ("NAK", "negative acknowledge"), ("SYN", "synchronous idle"),
    ("ETB", "end of block"), ("CAN", "cancel"), ("EM", "end of medium"), ("SUB", "substitute, Ctrl-Z"),
    ("ESC", "escape"), ("FS", "file separator"), ("GS", "group separator"), ("RS", "record separator"),
    ("US", "unit separator"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_have_names_and_no_others_do() {
        let named = (0..=255).filter(|byte| name(*byte).is_some());
        assert!(named.eq((0..=255).filter(u8::is_ascii_control)));
        assert_eq!(name(0x1f), Some(("US", "unit separator")));
        assert_eq!(name(0x7f), Some(("DEL", "delete")));
    }
}
