//! Reads in, replies out: one session's side of the conversation.

use std::num::NonZeroUsize;

use crate::{Cut, Decoder, Format, Message, Moment, Stamper};

/// What has gone through a [`Responder`] so far.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Reads that brought bytes.
    pub reads: u64,
    /// Messages cut, and so replies made, by [`Cut`].
    pub cuts: [u64; Cut::ALL.len()],
    /// Bytes read.
    pub bytes_in: u64,
    /// Bytes of all replies made.
    pub bytes_out: u64,
}

impl Counts {
    /// Messages cut, and so replies made, however they ended.
    pub fn messages(&self) -> u64 {
        self.cuts.iter().sum()
    }
}

/// Answers one client: each message comes back behind the time at which its last byte was read.
///
/// Time is handed in with each read. Replies are appended to a buffer of the caller's, a whole read's worth
/// at once, so that they cost one write.
#[derive(Debug)]
pub struct Responder {
    decoder: Decoder,
    stamper: Stamper,
    last_read: Option<Moment>,
    counts: Counts,
}

impl Responder {
    /// A responder whose messages are at most `max_message` bytes long, and stamped in this format.
    pub fn new(max_message: NonZeroUsize, format: Format) -> Self {
        Self {
            decoder: Decoder::new(max_message),
            stamper: Stamper::new(format),
            last_read: None,
            counts: Counts::default(),
        }
    }

    /// The most that one read of this many bytes can add to the replies, in bytes: all of it line feeds.
    pub fn longest_replies(&self, read: usize) -> usize {
        read * (self.stamper.longest() + 1)
    }

    /// What has gone through so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether bytes wait for the rest of their message: the gap runs from the last read while this holds.
    pub fn is_pending(&self) -> bool {
        self.decoder.is_pending()
    }

    /// Takes the bytes of one read, made `at` that time, and appends the replies that they complete.
    ///
    /// A reply is its stamp longer than its message: with 27 bytes of `ctime`, a read of n line feeds
    /// appends 28 n bytes.
    pub fn read(&mut self, bytes: &[u8], at: impl Into<Moment>, replies: &mut Vec<u8>) {
        let at = at.into();
        self.last_read = Some(at);
        self.counts.reads += 1;
        self.counts.bytes_in += bytes.len() as u64;
        let Self { decoder, stamper, counts, .. } = self;
        let prefix = stamper.prefix(at);
        decoder.read(bytes, |message| append(prefix, message, counts, replies));
    }

    /// Ends the pending message, if there is one, and appends its reply, stamped with the last read's time.
    pub fn finish(&mut self, cut: Cut, replies: &mut Vec<u8>) {
        // What is pending was read.
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
    fn a_message_comes_back_behind_its_stamp_byte_for_byte() {
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
    fn it_counts_what_goes_through() {
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
