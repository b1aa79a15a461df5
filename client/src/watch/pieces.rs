//! Cuts a stream into pieces that are whole: lines of JSON, or blocks of a pcapng file. A watch that is ended, or whose
//! connection is lost, then leaves no half of one behind.

/// The longest piece, in bytes: 1 MiB. The largest event is about 50 KiB: a payload of 4 KiB in escapes, and 256 reads.
pub(super) const PIECE_MAX: usize = 1 << 20;

/// The type of a section's first block. It reads the same in both byte orders.
const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// A section's byte-order magic, as a big-endian computer writes it.
const BIG_ENDIAN: [u8; 4] = [0x1a, 0x2b, 0x3c, 0x4d];

/// The part of a stream that isn't whole yet.
#[derive(Debug)]
pub(super) struct Pieces {
    kind: Kind,
    partial: Vec<u8>,
}

#[derive(Debug)]
enum Kind {
    Lines,
    Blocks { is_big_endian: bool },
}

impl Pieces {
    /// Lines, each with its line feed.
    pub(super) fn lines() -> Self {
        Self { kind: Kind::Lines, partial: Vec::new() }
    }

    /// Blocks of pcapng (draft-ietf-opsawg-pcapng, 3.1).
    pub(super) fn blocks() -> Self {
        Self { kind: Kind::Blocks { is_big_endian: false }, partial: Vec::new() }
    }

    /// Takes the next bytes of the stream, and returns the pieces that are whole now, perhaps none.
    ///
    /// # Errors
    /// What is wrong: a piece is longer than [`PIECE_MAX`], or isn't one.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
        // The earlier bytes have no line feed.
        let before = self.partial.len();
        self.partial.extend_from_slice(bytes);
        let whole = match &mut self.kind {
            Kind::Lines => memchr::memrchr(b'\n', bytes).map_or(0, |at| before + at + 1),
            Kind::Blocks { is_big_endian } => whole_blocks(&self.partial, is_big_endian)?,
        };
        let rest = self.partial.split_off(whole);
        if rest.len() > PIECE_MAX {
            return Err("it sent a line over 1 MiB");
        }
        Ok(std::mem::replace(&mut self.partial, rest))
    }
}

/// Returns the length of the whole blocks at the beginning of `bytes`.
fn whole_blocks(bytes: &[u8], is_big_endian: &mut bool) -> Result<usize, &'static str> {
    let mut whole = 0;
    loop {
        // The type, the length of the whole block, and the magic of a section.
        let Some([kind, length, magic]) = bytes[whole..].first_chunk::<12>().map(words) else {
            return Ok(whole);
        };
        if kind == SECTION {
            *is_big_endian = magic == BIG_ENDIAN;
        }
        let length = if *is_big_endian { u32::from_be_bytes(length) } else { u32::from_le_bytes(length) };
        let length = length as usize;
        if !(12..=PIECE_MAX).contains(&length) || !length.is_multiple_of(4) {
            return Err("what it sent isn't pcapng");
        }
        if bytes.len() - whole < length {
            return Ok(whole);
        }
        whole += length;
    }
}

fn words(bytes: &[u8; 12]) -> [[u8; 4]; 3] {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
    [[a, b, c, d], [e, f, g, h], [i, j, k, l]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pushes `bytes` in pieces of `size`; returns what each push gave, if anything.
    fn pushed(mut pieces: Pieces, bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
        let whole = bytes.chunks(size).map(|chunk| pieces.push(chunk).unwrap());
        whole.filter(|whole| !whole.is_empty()).collect()
    }

    #[test]
    fn only_whole_lines_are_given_however_they_come() {
        let stream = b"{\"a\":1}\n\n{\"b\":2}\n{\"c\"";
        for size in 1..=stream.len() {
            let given = pushed(Pieces::lines(), stream, size);
            assert_eq!(given.concat(), b"{\"a\":1}\n\n{\"b\":2}\n");
            assert!(given.iter().all(|whole| whole.ends_with(b"\n")), "{given:?}");
        }
    }

    fn block(kind: u32, body: &[u8], is_big_endian: bool) -> Vec<u8> {
        let word = |word: u32| if is_big_endian { word.to_be_bytes() } else { word.to_le_bytes() };
        let length = word(u32::try_from(body.len()).unwrap() + 12);
        [&word(kind), &length, body, &length].concat()
    }

    #[test]
    fn only_whole_blocks_are_given_in_either_byte_order() {
        for is_big_endian in [false, true] {
            let magic = if is_big_endian { BIG_ENDIAN } else { [0x4d, 0x3c, 0x2b, 0x1a] };
            let section = block(0x0a0d_0d0a, &[&magic[..], &[0; 12]].concat(), is_big_endian);
            let packet = block(6, &[7; 20], is_big_endian);
            let whole = [&section[..], &packet, &packet].concat();
            let stream = [&whole[..], &packet[..31]].concat();
            for size in [1, 7, 28, stream.len()] {
                let given = pushed(Pieces::blocks(), &stream, size);
                assert_eq!(given.concat(), whole);
            }
        }
    }

    #[test]
    fn a_piece_has_a_maximum() {
        let mut lines = Pieces::lines();
        let half = vec![b'x'; PIECE_MAX / 2];
        assert_eq!(lines.push(&half), Ok(vec![]));
        assert_eq!(lines.push(&half), Ok(vec![]));
        assert_eq!(lines.push(b"x"), Err("it sent a line over 1 MiB"));
        for length in [0_u32, 11, 13, 2 << 20] {
            let stream = [[6, 0, 0, 0], length.to_le_bytes(), [0; 4]].concat();
            assert_eq!(Pieces::blocks().push(&stream), Err("what it sent isn't pcapng"), "{length}");
        }
    }
}
