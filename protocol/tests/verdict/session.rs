//! A session as the server would tell it, cut into messages by the true decoder.

use std::num::NonZeroUsize;
use std::time::Duration;

use wirestamp_protocol::event::{By, End, Findings, How, Read, Terminator, Timestamp, Transport};
use wirestamp_protocol::verdict::{Examination, MessageFacts};
use wirestamp_protocol::{Cut, DEFAULT_MAX_MESSAGE, Decoder};

const GAP: Duration = Duration::from_millis(50);
const START: Duration = Duration::from_secs(1_795_370_820);

pub(crate) struct Session {
    transport: Transport,
    pub(crate) examination: Examination,
    decoder: Decoder,
    now: Duration,
    last_read: Duration,
    /// The reads of the message that hasn't ended.
    open: Vec<Read>,
}

pub(crate) fn tcp() -> Session {
    Session::new(Transport::Tcp)
}

pub(crate) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Reads each of `reads`, with a pause after it.
pub(crate) fn each<T: AsRef<[u8]>>(
    session: Session,
    reads: impl IntoIterator<Item = T>,
    pause: Duration,
) -> Session {
    reads.into_iter().fold(session, |session, bytes| session.read(bytes).wait(pause))
}

impl Session {
    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            transport,
            examination: Examination::new(transport, Some(GAP), Timestamp(START)),
            decoder: Decoder::new(NonZeroUsize::new(DEFAULT_MAX_MESSAGE).unwrap()),
            now: START,
            last_read: START,
            open: Vec::new(),
        }
    }

    fn at(&self) -> Timestamp {
        Timestamp(self.now)
    }

    /// The client's bytes are read now, and answered at once.
    pub(crate) fn read(self, bytes: impl AsRef<[u8]>) -> Self {
        let mut session = self.read_only(bytes);
        session.examination.replied(session.at());
        session
    }

    /// The client's bytes are read now. The reply isn't written yet.
    pub(crate) fn read_only(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.last_read = self.now;
        self.examination.read(self.at(), bytes);
        if self.transport == Transport::Udp {
            self.message(bytes.len(), Terminator::of(bytes), End::Datagram, 1, bytes.len());
            return self;
        }
        let mut cut = Vec::new();
        self.decoder.read(bytes, |message| {
            cut.push((message.len(), Terminator::of(&message.to_vec()), message.cut, message.tail.len()));
        });
        let shared = cut.len() as u64 + u64::from(self.decoder.is_pending());
        let last: usize = cut.iter().map(|(.., tail)| tail).sum();
        for (len, terminator, cut, tail) in cut {
            self.message(len, terminator, cut.into(), shared, tail);
        }
        if last < bytes.len() {
            self.open.push(Read { at: self.at(), bytes: (bytes.len() - last) as u64 });
        }
        self
    }

    /// Tells of a message whose last read had `tail` bytes of it.
    fn message(&mut self, len: usize, terminator: Terminator, end: End, shared: u64, tail: usize) {
        let mut reads = std::mem::take(&mut self.open);
        if tail > 0 || reads.is_empty() {
            reads.push(Read { at: Timestamp(self.last_read), bytes: tail as u64 });
        }
        let facts = MessageFacts {
            len: len as u64,
            terminator,
            end,
            shared,
            reads: &reads,
            reads_omitted: 0,
            at: Timestamp(self.last_read),
        };
        self.examination.message(&facts);
    }

    fn finish(&mut self, cut: Cut) {
        let mut ended = None;
        self.decoder.finish(cut, |message| ended = Some((message.len(), message.to_vec())));
        if let Some((len, bytes)) = ended {
            self.message(len, Terminator::of(&bytes), cut.into(), 1, 0);
        }
    }

    /// The client is silent. After the gap, the service ends a message.
    pub(crate) fn wait(mut self, time: Duration) -> Self {
        let end = self.now + time;
        if self.decoder.is_pending() && end - self.last_read >= GAP {
            self.finish(Cut::Gap);
            self.examination.replied(Timestamp(self.last_read + GAP));
        }
        self.now = end;
        self
    }

    pub(crate) fn held_back(mut self) -> Self {
        self.examination.held_back(self.at());
        self
    }

    pub(crate) fn missed(mut self) -> Self {
        self.decoder.finish(Cut::Eof, |_| {});
        self.open.clear();
        self.examination.missed();
        self
    }

    /// The client ends its stream, with a pending message if there is one.
    pub(crate) fn fin(mut self) -> Self {
        let how = if self.decoder.is_pending() { How::HalfClose } else { How::Fin };
        self.finish(Cut::Eof);
        self.examination.replied(self.at());
        self.end(By::Client, how)
    }

    pub(crate) fn reset(self) -> Self {
        self.end(By::Client, How::Reset)
    }

    pub(crate) fn end(self, by: By, how: How) -> Self {
        self.end_with(by, how, None, None)
    }

    pub(crate) fn end_with(mut self, by: By, how: How, code: Option<u16>, reason: Option<&str>) -> Self {
        self.examination.ended(by, how, code, reason, self.at());
        self
    }

    pub(crate) fn findings(&self) -> Findings {
        self.examination.findings()
    }

    pub(crate) fn hints(&self) -> String {
        self.findings().hints.join(" ")
    }

    pub(crate) fn verdict(&self) -> String {
        self.findings().verdict
    }
}
