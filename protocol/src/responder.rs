//! Turns what a client sends into what it's answered.

use std::num::NonZeroUsize;

use crate::{Cut, Decoder, Format, Message, Moment, Pending, Stamper};

/// What a [`Responder`] has processed so far.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The number of reads.
    pub reads: u64,
    /// The number of messages, and so of replies, by [`Cut`].
    pub cuts: [u64; Cut::ALL.len()],
    /// The number of bytes read.
    pub bytes_in: u64,
    /// The number of bytes in all replies.
    pub bytes_out: u64,
}

impl Counts {
    /// Returns the number of messages, and so of replies, of all kinds.
    pub fn messages(&self) -> u64 {
        self.cuts.iter().sum()
    }
}

/// Answers one client: each message comes back with the time at which its last byte arrived in front.
///
/// The time is passed in with each read. The replies to one read are appended to the caller's buffer
/// together, so that they can be sent in one write.
#[derive(Debug)]
pub struct Responder<P = Vec<u8>> {
    decoder: Decoder<P>,
    stamper: Stamper,
    last_read: Option<Moment>,
    counts: Counts,
}

impl Responder {
    /// Creates a responder for messages of at most `max_message` bytes, stamped in this format.
    pub fn new(max_message: NonZeroUsize, format: Format) -> Self {
        Self::with_pending(max_message, format)
    }
}

impl<P: Pending> Responder<P> {
    /// Creates a responder as [`new`](Responder::new) does, which keeps the start of a message in a `P`.
    pub fn with_pending(max_message: NonZeroUsize, format: Format) -> Self {
        Self {
            decoder: Decoder::with_pending(max_message),
            stamper: Stamper::new(format),
            last_read: None,
            counts: Counts::default(),
        }
    }

    /// Returns how many bytes of replies one read of `read` bytes can cause at most, if all are line feeds.
    pub fn longest_replies(&self, read: usize) -> usize {
        read * (self.stamper.longest() + 1)
    }

    /// Returns how many of the first bytes of `input` to take at once, so that their replies are no more than
    /// `most` bytes, apart from the pending message. It's at least one byte, and all of them if they fit.
    pub fn fitting(&self, input: &[u8], most: usize) -> usize {
        let sure = (most / self.longest_replies(1)).max(1);
        if input.len() <= sure {
            return input.len();
        }
        let longest_count = memchr::memchr_iter(b'\n', input).count() + input.len() / self.decoder.max() + 1;
        let longest = input.len() + longest_count * self.stamper.longest();
        if longest <= most { input.len() } else { sure }
    }

    /// Returns what has been processed so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Returns whether part of a message is waiting for the rest. While it is, the gap runs from the last
    /// read.
    pub fn is_pending(&self) -> bool {
        self.decoder.is_pending()
    }

    /// Takes the bytes of one read, which arrived at the time `at`, and appends the replies to the messages that they
    /// complete.
    ///
    /// A reply is longer than its message by the stamp. With the 27 bytes of `ctime`, a read of n line feeds
    /// appends 28 n bytes.
    pub fn read(&mut self, bytes: &[u8], at: impl Into<Moment>, replies: &mut Vec<u8>) {
        let at = at.into();
        self.last_read = Some(at);
        self.counts.reads += 1;
        self.answer(bytes, at, replies);
    }

    /// Takes more bytes of the last read, if the caller passes them in pieces.
    pub fn read_on(&mut self, bytes: &[u8], replies: &mut Vec<u8>) {
        // Without a read, there is nothing more of it.
        if let Some(at) = self.last_read {
            self.answer(bytes, at, replies);
        }
    }

    #[inline]
    fn answer(&mut self, bytes: &[u8], at: Moment, replies: &mut Vec<u8>) {
        let Self { decoder, stamper, counts, .. } = self;
        counts.bytes_in += bytes.len() as u64;
        let prefix = stamper.prefix(at);
        decoder.read(bytes, |message| append(prefix, message, counts, replies));
    }

    /// Ends the pending message, if there is one, and appends its reply, stamped with the time of the last
    /// read.
    pub fn finish(&mut self, cut: Cut, replies: &mut Vec<u8>) {
        // Without a read, nothing is pending.
        let Self { decoder, stamper, counts, last_read: Some(at) } = self else { return };
        decoder.finish(cut, |message| append(stamper.prefix(*at), message, counts, replies));
    }
}

