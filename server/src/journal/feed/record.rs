//! The records that sessions feed, and the batch that holds them.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use wirestamp_arrival::ArrivalTime;
use wirestamp_protocol::event::{DropReason, Timestamp};
use wirestamp_protocol::{Counts, Cut, Format};

use crate::ending::Ending;
use crate::peer::{Peer, Transport};

/// Something that happened in a session, as short as its own thread can tell it.
#[derive(Debug)]
pub(crate) enum Record {
    Opened(Box<Opened>),
    /// Bytes were read.
    Read {
        session: u64,
        arrival: Arrived,
        bytes: Slice,
    },
    /// The message that has begun ends here.
    Ended {
        session: u64,
        cut: Cut,
    },
    /// Replies wait for the client.
    HeldBack {
        session: u64,
    },
    /// What was read has been answered.
    Answered {
        session: u64,
        answered: Answered,
    },
    Closed(Box<Closed>),
    /// Datagrams will come to this listener.
    Listener {
        listener: u32,
        entrance: Arc<Entrance>,
    },
    /// A datagram was read.
    Datagram {
        listener: u32,
        from: SocketAddr,
        arrival: Arrived,
        bytes: Slice,
        unanswered: Option<DropReason>,
    },
    /// Replies to a client could not be sent: its last datagrams so far.
    RepliesLost {
        listener: u32,
        to: SocketAddr,
        count: usize,
    },
    /// The datagrams so far have been answered.
    DatagramsAnswered {
        listener: u32,
        at: Timestamp,
        missed: Missed,
    },
}

/// How a client's session came about.
#[derive(Debug)]
pub(crate) struct Entrance {
    /// The listener's address or path.
    pub(crate) listener: String,
    /// The format of the stamps. `None` if a service elsewhere stamps.
    pub(crate) format: Option<Format>,
    /// The name that the client gave itself.
    pub(crate) label: Option<String>,
}

#[cfg(test)]
impl Entrance {
    /// That of a client in a test.
    pub(crate) fn test() -> Arc<Self> {
        Arc::new(Self { listener: "127.0.0.1:21567".into(), format: Some(Format::default()), label: None })
    }
}

/// A session that has been opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) session: u64,
    pub(crate) transport: Transport,
    pub(crate) peer: Peer,
    pub(crate) entrance: Arc<Entrance>,
    pub(crate) at: Timestamp,
    /// Whether it was a probe, and has ended.
    pub(crate) is_probe: bool,
    /// What went through before it was first told of.
    pub(crate) before: Counts,
}

/// A session that has ended.
#[derive(Debug)]
pub(crate) struct Closed {
    pub(crate) session: u64,
    pub(crate) peer: Peer,
    pub(crate) ending: Ending,
    pub(crate) is_probe: bool,
    pub(crate) counts: Counts,
    pub(crate) at: Timestamp,
    pub(crate) missed: Missed,
}

/// What has been answered by the end of a turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    /// When the replies were written. `None` if there were none.
    pub(crate) at: Option<Timestamp>,
    /// How many messages there have been since the session was opened.
    pub(crate) messages: u64,
    /// How many bytes of replies.
    pub(crate) bytes_out: u64,
    /// What could not be fed since this was last told.
    pub(crate) missed: Missed,
}

/// When bytes arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrived {
    pub(crate) at: Timestamp,
    /// How long they waited in the kernel. `None` if the time is the read's.
    pub(crate) waited: Option<Duration>,
}

impl From<&ArrivalTime> for Arrived {
    fn from(arrival: &ArrivalTime) -> Self {
        Self { at: Timestamp(arrival.at), waited: arrival.waited() }
    }
}

/// Reads that were not fed, because the feed was full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Missed {
    pub(crate) reads: u32,
    pub(crate) bytes: u64,
}

impl Missed {
    pub(crate) fn add(&mut self, bytes: usize) {
        self.reads = self.reads.saturating_add(1);
        self.bytes += bytes as u64;
    }

    pub(crate) fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// Where a record's bytes are in its batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice {
    start: u32,
    length: u32,
}

/// Records in the order in which they happened, and their bytes.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) records: Vec<Record>,
    bytes: Vec<u8>,
}

impl Batch {
    /// Copies bytes into the batch. A feed is far smaller than the 4 GiB that a [`Slice`] reaches.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Slice {
        let slice = Slice { start: self.bytes.len() as u32, length: bytes.len() as u32 };
        self.bytes.extend_from_slice(bytes);
        slice
    }

    /// The bytes of one of its records.
    pub(crate) fn bytes(&self, Slice { start, length }: Slice) -> &[u8] {
        let Range { start, end } = start as usize..start as usize + length as usize;
        &self.bytes[start..end]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// What its records and bytes take, in bytes.
    pub(super) fn used(&self) -> usize {
        self.records.len() * size_of::<Record>() + self.bytes.len()
    }

    /// What it takes with its spare room, in bytes.
    pub(crate) fn allocated(&self) -> usize {
        self.records.capacity() * size_of::<Record>() + self.bytes.capacity()
    }

    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.bytes.clear();
    }
}
