//! What a session's bytes and times show of its client, in words.
//!
//! An [`Examination`] is given everything that happens in one session, in order. It returns [`Findings`]: the names of
//! the [`Hint`]s and the verdict, plain sentences on one line. It has no clock, does no I/O, allocates nothing until it's
//! asked, and is [`EXAMINATION_MAX`] bytes in size at most.
//!
//! A read is what the server got at once. It isn't a TCP segment.
//!
//! ```
//! use std::time::Duration;
//! use wirestamp_protocol::event::{By, End, How, Read, Terminator, Timestamp, Transport};
//! use wirestamp_protocol::verdict::{Examination, MessageFacts};
//!
//! let at = |millis| Timestamp(Duration::from_millis(millis));
//! let mut examination = Examination::new(Transport::Tcp, Some(Duration::from_millis(50)), at(0));
//! examination.read(at(1), b"hello\r\n");
//! examination.message(&MessageFacts {
//!     len: 7,
//!     terminator: Terminator::Crlf,
//!     end: End::Lf,
//!     shared: 1,
//!     reads: &[Read { at: at(1), bytes: 7 }],
//!     reads_omitted: 0,
//!     at: at(1),
//! });
//! examination.replied(at(2));
//! assert_eq!(examination.take_news().unwrap().hints, ["crlf"]);
//! assert!(examination.take_news().is_none());
//!
//! examination.ended(By::Client, How::Fin, None, None, at(3));
//! let verdict = examination.findings().verdict;
//! assert!(verdict.ends_with("The client ended the stream with FIN."), "{verdict}");
//! ```

mod course;
mod evidence;
mod hint;
mod recognize;
mod tally;
mod text;
mod units;
mod wording;

use std::time::Duration;

pub use course::{HELD_LONG, LONG_IDLE};
pub use hint::Hint;
pub use recognize::HEAD_MAX;
pub use tally::MessageFacts;
pub use units::QUOTED_MAX;

use course::{Course, Ending};
use evidence::Evidence;
use hint::Hints;
use recognize::Opening;
use tally::Tally;
use text::Text;
use units::Kept;

use crate::event::{By, Findings, How, Timestamp, Transport};

/// The most memory that an [`Examination`] takes, in bytes, whatever comes. It owns nothing outside itself.
pub const EXAMINATION_MAX: usize = 640;

const _: () = assert!(size_of::<Examination>() <= EXAMINATION_MAX);

/// The length of the longest verdict, in bytes.
pub const VERDICT_MAX: usize = 2048;

/// The examination of one session.
#[derive(Debug)]
pub struct Examination {
    evidence: Evidence,
    /// What [`take_news`](Self::take_news) returned last.
    told: Hints,
}

impl Examination {
    /// Begins with a session of a client that has connected, or has sent its first datagram. The service's gap ends
    /// messages without a line feed.
    pub fn new(transport: Transport, gap: Option<Duration>, opened_at: Timestamp) -> Self {
        let evidence = Evidence {
            transport,
            gap,
            opening: Opening::new(),
            text: Text::default(),
            tally: Tally::default(),
            course: Course::new(opened_at),
        };
        Self { evidence, told: Hints::default() }
    }

    /// Takes the bytes of a read or a datagram, in the order and with the time of arrival.
    pub fn read(&mut self, at: Timestamp, bytes: &[u8]) {
        let Evidence { transport, opening, text, tally, course, .. } = &mut self.evidence;
        tally.read(at, bytes);
        course.heard(at);
        opening.read(bytes);
        if *transport == Transport::Udp {
            opening.finish();
            text.datagram(tally.all.reads, bytes);
        } else {
            text.read(bytes);
        }
    }

    /// Takes a message, after the read that completed it, or after the gap or the end of the stream that ended it.
    pub fn message(&mut self, message: &MessageFacts<'_>) {
        self.evidence.tally.message(message);
        self.evidence.course.owes();
    }

    /// The replies to all messages so far were written.
    pub fn replied(&mut self, at: Timestamp) {
        self.evidence.course.replied(at);
    }

    /// Replies wait for the client to read. May be called again while they do.
    pub fn held_back(&mut self, at: Timestamp) {
        self.evidence.course.held_back(at);
    }

    /// Some reads weren't seen, and their messages neither. Nothing is concluded from what is missing.
    pub fn missed(&mut self) {
        let Evidence { opening, text, tally, .. } = &mut self.evidence;
        opening.finish();
        text.missed();
        tally.missed();
    }

    /// The session has ended. The reason may be the client's own words: [`QUOTED_MAX`] bytes of it are kept.
    pub fn ended(&mut self, by: By, how: How, code: Option<u16>, reason: Option<&str>, at: Timestamp) {
        let Evidence { opening, text, course, .. } = &mut self.evidence;
        opening.finish();
        text.finish();
        let reason = reason.map(|reason| Kept::of(reason.as_bytes()));
        course.ended(Ending { by, how, code, reason, at });
    }

    /// Returns what is known now.
    pub fn findings(&self) -> Findings {
        let hints = self.evidence.hints();
        Findings {
            hints: hints.iter().map(|hint| hint.name().to_owned()).collect(),
            verdict: wording::verdict(&self.evidence, hints),
        }
    }

    /// Returns what is known now if there are other hints than when this was last called. Other numbers aren't news.
    pub fn take_news(&mut self) -> Option<Findings> {
        let hints = self.evidence.hints();
        let is_news = std::mem::replace(&mut self.told, hints) != hints;
        is_news.then(|| self.findings())
    }
}
