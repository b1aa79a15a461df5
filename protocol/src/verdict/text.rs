//! Whether the bytes of a session are text: valid UTF-8, and without NUL.

/// Where a byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At this offset in the stream.
    Stream(u64),
    /// At this offset in the datagram with this number, from 1.
    Datagram(u64, u64),
    /// Unknown, as something before it wasn't seen.
    Unknown,
}

/// Looks at the bytes of a session in any chunks. Of each kind, only the first place is kept.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// The number of the datagram, where there are any.
    datagram: Option<u64>,
    /// How many bytes of the stream or of the datagram came before the next read.
    offset: u64,
    /// The beginning of a character whose rest is in the next read.
    pending: [u8; 4],
    pending_len: usize,
    /// How many bytes may still be the rest of a character that began where nothing was seen.
    tail_max: usize,
    has_missed: bool,
    invalid: Option<Place>,
    nul: Option<Place>,
}

impl Text {
    /// Takes the bytes of a read of a stream.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        if self.nul.is_none()
            && let Some(at) = memchr::memchr(0, bytes)
        {
            self.nul = Some(self.place(self.offset + at as u64));
        }
        if self.invalid.is_none()
            && let Err(offset) = self.validate(bytes)
        {
            self.invalid = Some(self.place(offset));
            self.pending_len = 0;
        }
        self.offset += bytes.len() as u64;
    }

    /// Takes the datagram with this number, whose text stands by itself.
    pub(super) fn datagram(&mut self, number: u64, bytes: &[u8]) {
        (self.datagram, self.offset, self.tail_max) = (Some(number), 0, 0);
        self.read(bytes);
        self.finish();
    }

    /// The stream ends here, and so does a character that is incomplete.
    pub(super) fn finish(&mut self) {
        if self.pending_len > 0 {
            let start = self.offset - self.pending_len as u64;
            self.invalid = self.invalid.or(Some(self.place(start)));
            self.pending_len = 0;
        }
    }

    /// Some bytes weren't seen.
    pub(super) fn missed(&mut self) {
        self.pending_len = 0;
        self.tail_max = 3;
        self.has_missed = true;
    }

    /// Where the first byte is that isn't valid UTF-8.
    pub(super) fn invalid(&self) -> Option<Place> {
        self.invalid
    }

    /// Where the first NUL is.
    pub(super) fn nul(&self) -> Option<Place> {
        self.nul
    }

    fn place(&self, offset: u64) -> Place {
        match self.datagram {
            _ if self.has_missed => Place::Unknown,
            Some(number) => Place::Datagram(number, offset),
            None => Place::Stream(offset),
        }
    }

    /// Returns the offset of the first character that isn't valid UTF-8.
    fn validate(&mut self, bytes: &[u8]) -> Result<(), u64> {
        let mut rest = bytes;
        while self.tail_max > 0 && !rest.is_empty() {
            let is_tail = matches!(rest[0], 0x80..=0xbf);
            self.tail_max = if is_tail { self.tail_max - 1 } else { 0 };
            rest = &rest[usize::from(is_tail)..];
        }
        let start = self.offset.wrapping_sub(self.pending_len as u64);
        while self.pending_len > 0 && !rest.is_empty() {
            self.pending[self.pending_len] = rest[0];
            self.pending_len += 1;
            rest = &rest[1..];
            match std::str::from_utf8(&self.pending[..self.pending_len]) {
                Ok(_) => self.pending_len = 0,
                // Never with four bytes, so there's room for the next one.
                Err(error) if error.error_len().is_none() => {}
                Err(_) => return Err(start),
            }
        }
        if let Err(error) = std::str::from_utf8(rest) {
            let (valid, behind) = (bytes.len() - rest.len() + error.valid_up_to(), error.valid_up_to());
            if error.error_len().is_some() {
                return Err(self.offset + valid as u64);
            }
            let beginning = &rest[behind..];
            self.pending[..beginning.len()].copy_from_slice(beginning);
            self.pending_len = beginning.len();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invalid(bytes: &[u8], chunk: usize) -> Option<Place> {
        let mut text = Text::default();
        bytes.chunks(chunk).for_each(|bytes| text.read(bytes));
        text.finish();
        text.invalid()
    }

    #[test]
    fn the_first_invalid_byte_is_where_the_standard_library_finds_it_in_any_chunks() {
        for bytes in [
            &b"plain"[..],
            "naïve 東京 🦀 end".as_bytes(),
            b"a\xff\xfe",
            "é\u{10ffff}".as_bytes(),
            b"\xc3\xa9\xc3(",
            b"abc\xe6\x9d",
            b"ab\xf0\x9f\xa6x\x80",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xc0\x80",
            b"x\x80",
        ] {
            let expected = std::str::from_utf8(bytes).err();
            let expected = expected.map(|error| Place::Stream(error.valid_up_to() as u64));
            for chunk in 1..=bytes.len() {
                assert_eq!(invalid(bytes, chunk), expected, "{bytes:?} in chunks of {chunk}");
            }
        }
    }

    #[test]
    fn a_character_may_not_go_on_in_the_next_datagram() {
        let mut text = Text::default();
        text.datagram(1, "é".as_bytes());
        assert_eq!(text.invalid(), None);
        text.datagram(2, b"ab\xc3");
        text.datagram(3, b"\xa9\0");
        assert_eq!((text.invalid(), text.nul()), (Some(Place::Datagram(2, 2)), Some(Place::Datagram(3, 1))));
    }

    #[test]
    fn behind_a_hole_the_rest_of_a_character_is_no_fault() {
        let mut text = Text::default();
        text.read(b"a\xe6");
        text.missed();
        text.read(b"\x9d\xb1b");
        text.read("é".as_bytes());
        assert_eq!(text.invalid(), None);
        text.read(b"\xff\0");
        assert_eq!((text.invalid(), text.nul()), (Some(Place::Unknown), Some(Place::Unknown)));
    }

    #[test]
    fn the_first_nul_is_told() {
        let mut text = Text::default();
        text.read(b"abc");
        text.read(b"d\0e\0");
        assert_eq!(text.nul(), Some(Place::Stream(4)));
    }
}
