//! How events are written, for each kind of client.

use wirestamp_capture::{Capture, MEDIA_TYPE};
use wirestamp_protocol::event::EventId;

use crate::watch::Framing;

/// A path at which events are served, and how they are written there.
pub(super) struct Encoding {
    pub(super) path: &'static str,
    pub(super) media_type: &'static str,
    pub(super) framing: fn() -> Box<dyn Framing>,
}

/// All of them.
pub(super) static ENCODINGS: [Encoding; 3] = [
    Encoding { path: "/api/events", media_type: "text/event-stream", framing: || Box::new(ServerSent) },
    Encoding { path: "/api/events.ndjson", media_type: "application/x-ndjson", framing: || Box::new(Lines) },
    Encoding { path: "/api/events.pcapng", media_type: MEDIA_TYPE, framing: || Box::new(Packets(None)) },
];

/// Server-Sent Events, for browsers (HTML, 9.2.5). The JSON of an event is one line.
struct ServerSent;

impl Framing for ServerSent {
    fn event(&mut self, id: EventId, json: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(format!("id: {id}\ndata: ").as_bytes());
        out.extend_from_slice(json);
        out.extend_from_slice(b"\n\n");
    }

    /// A comment.
    fn keep_alive(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b":\n\n");
    }
}

/// One JSON object a line, for scripts.
struct Lines;

impl Framing for Lines {
    fn event(&mut self, _: EventId, json: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(json);
        out.push(b'\n');
    }

    /// An empty line.
    fn keep_alive(&mut self, out: &mut Vec<u8>) {
        out.push(b'\n');
    }
}

/// A capture, for Wireshark.
struct Packets(Option<Capture>);

impl Framing for Packets {
    fn begin(&mut self, out: &mut Vec<u8>) {
        self.0 = Some(Capture::new(out));
    }

    fn event(&mut self, _: EventId, json: &[u8], out: &mut Vec<u8>) {
        if let Some(capture) = &mut self.0
            && let Ok(event) = serde_json::from_slice(json)
        {
            capture.event(&event, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &str) -> (String, String) {
        let encoding = ENCODINGS.iter().find(|encoding| encoding.path == path).unwrap();
        let mut framing = (encoding.framing)();
        let (mut event, mut sign_of_life) = (Vec::new(), Vec::new());
        framing.event(EventId { run: 16, number: 2 }, br#"{"a":1}"#, &mut event);
        framing.keep_alive(&mut sign_of_life);
        (String::from_utf8(event).unwrap(), String::from_utf8(sign_of_life).unwrap())
    }

    #[test]
    fn a_server_sent_event_has_its_id_and_a_sign_of_life_is_a_comment() {
        let expected = ("id: 10-2\ndata: {\"a\":1}\n\n".into(), ":\n\n".into());
        assert_eq!(written("/api/events"), expected);
    }

    #[test]
    fn an_event_is_a_line_and_a_sign_of_life_an_empty_one() {
        assert_eq!(written("/api/events.ndjson"), ("{\"a\":1}\n".into(), "\n".into()));
    }
}
