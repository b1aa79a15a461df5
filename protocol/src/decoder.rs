//! Cutting a stream of reads into messages.

use std::num::NonZeroUsize;

/// Why a message was cut where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It ended in a line feed, which is part of it.
    Lf,
    /// Its sender was quiet for the gap.
    Gap,
    /// The stream ended behind it.
    Eof,
    /// It reached the maximum without a line feed.
    Cap,
}

impl Cut {
    /// Each, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Lf, Self::Gap, Self::Eof, Self::Cap];
}

/// One message, borrowed from where it lies: what earlier reads left over, then what the last read brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// The part that earlier reads brought; empty if one read brought it all.
    pub head: &'a [u8],
    /// The part that the last read brought; empty if time or the stream's end cut the message.
    pub tail: &'a [u8],
    /// Why it ends here.
    pub cut: Cut,
}

impl Message<'_> {
    /// Its length in bytes, never zero.
    #[allow(clippy::len_without_is_empty, reason = "no message is empty: the shortest is a line feed")]
    pub fn len(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// Its bytes in one piece.
    pub fn to_vec(&self) -> Vec<u8> {
        [self.head, self.tail].concat()
    }
}

/// Cuts a stream of reads into messages: at each line feed, at the maximum, and where it is told to.
///
/// For any bytes in any chunks, the messages one behind the other are the bytes, and none is longer than the
/// maximum. Between messages it owns no memory.
#[derive(Debug)]
pub struct Decoder {
    max: NonZeroUsize,
    pending: Vec<u8>,
}

impl Decoder {
    /// A decoder whose messages are at most `max` bytes long, their line feed included.
    pub fn new(max: NonZeroUsize) -> Self {
        Self { max, pending: Vec::new() }
    }

    /// Whether bytes have come that no message has taken yet.
    pub fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes one read, and hands each message that it completes to `each`, in order.
    pub fn read(&mut self, bytes: &[u8], mut each: impl FnMut(Message<'_>)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            // Never zero: a pending message of the maximum's length would have been cut.
            let room = self.max.get() - self.pending.len();
            let window = &rest[..rest.len().min(room)];
            let (len, cut) = match memchr::memchr(b'\n', window) {
                Some(at) => (at + 1, Cut::Lf),
                None if window.len() == room => (room, Cut::Cap),
                None => {
                    self.pending.extend_from_slice(window);
                    return;
                }
            };
            let head = std::mem::take(&mut self.pending);
            each(Message { head: &head, tail: &rest[..len], cut });
            rest = &rest[len..];
        }
    }

    /// Ends the pending message, if there is one, for a reason that lies outside the bytes.
    pub fn finish(&mut self, cut: Cut, each: impl FnOnce(Message<'_>)) {
        let head = std::mem::take(&mut self.pending);
        if !head.is_empty() {
            each(Message { head: &head, tail: &[], cut });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoder(max: usize) -> Decoder {
        Decoder::new(NonZeroUsize::new(max).unwrap())
    }

    fn read(decoder: &mut Decoder, bytes: &[u8]) -> Vec<(Vec<u8>, Cut)> {
        let mut messages = Vec::new();
        decoder.read(bytes, |message| messages.push((message.to_vec(), message.cut)));
        messages
    }

    fn finish(decoder: &mut Decoder, cut: Cut) -> Option<(Vec<u8>, Cut)> {
        let mut last = None;
        decoder.finish(cut, |message| last = Some((message.to_vec(), message.cut)));
        last
    }

    #[test]
    fn one_read_may_hold_several_messages() {
        let messages = read(&mut decoder(100), b"a\n\r\n\nb\n");
        let lines: Vec<_> = messages.iter().map(|(bytes, _)| bytes.as_slice()).collect();
        assert_eq!(lines, [&b"a\n"[..], b"\r\n", b"\n", b"b\n"]);
        assert!(messages.iter().all(|(_, cut)| *cut == Cut::Lf));
    }

    #[test]
    fn one_message_may_take_several_reads() {
        let mut decoder = decoder(100);
        assert_eq!(read(&mut decoder, b"he"), []);
        assert_eq!(read(&mut decoder, b"llo"), []);
        assert!(decoder.is_pending());
        assert_eq!(read(&mut decoder, b"\nx"), [(b"hello\n".to_vec(), Cut::Lf)]);
        assert_eq!(finish(&mut decoder, Cut::Gap), Some((b"x".to_vec(), Cut::Gap)));
        assert!(!decoder.is_pending());
    }

    #[test]
    fn nothing_pending_is_nothing_to_finish() {
        let mut decoder = decoder(100);
        assert_eq!(finish(&mut decoder, Cut::Eof), None);
        read(&mut decoder, b"whole\n");
        assert_eq!(finish(&mut decoder, Cut::Eof), None);
    }

    #[test]
    fn the_maximum_cuts_what_has_no_line_feed() {
        let mut decoder = decoder(4);
        assert_eq!(
            read(&mut decoder, b"abcdefghij"),
            [(b"abcd".to_vec(), Cut::Cap), (b"efgh".to_vec(), Cut::Cap)]
        );
        assert_eq!(finish(&mut decoder, Cut::Eof), Some((b"ij".to_vec(), Cut::Eof)));
    }

    #[test]
    fn a_line_of_just_the_maximum_is_one_message() {
        assert_eq!(
            read(&mut decoder(4), b"abc\nd\n"),
            [(b"abc\n".to_vec(), Cut::Lf), (b"d\n".to_vec(), Cut::Lf)]
        );
    }

    #[test]
    fn a_line_feed_behind_the_maximum_is_a_message_of_its_own() {
        assert_eq!(
            read(&mut decoder(4), b"abcd\n"),
            [(b"abcd".to_vec(), Cut::Cap), (b"\n".to_vec(), Cut::Lf)]
        );
    }

    #[test]
    fn whatever_the_chunks_the_messages_are_the_bytes() {
        let bytes: Vec<u8> = (0..2000u32).map(|i| (i * i % 251) as u8 % 16 + 5).collect();
        for chunk in 1..40 {
            for max in [1, 2, 3, 7, 64] {
                let mut decoder = decoder(max);
                let mut got = Vec::new();
                for piece in bytes.chunks(chunk) {
                    for (message, cut) in read(&mut decoder, piece) {
                        assert!(message.len() <= max);
                        assert_eq!(message.ends_with(b"\n"), cut == Cut::Lf);
                        got.extend(message);
                    }
                }
                got.extend(finish(&mut decoder, Cut::Eof).map(|(message, _)| message).unwrap_or_default());
                assert_eq!(got, bytes, "chunks of {chunk}, at most {max}");
            }
        }
    }
}
