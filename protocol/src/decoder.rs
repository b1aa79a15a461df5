//! Splits a byte stream into messages.

use std::num::NonZeroUsize;
use std::ops::Deref;

/// Why a message ends where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// At a line feed, which is part of the message.
    Lf,
    /// The sender was silent for the gap.
    Gap,
    /// The stream ended.
    Eof,
    /// The message reached the maximum length without a line feed.
    Cap,
}

impl Cut {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 4] = [Self::Lf, Self::Gap, Self::Eof, Self::Cap];
}

/// One message, borrowed in up to two parts: what earlier reads left over, then what the last read brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// The part from earlier reads; empty if it all came in one read.
    pub head: &'a [u8],
    /// The part from the last read; empty if the message ends at a gap or at the end of the stream.
    pub tail: &'a [u8],
    /// Why the message ends here.
    pub cut: Cut,
}

impl Message<'_> {
    /// Returns the length in bytes, which is never zero.
    #[allow(clippy::len_without_is_empty, reason = "a message is never empty: the shortest is a line feed")]
    pub fn len(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// Copies the bytes into one piece.
    pub fn to_vec(&self) -> Vec<u8> {
        [self.head, self.tail].concat()
    }
}

/// Where a [`Decoder`] keeps the start of a message until the rest comes.
pub trait Pending: Default + Deref<Target = [u8]> {
    /// Appends bytes to those that it has.
    fn append(&mut self, bytes: &[u8]);
}

impl Pending for Vec<u8> {
    fn append(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Splits a byte stream into messages: at each line feed, at the maximum length, and wherever
/// [`finish`](Self::finish) is called.
///
/// The messages, concatenated, are exactly the bytes that were read, however they were split into reads. No
/// message is longer than the maximum. Between messages a decoder owns no memory.
#[derive(Debug)]
pub struct Decoder<P = Vec<u8>> {
    max: NonZeroUsize,
    pending: P,
}

impl Decoder {
    /// Creates a decoder whose messages are at most `max` bytes long, including the line feed.
    pub fn new(max: NonZeroUsize) -> Self {
        Self::with_pending(max)
    }
}

impl<P: Pending> Decoder<P> {
    /// Creates a decoder as [`new`](Decoder::new) does, which keeps the start of a message in a `P`.
    pub fn with_pending(max: NonZeroUsize) -> Self {
        Self { max, pending: P::default() }
    }

    /// Returns whether part of a message is waiting for the rest.
    pub fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Returns the number of bytes that wait for the rest of their message.
    #[cfg(test)]
    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Returns the maximum length of a message, in bytes.
    pub(crate) fn max(&self) -> usize {
        self.max.get()
    }

    /// Takes the bytes of one read, and passes each message that they complete to `each`, in order.
    pub fn read(&mut self, bytes: &[u8], mut each: impl FnMut(Message<'_>)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            // Never zero: a pending message of the maximum length would have been passed on.
            let room = self.max.get() - self.pending.len();
            let window = &rest[..rest.len().min(room)];
            let (len, cut) = match memchr::memchr(b'\n', window) {
                Some(at) => (at + 1, Cut::Lf),
                None if window.len() == room => (room, Cut::Cap),
                None => {
                    self.pending.append(window);
                    return;
                }
            };
            let head = std::mem::take(&mut self.pending);
            each(Message { head: &head, tail: &rest[..len], cut });
            rest = &rest[len..];
        }
    }

    /// Ends the pending message, if there is one, for a reason other than its bytes.
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
    fn finishing_without_a_pending_message_does_nothing() {
        let mut decoder = decoder(100);
        assert_eq!(finish(&mut decoder, Cut::Eof), None);
        read(&mut decoder, b"whole\n");
        assert_eq!(finish(&mut decoder, Cut::Eof), None);
    }

    #[test]
    fn a_message_without_a_line_feed_ends_at_the_maximum() {
        let mut decoder = decoder(4);
        assert_eq!(
            read(&mut decoder, b"abcdefghij"),
            [(b"abcd".to_vec(), Cut::Cap), (b"efgh".to_vec(), Cut::Cap)]
        );
        assert_eq!(finish(&mut decoder, Cut::Eof), Some((b"ij".to_vec(), Cut::Eof)));
    }

    #[test]
    fn a_line_of_exactly_the_maximum_is_one_message() {
        assert_eq!(
            read(&mut decoder(4), b"abc\nd\n"),
            [(b"abc\n".to_vec(), Cut::Lf), (b"d\n".to_vec(), Cut::Lf)]
        );
    }

    #[test]
    fn a_line_feed_after_the_maximum_is_a_message_of_its_own() {
        assert_eq!(
            read(&mut decoder(4), b"abcd\n"),
            [(b"abcd".to_vec(), Cut::Cap), (b"\n".to_vec(), Cut::Lf)]
        );
    }

    #[test]
    fn the_messages_are_the_bytes_in_any_chunks() {
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
