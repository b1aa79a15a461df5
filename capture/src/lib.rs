//! What a server tells of its sessions, as a file that Wireshark opens.
//!
//! A [`Capture`] turns [`Event`]s into a pcapng file (draft-ietf-opsawg-pcapng), block by block as they come. Nothing was
//! captured: there is a synthesised packet for each read of the server and for each reply, with the addresses, the ports
//! and the times that the events have. The file says so in its first comment. This crate reads no socket, no file and no
//! clock.
//!
//! # What is true and what is made up
//!
//! | in the file | where it comes from |
//! | --- | --- |
//! | addresses and ports | the events. A Unix socket has none; documentation addresses stand for its ends |
//! | times of data | the events: arrival of a read, and writing of a reply, in nanoseconds |
//! | payload | the events, which have 4 KiB of each message. The rest is missing, not zero: the packet is shorter than its headers say, as in a capture with a snapshot length |
//! | segments | one for each read of the server, which isn't the client's segment. Messages that shared a read are separate |
//! | handshake, acknowledgements | made up |
//! | FIN and RST | the events' word on who ended the session, and how |
//! | sequence numbers | begin anywhere, then count bytes. They jump over bytes that events are missing for |
//!
//! Sessions over WebSockets are shown as the service had their bytes: without frames, without masks.
//!
//! Packets follow one another as events do. Those of a message come together, with its reply, so that their times can go
//! back a little. `reordercap`, which comes with Wireshark, sorts them.
//!
//! ```
//! let mut file = Vec::new();
//! let capture = wirestamp_capture::Capture::new(&mut file);
//! assert_eq!(file[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
//! ```

mod blocks;
mod bytes;
mod connection;
mod datagram;
mod notes;
mod packet;
mod reads;
mod reply;
mod route;
mod sessions;
mod sink;
mod stream;

use wirestamp_protocol::event::{Event, Transport};

use notes::Missing;
use sessions::Sessions;
use sink::Sink;
use stream::Stream;

pub use sessions::SESSIONS_MAX;

/// The media type of a pcapng file, as Wireshark registers it with a desktop. IANA has none.
pub const MEDIA_TYPE: &str = "application/x-pcapng";

/// A file that is being written.
///
/// It remembers the sequence numbers of at most [`SESSIONS_MAX`] sessions. One that was forgotten goes on like one whose
/// beginning was never told.
#[derive(Debug)]
pub struct Capture {
    sessions: Sessions,
    missing: Missing,
}

impl Capture {
    /// Begins a file: writes what comes before the first packet to `out`.
    pub fn new(out: &mut Vec<u8>) -> Self {
        blocks::section(out, notes::SECTION, concat!("wirestamp ", env!("CARGO_PKG_VERSION")));
        blocks::interface(out, "wirestamp");
        Self { sessions: Sessions::default(), missing: Missing::default() }
    }

    /// Appends the packets of an event to `out`, as whole blocks. There may be none.
    ///
    /// That is less than 128 KiB, whatever the size of a message, if its event keeps to
    /// [`PAYLOAD_MAX`](wirestamp_protocol::event::PAYLOAD_MAX) and [`READS_MAX`](wirestamp_protocol::event::READS_MAX).
    pub fn event(&mut self, event: &Event, out: &mut Vec<u8>) {
        let sink = &mut Sink { out, missing: &mut self.missing };
        match event {
            Event::Open(open) if open.about.transport != Transport::Udp => {
                self.sessions.put(open.about.id, open.about.session, Stream::open(open, sink));
            }
            Event::Message(message) if message.about.transport == Transport::Udp => {
                datagram::message(message, sink);
            }
            Event::Message(message) => {
                let about = &message.about;
                let known = self.sessions.take(about.id, about.session);
                let mut stream = known.unwrap_or_else(|| Stream::late(about));
                stream.message(message, sink);
                self.sessions.put(about.id, about.session, stream);
            }
            Event::Close(close) if close.about.transport != Transport::Udp => {
                let about = &close.about;
                let known = self.sessions.take(about.id, about.session);
                known.unwrap_or_else(|| Stream::late(about)).close(close, sink);
            }
            // UDP has neither a beginning nor an end.
            Event::Open(_) | Event::Close(_) => {}
            Event::Dropped(dropped) => {
                sink.missing.add(dropped);
                if let Some(session) = dropped.session
                    && let Some(mut stream) = self.sessions.take(dropped.id, session)
                {
                    stream.dropped(dropped);
                    self.sessions.put(dropped.id, session, stream);
                }
            }
        }
    }
}
