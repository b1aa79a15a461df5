//! Puts messages together from the reads that they came in.
//!
//! The session's own [`Decoder`](wirestamp_protocol::Decoder) has ended the same messages at the same places. This one
//! knows the reads, and keeps no more of a message than is told of it.

use wirestamp_protocol::event::{End, PAYLOAD_MAX, READS_MAX, Read, Terminator, Timestamp};

/// A message that has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Whole {
    /// Its true size.
    pub(super) bytes: u64,
    /// Its start, up to [`PAYLOAD_MAX`].
    pub(super) payload: Vec<u8>,
    pub(super) terminator: Terminator,
    pub(super) end: End,
    /// The first reads, and the last one.
    pub(super) reads: Vec<Read>,
    pub(super) reads_omitted: u64,
    /// How many messages its last read had bytes of.
    pub(super) shared: u64,
}

/// How many bytes all sessions together may keep of messages that haven't ended yet. Of what comes beyond, only the size is
/// told.
#[derive(Debug)]
pub(super) struct Allowance(usize);

impl Allowance {
    pub(super) fn new(bytes: usize) -> Self {
        Self(bytes)
    }

    /// How many more bytes may be kept.
    pub(super) fn left(&self) -> usize {
        self.0
    }
}

/// The message that has begun.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    length: u64,
    kept: Vec<u8>,
    /// Its last two bytes.
    tail: [u8; 2],
    reads: Vec<Read>,
    reads_omitted: u64,
    /// How many messages the last read had bytes of.
    shared: u64,
    /// Whether bytes before are missing, so that it isn't known where the message began.
    is_blind: bool,
}

