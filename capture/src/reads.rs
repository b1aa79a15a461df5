//! The reads that a message came in.

use wirestamp_protocol::event::{Message, Read, Timestamp};

/// Bytes that become one segment, or several if they are too many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) at: Timestamp,
    pub(crate) bytes: u64,
    /// Why it isn't simply a read of its own.
    pub(crate) note: Option<String>,
}

impl From<Read> for Piece {
    fn from(read: Read) -> Self {
        Self { at: read.at, bytes: read.bytes, note: None }
    }
}

/// The pieces of a message: its reads, in order. The bytes of reads that the event leaves out are one piece in their
/// place, with the time of the last read: they had arrived by then.
pub(crate) fn pieces(message: &Message) -> Vec<Piece> {
    let alone = Read { at: message.about.at, bytes: message.bytes };
    let (last, first) = message.reads.split_last().unwrap_or((&alone, &[]));
    let mut pieces: Vec<Piece> = first.iter().copied().map(Piece::from).collect();
    let told = message.reads.iter().fold(0, |sum: u64, read| sum.saturating_add(read.bytes));
    if !message.reads.is_empty() && told < message.bytes {
        let note = format!("Reads up to this time that aren't told one by one: {}.", message.reads_omitted);
        pieces.push(Piece { at: last.at, bytes: message.bytes - told, note: Some(note) });
    }
    let mut last = Piece::from(*last);
    if message.shared > 1 {
        last.note =
            Some(format!("One read had bytes of {} messages: each is a segment of its own.", message.shared));
    }
    pieces.push(last);
    pieces
}
