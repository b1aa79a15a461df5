//! A message for the clipboard.

use crate::text::base64::base64;
use crate::text::{c_array, hex};

/// A side of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The message sent.
    Sent,
    /// The reply, without its stamp.
    Reply,
}

/// How bytes are written for the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// As text. Bytes that aren't valid UTF-8 become U+FFFD.
    Text,
    /// Two digits per byte, with spaces between them.
    Hex,
    /// Base64 with padding.
    Base64,
    /// A definition in C.
    C,
}

impl Side {
    /// Both sides, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::Sent, Self::Reply];

    /// The name of its parts in the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Reply => "reply",
        }
    }
}

impl Notation {
    /// The notation with this name in the page.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "hex" => Some(Self::Hex),
            "base64" => Some(Self::Base64),
            "c" => Some(Self::C),
            _ => None,
        }
    }

    /// Writes bytes in this notation.
    pub fn write(self, bytes: &[u8]) -> String {
        match self {
            Self::Text => String::from_utf8_lossy(bytes).into_owned(),
            Self::Hex => hex::digits(bytes),
            Self::Base64 => base64(bytes),
            Self::C => c_array(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_written_in_each_notation() {
        for (name, written) in [
            ("text", "h\u{1b}\u{fffd}"),
            ("hex", "68 1b ff"),
            ("base64", "aBv/"),
            ("c", "const unsigned char message[] = { 0x68, 0x1b, 0xff };"),
        ] {
            assert_eq!(Notation::named(name).unwrap().write(b"h\x1b\xff"), written);
        }
        assert_eq!(Notation::named("morse"), None);
    }
}
