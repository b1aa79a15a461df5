//! Cuts a stream of bytes into lines.

/// The longest line that is kept, in bytes. An event is shorter: it has at most 4 KiB of payload, of which each byte may
/// take six in JSON, and 256 reads of 60.
const LONGEST: usize = 256 << 10;

/// What arrived after the last line's end.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<u8>);

impl Lines {
    /// Takes more bytes, and hands on each line that they complete. Lines that are too long or aren't valid UTF-8 are
    /// left out.
    pub(super) fn take(&mut self, bytes: &[u8], each: &mut dyn FnMut(&str)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.0.len() <= LONGEST {
                self.0.extend_from_slice(piece);
            }
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.0);
                if let Ok(line) = std::str::from_utf8(&line)
                    && line.len() <= LONGEST
                {
                    each(line.trim_ascii_end());
                }
            }
        }
    }

    /// Forgets the start of a line whose rest won't come.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.take(piece, &mut |line| found.push(line.to_owned()));
        }
        found
    }

    #[test]
    fn lines_are_put_together_wherever_the_pieces_were_cut() {
        let all = "one\nzwölf\r\n\nthree".as_bytes();
        for cut in 0..all.len() {
            assert_eq!(lines(&[&all[..cut], &all[cut..], b"\n"]), ["one", "zwölf", "", "three"]);
        }
    }

    #[test]
    fn what_is_too_long_or_not_text_is_left_out() {
        let long = vec![b'x'; LONGEST];
        assert_eq!(lines(&[&long, &long, b"\nnext\n\xff\nlast\n"]), ["next", "last"]);
    }
}