impl Assembler {
    /// Takes the bytes of a read, and returns the messages that end in it. A message of `max` bytes ends there.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        at: Timestamp,
        max: u64,
        allowance: &mut Allowance,
    ) -> Vec<Whole> {
        let (mut ended, mut rest) = (Vec::new(), bytes);
        if self.is_blind {
            let Some(end) = memchr::memchr(b'\n', rest) else { return ended };
            (self.is_blind, rest) = (false, &rest[end + 1..]);
        }
        while !rest.is_empty() {
            let room = usize::try_from(max - self.length).unwrap_or(usize::MAX);
            let window = &rest[..rest.len().min(room)];
            let (length, end) = match memchr::memchr(b'\n', window) {
                Some(at) => (at + 1, Some(End::Lf)),
                None if window.len() == room => (room, Some(End::Cap)),
                None => (window.len(), None),
            };
            let (piece, behind) = rest.split_at(length);
            self.append(piece, at, allowance);
            ended.extend(end.map(|end| self.take(end, allowance)));
            rest = behind;
        }
        self.shared = ended.len() as u64 + u64::from(self.length > 0);
        for whole in &mut ended {
            whole.shared = self.shared;
        }
        ended
    }

    /// Ends the message that has begun, if there is one.
    pub(super) fn finish(&mut self, end: End, allowance: &mut Allowance) -> Option<Whole> {
        self.is_blind = false;
        (self.length > 0).then(|| self.take(end, allowance))
    }

    /// Bytes are missing here.
    pub(super) fn lose(&mut self, allowance: &mut Allowance) {
        allowance.0 += self.kept.len();
        *self = Self { is_blind: true, ..Self::default() };
    }

    fn append(&mut self, piece: &[u8], at: Timestamp, allowance: &mut Allowance) {
        self.length += piece.len() as u64;
        let kept = piece.len().min(PAYLOAD_MAX - self.kept.len()).min(allowance.0);
        allowance.0 -= kept;
        self.kept.extend_from_slice(&piece[..kept]);
        match piece {
            [.., before, last] => self.tail = [*before, *last],
            [last] => self.tail = [self.tail[1], *last],
            [] => {}
        }
        // The last place is the last read's.
        if self.reads.len() == READS_MAX {
            self.reads.pop();
            self.reads_omitted += 1;
        }
        self.reads.push(Read { at, bytes: piece.len() as u64 });
    }

    fn take(&mut self, end: End, allowance: &mut Allowance) -> Whole {
        let Self { length: bytes, kept: payload, tail, reads, reads_omitted, shared, .. } =
            std::mem::take(self);
        allowance.0 += payload.len();
        let tail = if bytes == 1 { &tail[1..] } else { &tail[..] };
        Whole { bytes, payload, terminator: Terminator::of(tail), end, reads, reads_omitted, shared }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::num::NonZeroUsize;
    use std::time::Duration;

    use wirestamp_protocol::Decoder;

    /// Reads one millisecond after another, at most `max` bytes a message.
    fn messages(reads: &[&[u8]], max: u64) -> (Vec<Whole>, Assembler) {
        let (mut assembler, mut allowance) = (Assembler::default(), Allowance::new(1 << 20));
        let mut ended = Vec::new();
        for (number, bytes) in reads.iter().enumerate() {
            ended.extend(assembler.read(bytes, at(number), max, &mut allowance));
        }
        (ended, assembler)
    }

    fn at(ms: usize) -> Timestamp {
        Timestamp(Duration::from_millis(ms as u64))
    }

    fn read(ms: usize, bytes: u64) -> Read {
        Read { at: at(ms), bytes }
    }

    #[test]
    fn a_message_has_the_reads_that_it_came_in() {
        let (ended, mut assembler) = messages(&[b"he", b"llo\r\nab\nc"], 100);
        let [hello, ab] = &ended[..] else { panic!("{ended:?}") };
        assert_eq!((hello.bytes, &hello.payload[..], hello.shared), (7, &b"hello\r\n"[..], 3));
        assert_eq!(hello.reads, [read(0, 2), read(1, 5)]);
        assert_eq!((hello.terminator, hello.end), (Terminator::Crlf, End::Lf));
        assert_eq!((ab.reads.as_slice(), ab.terminator), (&[read(1, 3)][..], Terminator::Lf));
        let last = assembler.finish(End::Gap, &mut Allowance::new(0)).unwrap();
        assert_eq!((last.terminator, last.end, last.shared), (Terminator::None, End::Gap, 3));
        assert_eq!(assembler.finish(End::Gap, &mut Allowance::new(0)), None);
    }

    #[test]
    fn messages_end_where_the_service_ends_them() {
        let bytes: Vec<u8> = (0..2000_u32).map(|i| (i * i % 251) as u8 % 16 + 5).collect();
        for (chunk, max) in [(1, 3), (7, 2), (13, 64), (40, 7)] {
            let mut expected = Vec::new();
            let mut decoder = Decoder::new(NonZeroUsize::new(max).unwrap());
            bytes
                .chunks(chunk)
                .for_each(|piece| decoder.read(piece, |message| expected.push(message.to_vec())));
            let (ended, _) = messages(&bytes.chunks(chunk).collect::<Vec<_>>(), max as u64);
            assert!(
                ended
                    .iter()
                    .all(|whole| whole.reads.iter().map(|read| read.bytes).sum::<u64>() == whole.bytes)
            );
            let ended: Vec<_> = ended.into_iter().map(|whole| whole.payload).collect();
            assert_eq!(ended, expected);
        }
    }

    #[test]
    fn of_a_long_message_the_start_and_the_true_size_are_told() {
        let (ended, _) = messages(&[&[b'x'; 3000], &[b'x'; 3000], b"\r\n"], 65_536);
        assert_eq!((ended[0].bytes, ended[0].payload.len()), (6002, PAYLOAD_MAX));
        assert_eq!(ended[0].terminator, Terminator::Crlf);
    }

    #[test]
    fn of_many_reads_the_first_and_the_last_are_told() {
        let dribble = vec![&b"x"[..]; 1000];
        let (_, mut assembler) = messages(&dribble, 65_536);
        let whole = assembler.finish(End::Eof, &mut Allowance::new(0)).unwrap();
        assert_eq!((whole.reads.len(), whole.reads_omitted), (READS_MAX, 1000 - READS_MAX as u64));
        assert_eq!((whole.reads[254], whole.reads[255]), (read(254, 1), read(999, 1)));
    }

    #[test]
    fn what_has_begun_is_kept_only_as_far_as_is_allowed() {
        let mut allowance = Allowance::new(5);
        let (mut one, mut other) = (Assembler::default(), Assembler::default());
        assert_eq!(one.read(b"abc", at(0), 100, &mut allowance), []);
        assert_eq!(other.read(b"defg", at(0), 100, &mut allowance), []);
        assert_eq!(one.finish(End::Gap, &mut allowance).unwrap().payload, b"abc");
        let whole = other.finish(End::Gap, &mut allowance).unwrap();
        assert_eq!((whole.payload.as_slice(), whole.bytes), (&b"de"[..], 4));
        assert_eq!(allowance.0, 5);
    }

    #[test]
    fn after_missing_bytes_messages_begin_again_behind_the_next_line_feed() {
        let (mut assembler, mut allowance) = (Assembler::default(), Allowance::new(100));
        assembler.read(b"begun", at(0), 100, &mut allowance);
        assembler.lose(&mut allowance);
        assert_eq!(allowance.0, 100);
        assert_eq!(assembler.read(b"middle", at(1), 100, &mut allowance), []);
        let ended = assembler.read(b"end\nwhole\n", at(2), 100, &mut allowance);
        assert_eq!(ended.len(), 1);
        assert_eq!(ended[0].payload, b"whole\n");
    }
}
