//! What the reads and messages of a session have in common, as numbers.

use std::time::Duration;

use crate::event::{End, Read, Terminator, Timestamp};

/// How many messages, or [`DRIBBLED_BYTES`], must come byte by byte before it's a habit.
const DRIBBLED_MESSAGES: u64 = 3;
const DRIBBLED_BYTES: u64 = 8;
/// The bytes a read that "byte by byte" allows on average. A line feed may come with the byte before it.
const DRIBBLE_MAX: u64 = 2;
/// From how many such reads on a line is dribbled. In two, it may be a line and its end.
const DRIBBLE_READS: u64 = 3;

/// The most reads of a line that is split. More is a dribble, or a long line.
const SPLIT_READS: u64 = 4;
/// The least pause between the reads of a line that is split.
const SPLIT_PAUSE: Duration = Duration::from_millis(1);

/// What is known of a message once it has ended.
#[derive(Debug, Clone, Copy)]
pub struct MessageFacts<'a> {
    /// Its size in bytes, with its terminator.
    pub len: u64,
    /// The characters that end it.
    pub terminator: Terminator,
    /// Why it ends where it does.
    pub end: End,
    /// How many messages its last read had bytes of, itself included.
    pub shared: u64,
    /// The reads that it came in, in order, each with its own bytes in it: the first ones and the last one, as in
    /// [`Message::reads`](crate::event::Message::reads).
    pub reads: &'a [Read],
    /// How many reads before the last one are left out of `reads`.
    pub reads_omitted: u64,
    /// When its last byte arrived.
    pub at: Timestamp,
}

/// Reads and bytes that belong together.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) reads: u64,
    pub(super) bytes: u64,
}

impl Part {
    /// Whether these reads had a byte or two each.
    fn is_dribble(self) -> bool {
        self.reads >= DRIBBLE_READS && self.bytes <= self.reads.saturating_mul(DRIBBLE_MAX)
    }
}

/// The counts of a session.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// All that came.
    pub(super) all: Part,
    /// The part of `all` that belongs to no message yet.
    open: Part,
    /// Whether `open` begins behind another line in its read, and whether the line that ended last did.
    open_is_rest: bool,
    line_was_rest: bool,
    first_read: Option<Timestamp>,
    last_read: Option<Timestamp>,
    pub(super) messages: u64,
    /// The messages by why they ended.
    ends: [u64; End::ALL.len()],
    pub(super) crlf: u64,
    /// The messages that came in one read without another.
    pub(super) alone: u64,
    /// The messages that ended neither in a line feed nor in a carriage return.
    pub(super) bare: u64,
    last_byte: Option<u8>,
    has_lf: bool,
    cr_ended: bool,
    dribbled_messages: u64,
    dribbled_bytes: u64,
    /// The lines that were split, and the longest pause in one of them.
    pub(super) split: u64,
    pub(super) split_pause: Duration,
    /// The most messages that one read had bytes of, if one of them was a line.
    pub(super) most_shared: u64,
    last_end: Option<End>,
    /// Whether something is missing, and whether it's missing from the message that comes next.
    pub(super) has_missed: bool,
    is_torn: bool,
}

impl Tally {
    pub(super) fn read(&mut self, at: Timestamp, bytes: &[u8]) {
        let len = bytes.len() as u64;
        self.all = Part { reads: self.all.reads + 1, bytes: self.all.bytes + len };
        self.first_read.get_or_insert(at);
        self.last_read = Some(at);
        self.last_byte = bytes.last().copied().or(self.last_byte);
        self.open = match memchr::memrchr(b'\n', bytes) {
            None => Part { reads: self.open.reads + 1, bytes: self.open.bytes + len },
            Some(last) => {
                self.has_lf = true;
                let behind = len - last as u64 - 1;
                self.line_was_rest = std::mem::replace(&mut self.open_is_rest, behind > 0);
                Part { reads: behind.min(1), bytes: behind }
            }
        };
    }

    pub(super) fn message(&mut self, message: &MessageFacts<'_>) {
        let MessageFacts { len, terminator, end, shared, reads, reads_omitted, .. } = *message;
        let part = Part { reads: reads_omitted.saturating_add(reads.len() as u64), bytes: len };
        self.messages += 1;
        self.ends[end as usize] += 1;
        self.crlf += u64::from(terminator == Terminator::Crlf);
        self.alone += u64::from(part.reads == 1 && shared == 1);
        if end == End::Lf {
            self.most_shared = self.most_shared.max(shared);
        }
        self.last_end = Some(end);
        if terminator == Terminator::None && end != End::Datagram {
            // At the maximum, a message may end within a read.
            let has_cr = end != End::Cap && self.last_byte == Some(b'\r');
            self.cr_ended |= has_cr;
            self.bare += u64::from(!has_cr);
            self.open = Part::default();
            self.open_is_rest = false;
        }
        if !std::mem::take(&mut self.is_torn) {
            self.pace(part, end, reads, reads_omitted);
        }
    }

    /// Looks at how a whole message came.
    fn pace(&mut self, part: Part, end: End, reads: &[Read], reads_omitted: u64) {
        let is_line = end == End::Lf;
        let is_single = part.bytes == part.reads && !is_line;
        if part.is_dribble() || is_single {
            self.dribbled_messages += 1;
            self.dribbled_bytes = self.dribbled_bytes.saturating_add(part.bytes);
        } else if is_line
            && (2..=SPLIT_READS).contains(&part.reads)
            && reads_omitted == 0
            && !self.line_was_rest
        {
            // A line that begins behind another one may be cut where the server's buffer was full.
            let pause = reads.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap_or_default();
            if pause >= SPLIT_PAUSE {
                self.split += 1;
                self.split_pause = self.split_pause.max(pause);
            }
        }
    }

    /// Some reads weren't seen, and their messages neither.
    pub(super) fn missed(&mut self) {
        self.has_missed = true;
        self.is_torn = true;
        self.open = Part::default();
        self.open_is_rest = false;
        self.last_byte = None;
        // There may have been one.
        self.has_lf = true;
    }

    /// How many messages ended for this reason.
    pub(super) fn ended_by(&self, end: End) -> u64 {
        self.ends[end as usize]
    }

    /// Whether the last message has ended because the stream did.
    pub(super) fn is_ended_by_eof(&self) -> bool {
        self.last_end == Some(End::Eof)
    }

    /// The time from the first read to the last.
    pub(super) fn span(&self) -> Duration {
        self.last_read.unwrap_or_default() - self.first_read.unwrap_or_default()
    }

    pub(super) fn last_read(&self) -> Option<Timestamp> {
        self.last_read
    }

    pub(super) fn is_byte_by_byte(&self) -> bool {
        let is_open = self.open.is_dribble() && !self.is_torn;
        let open = if is_open { self.open } else { Part::default() };
        let is_habit = self.dribbled_messages >= DRIBBLED_MESSAGES
            || self.dribbled_bytes.saturating_add(open.bytes) >= DRIBBLED_BYTES;
        is_habit && self.span() > Duration::ZERO
    }

    /// Whether a carriage return ends messages, and a line feed none.
    pub(super) fn is_cr_only(&self) -> bool {
        self.cr_ended && !self.has_lf
    }
}
