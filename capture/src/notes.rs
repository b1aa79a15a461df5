//! The comments on packets, in words.

use wirestamp_protocol::event::{About, Close, Dropped, Open, Source, Transport};
use wirestamp_protocol::{acts, plural, visible};

/// The comment on the whole file.
pub(crate) const SECTION: &str = "Synthesised from what a Wirestamp server told of its sessions: these packets were \
    never on a wire. A read of the server is a segment, and so is a reply, with the times that the server has. Handshakes, \
    acknowledgements and ends of connections are made up to fit. Bytes beyond the first 4 KiB of a message are missing. \
    Packets are in the order in which they were told, which isn't always that of their times.";

pub(crate) const LATE: &str =
    "The beginning of this session is missing. Its sequence numbers begin anywhere.";

pub(crate) const EOF: &str = "This FIN came after the last byte and before the reply; its time isn't known.";

pub(crate) const UNWRITTEN: &str =
    "This reply wasn't written yet: the client had not read enough. When it was written isn't known.";

const WEBSOCKET: &str = "A WebSocket: its bytes as the service had them, without frames and masks. If they are shown as HTTP \
    because of the port, choose Decode As and Data.";

/// The most bytes of a comment. Clients choose some of its words, such as a label.
const NOTE_MAX: usize = 1024;

/// What every event tells of its session.
pub(crate) fn session(about: &About, has_addresses: bool) -> Vec<String> {
    let About { session, transport, peer, listener, .. } = about;
    let mut notes = vec![format!("Session {session}, {transport}.")];
    if !has_addresses {
        notes.push(no_addresses(peer, listener));
    }
    if *transport == Transport::Ws {
        notes.push(WEBSOCKET.into());
    }
    notes
}

/// What stands in place of addresses.
pub(crate) fn no_addresses(peer: &str, listener: &str) -> String {
    readable(&format!(
        "There are no IP addresses: 192.0.2.1 stands for the client {peer}, 192.0.2.2 for the listener {listener}."
    ))
}

/// What only its beginning tells of a session.
pub(crate) fn open(open: &Open) -> Vec<String> {
    let format = open.format.as_ref().map(|format| readable(&format!("Stamps in the format {format}.")));
    let mut notes: Vec<_> = format.into_iter().collect();
    notes.extend(open.label.as_ref().map(|label| readable(&format!("Its label: {label}"))));
    notes
}

/// Where the times from here on come from.
pub(crate) fn source(source: Source) -> &'static str {
    match source {
        Source::Kernel => "From here on, times of arrival are the kernel's.",
        Source::Read => "From here on, times of arrival are those at which the server had read the bytes.",
    }
}

/// How a session ended.
pub(crate) fn close(close: &Close) -> Vec<String> {
    let Close { by, how, code, reason, count, findings, .. } = close;
    let mut ended = format!("Ended by {}: {}", by.name(), how.name());
    if let Some(code) = code {
        ended.push_str(&format!(", code {code}"));
    }
    if let Some(reason) = reason {
        ended.push_str(&format!(", {reason}"));
    }
    let mut notes = vec![readable(&ended)];
    if *count > 1 {
        notes.push(format!("This stands for {count} such sessions in a row."));
    }
    if !findings.verdict.is_empty() {
        notes.push(readable(&findings.verdict));
    }
    notes
}

/// What is missing before a packet.
#[derive(Debug, Default)]
pub(crate) struct Missing(Option<[u64; 4]>);

impl Missing {
    pub(crate) fn add(&mut self, dropped: &Dropped) {
        let new = [dropped.reads, dropped.messages, dropped.bytes, dropped.events];
        let before = self.0.unwrap_or_default();
        self.0 = Some(std::array::from_fn(|n| before[n].saturating_add(new[n])));
    }

    /// Says it once.
    pub(crate) fn take(&mut self) -> Option<String> {
        let [reads, messages, bytes, events] = self.0.take()?;
        Some(format!(
            "Missing before this packet, of this session or others: {reads} {}, {messages} {}, {bytes} {}, {events} {}.",
            plural(reads, "read", "reads"),
            plural(messages, "message", "messages"),
            plural(bytes, "byte", "bytes"),
            plural(events, "event", "events"),
        ))
    }
}

/// Text that others chose a part of: short, and without characters that act on the reader's terminal.
fn readable(text: &str) -> String {
    let mut readable = String::new();
    let most = text.floor_char_boundary(NOTE_MAX);
    visible::escape(&text.as_bytes()[..most], acts, |run, _| readable.push_str(run));
    readable.truncate(readable.floor_char_boundary(NOTE_MAX));
    readable
}