fn append(prefix: &[u8], message: Message<'_>, counts: &mut Counts, replies: &mut Vec<u8>) {
    replies.extend_from_slice(prefix);
    replies.extend_from_slice(message.head);
    replies.extend_from_slice(message.tail);
    counts.cuts[message.cut as usize] += 1;
    counts.bytes_out += (prefix.len() + message.len()) as u64;
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, FixedOffset, TimeZone};

    fn second(n: i64) -> DateTime<FixedOffset> {
        FixedOffset::east_opt(0).unwrap().timestamp_opt(n, 0).unwrap()
    }

    fn responder() -> Responder {
        Responder::new(NonZeroUsize::new(crate::DEFAULT_MAX_MESSAGE).unwrap(), Format::default())
    }

    #[test]
    fn a_message_comes_back_byte_for_byte_after_its_stamp() {
        let mut replies = Vec::new();
        responder().read(b"\r\0\xff\xfe\r\n\n", second(0), &mut replies);
        assert_eq!(replies, b"[Thu Jan  1 00:00:00 1970] \r\0\xff\xfe\r\n[Thu Jan  1 00:00:00 1970] \n");
    }

    #[test]
    fn the_stamp_is_the_time_of_the_last_byte() {
        let (mut responder, mut replies) = (responder(), Vec::new());
        responder.read(b"a", second(1), &mut replies);
        responder.read(b"b\nc", second(2), &mut replies);
        assert_eq!(replies, b"[Thu Jan  1 00:00:02 1970] ab\n");
        replies.clear();
        responder.finish(Cut::Gap, &mut replies);
        assert_eq!(replies, b"[Thu Jan  1 00:00:02 1970] c");
    }

    #[test]
    fn a_read_in_pieces_is_one_read_at_one_time() {
        let (mut responder, mut replies) = (responder(), Vec::new());
        responder.read(b"a\nb", second(7), &mut replies);
        responder.read_on(b"c\n", &mut replies);
        assert_eq!(replies, b"[Thu Jan  1 00:00:07 1970] a\n[Thu Jan  1 00:00:07 1970] bc\n");
        assert_eq!((responder.counts().reads, responder.counts().bytes_in), (1, 5));
    }

    #[test]
    fn the_replies_to_what_fits_are_no_longer_than_asked_for() {
        const MOST: usize = 1000;
        let line = [vec![b'x'; 200], vec![b'\n']].concat();
        for (max_message, input) in [
            (65536, vec![b'\n'; 5000]),
            (65536, vec![b'x'; 5000]),
            (1, vec![b'x'; 5000]),
            (65536, line.repeat(4)),
            (65536, line.repeat(40)),
            (65536, b"short".to_vec()),
        ] {
            let (mut responder, mut rest) = (responder(), &input[..]);
            responder.decoder = Decoder::new(NonZeroUsize::new(max_message).unwrap());
            while !rest.is_empty() {
                let pending = responder.decoder.pending();
                let (piece, others) = rest.split_at(responder.fitting(rest, MOST));
                let mut replies = Vec::new();
                responder.read(piece, second(0), &mut replies);
                assert!(!piece.is_empty() && replies.len() <= MOST + pending, "{}", replies.len());
                rest = others;
            }
        }
        assert_eq!(responder().fitting(&line.repeat(4), MOST), 4 * line.len(), "all of it fits");
    }

    #[test]
    fn reads_messages_and_bytes_are_counted() {
        let (mut responder, mut replies) = (responder(), Vec::new());
        responder.read(b"a\nb", second(0), &mut replies);
        responder.read(b"c\n", second(0), &mut replies);
        let counts = responder.counts();
        assert_eq!(counts, Counts { reads: 2, cuts: [2, 0, 0, 0], bytes_in: 5, bytes_out: 2 * 27 + 5 });
        responder.read(b"d", second(0), &mut replies);
        responder.finish(Cut::Gap, &mut replies);
        let counts = responder.counts();
        assert_eq!((counts.messages(), counts.cuts), (3, [2, 1, 0, 0]));
        assert_eq!(counts.bytes_out, replies.len() as u64);
    }
}
