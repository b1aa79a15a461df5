//! TCP connections that fit the bytes of a session (RFC 9293).

use etherparse::{TcpHeader, TcpOptionElement};
use wirestamp_protocol::event::{EventId, Timestamp};

use crate::blocks::Direction;
use crate::bytes::Bytes;
use crate::packet::{self, SEGMENT_MAX};
use crate::route::Route;
use crate::sink::Sink;

/// The largest window, 1 GiB (RFC 7323, 2.3), so that what is in flight never exceeds it.
const WINDOW: u16 = u16::MAX;
const WINDOW_SCALE: u8 = 14;

/// Where the sequence numbers of a session begin whose beginning wasn't seen. If it was seen once and then forgotten,
/// they jump ahead, so that it shows that something is missing.
const LATE: u64 = 1 << 30;

/// An end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

/// What a segment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Syn,
    Ack,
    Data,
    Fin,
    Rst,
}

/// A connection as far as it was told.
#[derive(Debug)]
pub(crate) struct Connection {
    route: Route,
    client: Flow,
    server: Flow,
    /// What is to be said of the next segment.
    notes: Vec<String>,
}

/// What one end sends.
#[derive(Debug, Default)]
struct Flow {
    /// The initial sequence number.
    initial: u32,
    /// How many numbers were used since, by bytes and by SYN and FIN.
    sent: u64,
    /// How many of them the other end has acknowledged.
    acknowledged: u64,
    /// The latest time of its segments.
    at: Timestamp,
    is_finished: bool,
}

impl Connection {
    /// A connection without segments so far.
    pub(crate) fn new(id: EventId, session: u64, route: Route) -> Self {
        // Different for each session, so that Wireshark takes a port that is used again for a new connection. The
        // factor, 2³² divided by the golden ratio, spreads the numbers.
        let initial = ((session ^ id.run) as u32).wrapping_mul(0x9E37_79B1);
        let flow = |initial| Flow { initial, ..Flow::default() };
        Self { route, client: flow(initial), server: flow(!initial), notes: Vec::new() }
    }

    /// Goes on as if both ends had sent much before.
    pub(crate) fn begin_late(&mut self) {
        for flow in [&mut self.client, &mut self.server] {
            (flow.sent, flow.acknowledged) = (LATE, LATE);
        }
    }

    /// Says something of the next segment.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Sends bytes in as many segments as they need.
    pub(crate) fn send(&mut self, side: Side, at: Timestamp, mut bytes: Bytes<'_>, sink: &mut Sink<'_>) {
        while bytes.size() > 0 {
            self.segment(side, at, Kind::Data, bytes.take(SEGMENT_MAX), sink);
        }
    }

    /// Sends a segment without bytes.
    pub(crate) fn signal(&mut self, side: Side, at: Timestamp, kind: Kind, sink: &mut Sink<'_>) {
        self.segment(side, at, kind, Bytes::new(&[], 0), sink);
    }

    /// Goes on behind bytes that aren't shown.
    pub(crate) fn skip(&mut self, side: Side, bytes: u64) {
        let (flow, _) = self.flows(side);
        flow.sent = flow.sent.saturating_add(bytes);
    }

    /// Goes on behind the given number of bytes in total, unless there were more. They are counted behind the SYN.
    pub(crate) fn skip_to(&mut self, side: Side, bytes: u64) {
        let (flow, _) = self.flows(side);
        if !flow.is_finished {
            flow.sent = flow.sent.max(bytes.saturating_add(1));
        }
    }

    /// Whether a side has sent its FIN.
    pub(crate) fn is_finished(&mut self, side: Side) -> bool {
        self.flows(side).0.is_finished
    }

    /// The flow of a side, and that of the other.
    fn flows(&mut self, side: Side) -> (&mut Flow, &mut Flow) {
        match side {
            Side::Client => (&mut self.client, &mut self.server),
            Side::Server => (&mut self.server, &mut self.client),
        }
    }

    fn segment(&mut self, side: Side, at: Timestamp, kind: Kind, payload: Bytes<'_>, sink: &mut Sink<'_>) {
        let (flow, other) = self.flows(side);
        // An event that comes later may tell of earlier bytes, which can't acknowledge what followed them.
        if at >= other.at {
            other.acknowledged = other.sent;
        }
        let mut header = TcpHeader {
            sequence_number: flow.number(flow.sent),
            syn: kind == Kind::Syn,
            fin: kind == Kind::Fin,
            rst: kind == Kind::Rst,
            psh: kind == Kind::Data,
            ack: (kind, side) != (Kind::Syn, Side::Client),
            window_size: WINDOW,
            ..TcpHeader::default()
        };
        if header.ack {
            header.acknowledgment_number = other.number(other.acknowledged);
        }
        if header.syn {
            let options = [
                TcpOptionElement::MaximumSegmentSize(SEGMENT_MAX as u16),
                TcpOptionElement::Noop,
                TcpOptionElement::WindowScale(WINDOW_SCALE),
            ];
            header.set_options(&options).expect("8 of at most 40 bytes");
        }
        let numbers = payload.size() + u64::from(header.syn) + u64::from(header.fin);
        flow.sent = flow.sent.saturating_add(numbers);
        flow.at = flow.at.max(at);
        flow.is_finished |= header.fin;

        let (route, direction) = match side {
            Side::Client => (self.route, Direction::In),
            Side::Server => (self.route.back(), Direction::Out),
        };
        let notes = std::mem::take(&mut self.notes);
        sink.packet(at, direction, &packet::segment(route, header, payload), notes);
    }
}

impl Flow {
    /// The sequence number that follows this many.
    fn number(&self, sent: u64) -> u32 {
        self.initial.wrapping_add(sent as u32)
    }
}
