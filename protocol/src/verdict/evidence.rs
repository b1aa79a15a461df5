//! All that is kept of a session, and which hints follow from it.

use std::time::Duration;

use super::course::Course;
use super::hint::{Hint, Hints};
use super::recognize::{Kind, Opening};
use super::tally::Tally;
use super::text::Text;
use crate::event::{By, How, Transport};

/// What was seen of a session.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) transport: Transport,
    pub(super) gap: Option<Duration>,
    pub(super) opening: Opening,
    pub(super) text: Text,
    pub(super) tally: Tally,
    pub(super) course: Course,
}

impl Evidence {
    /// Whether the client writes into a stream itself: neither datagrams, nor a WebSocket, whose reads and line feeds
    /// are the bridge's.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self.transport, Transport::Tcp | Transport::Unix)
    }

    /// Returns what was noticed.
    pub(super) fn hints(&self) -> Hints {
        let mut hints = Hints::default();
        match self.protocol() {
            Some(protocol) => hints.add(protocol, true),
            // The rest follows from the wrong protocol.
            None => self.about_writing(&mut hints),
        }
        hints.add(Hint::ByteByByte, self.is_stream() && self.tally.is_byte_by_byte());
        self.about_course(&mut hints);
        hints
    }

    /// Returns the protocol that it begins in, if that's another one.
    pub(super) fn protocol(&self) -> Option<Hint> {
        Some(match self.opening.kind()? {
            Kind::Tls => Hint::Tls,
            // Inside a WebSocket, it's only text.
            Kind::WebSocket if self.is_stream() => Hint::WebSocket,
            Kind::Http | Kind::WebSocket => Hint::Http,
            Kind::Ssh => Hint::Ssh,
            Kind::Mqtt => Hint::Mqtt,
            Kind::Modbus => Hint::Modbus,
            Kind::ProxyV1 | Kind::ProxyV2 => Hint::ProxyHeader,
            Kind::Telnet => Hint::Telnet,
            Kind::Utf16 | Kind::Bom => return None,
        })
    }

    fn about_writing(&self, hints: &mut Hints) {
        let tally = &self.tally;
        let is_utf16 = self.opening.kind() == Some(Kind::Utf16);
        // Until then, it may be the beginning of a protocol or of UTF-16.
        let is_settled = self.opening.is_settled() && !is_utf16;
        hints.add(Hint::SplitLine, self.is_stream() && tally.split > 0);
        hints.add(Hint::NoTerminator, tally.bare > 0 && !is_utf16);
        hints.add(Hint::Crlf, tally.crlf > 0);
        hints.add(Hint::CrOnly, tally.is_cr_only() && !is_utf16);
        hints.add(Hint::Nul, self.text.nul().is_some() && is_settled);
        hints.add(Hint::Utf16, is_utf16);
        hints.add(Hint::Bom, self.opening.kind() == Some(Kind::Bom));
        hints.add(Hint::InvalidUtf8, self.text.invalid().is_some() && is_settled);
        hints.add(Hint::Coalesced, self.is_stream() && tally.most_shared > 1 && !is_utf16);
    }

    fn about_course(&self, hints: &mut Hints) {
        let course = &self.course;
        let is_left = course.ending.is_some_and(|ending| matches!(ending.by, By::Client | By::Network));
        let is_probe = is_left && self.tally.all.reads == 0 && !self.tally.has_missed;
        hints.add(Hint::Probe, self.is_stream() && is_probe);
        hints.add(Hint::NeverReads, course.never_reads());
        hints.add(Hint::LongIdle, course.is_long_idle());
        hints.add(Hint::Reset, self.transport != Transport::Udp && course.client_did(How::Reset));
        hints.add(Hint::EarlyFin, self.is_stream() && self.is_early_fin());
    }

    /// Whether the client ended its stream while a reply was owed, or ended the last message by that.
    fn is_early_fin(&self) -> bool {
        let is_owed = self.course.is_owed() || self.tally.is_ended_by_eof();
        self.course.client_did(How::HalfClose) || (self.course.client_did(How::Fin) && is_owed)
    }
}
