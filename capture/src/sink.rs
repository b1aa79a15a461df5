//! Where packets go.

use wirestamp_protocol::event::Timestamp;

use crate::blocks::{self, Direction};
use crate::notes::Missing;
use crate::packet::Packet;

/// Takes packets, and tells with the next one what is missing.
pub(crate) struct Sink<'a> {
    pub(crate) out: &'a mut Vec<u8>,
    pub(crate) missing: &'a mut Missing,
}

impl Sink<'_> {
    pub(crate) fn packet(
        &mut self,
        at: Timestamp,
        direction: Direction,
        packet: &Packet,
        mut notes: Vec<String>,
    ) {
        notes.extend(self.missing.take());
        blocks::packet(self.out, at, direction, &packet.captured, packet.len, &notes);
    }
}
