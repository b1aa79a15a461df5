//! Bytes of which only the first ones are known.

use std::borrow::Cow;

use data_encoding::BASE64;
use wirestamp_protocol::event::Payload;

/// `size` bytes that begin with `known`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes<'a> {
    known: &'a [u8],
    size: u64,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(known: &'a [u8], size: u64) -> Self {
        let most = usize::try_from(size).map_or(known.len(), |size| size.min(known.len()));
        Self { known: &known[..most], size }
    }

    /// Those that are known.
    pub(crate) fn known(&self) -> &'a [u8] {
        self.known
    }

    /// How many there are.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Splits off the first `most` bytes, or all if there are fewer.
    pub(crate) fn take(&mut self, most: u64) -> Self {
        let taken = Self::new(self.known, self.size.min(most));
        *self = Self { known: &self.known[taken.known.len()..], size: self.size - taken.size };
        taken
    }
}

/// What an event has of a message's bytes: none if its base64 is invalid.
pub(crate) fn known(payload: &Payload) -> Cow<'_, [u8]> {
    match payload {
        Payload::Text(text) => text.as_bytes().into(),
        Payload::Base64(text) => BASE64.decode(text.as_bytes()).unwrap_or_default().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_are_taken_first_and_then_unknown_ones() {
        let mut bytes = Bytes::new(b"hello", 9);
        let taken = [3, 3, 9, 9].map(|most| bytes.take(most)).map(|taken| (taken.known(), taken.size()));
        assert_eq!(taken, [(&b"hel"[..], 3), (b"lo", 3), (b"", 3), (b"", 0)]);
    }

    #[test]
    fn no_more_are_known_than_there_are() {
        assert_eq!(Bytes::new(b"hello", 2).known(), b"he");
    }
}
