//! Recognizes other protocols by the first bytes of a session, however they are split into reads.

mod http;
mod modbus;
mod mqtt;
mod proxy;
mod ssh;
mod telnet;
mod tls;
mod utf;

use super::units::Kept;

/// How many of a session's first bytes are kept until they are recognized.
pub const HEAD_MAX: usize = 64;

/// What the first bytes say so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// They can't be this, whatever follows.
    No,
    /// They may turn out to be this.
    Maybe,
    /// They are this.
    Yes,
}

impl Match {
    /// Compares the first bytes with a prefix.
    fn prefix(head: &[u8], prefix: &[u8]) -> Self {
        match head.len() < prefix.len() {
            true if prefix.starts_with(head) => Self::Maybe,
            false if head.starts_with(prefix) => Self::Yes,
            _ => Self::No,
        }
    }

    /// Returns the better of two.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Maybe, _) | (_, Self::Maybe) => Self::Maybe,
            _ => Self::No,
        }
    }
}

/// What a session begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A ClientHello of TLS.
    Tls,
    /// An HTTP request.
    Http,
    /// An HTTP request for a WebSocket.
    WebSocket,
    /// The identification of an SSH client.
    Ssh,
    /// A CONNECT of MQTT.
    Mqtt,
    /// A Modbus TCP request.
    Modbus,
    /// A PROXY header of version 1.
    ProxyV1,
    /// A PROXY header of version 2.
    ProxyV2,
    /// Telnet commands.
    Telnet,
    /// Text in UTF-16.
    Utf16,
    /// The byte order mark of UTF-8.
    Bom,
}

/// A kind, and the function that recognizes it.
type Recognize = (Kind, fn(&[u8]) -> Match);

const RECOGNIZE: [Recognize; 10] = [
    (Kind::Tls, tls::recognize),
    (Kind::Http, http::recognize),
    (Kind::Ssh, ssh::recognize),
    (Kind::Mqtt, mqtt::recognize),
    (Kind::Modbus, modbus::recognize),
    (Kind::ProxyV1, proxy::recognize_v1),
    (Kind::ProxyV2, proxy::recognize_v2),
    (Kind::Telnet, telnet::recognize),
    (Kind::Utf16, utf::recognize_utf16),
    (Kind::Bom, utf::recognize_bom),
];

/// The beginning of a session, while and after it's recognized.
#[derive(Debug)]
pub(super) struct Opening(State);

#[derive(Debug)]
enum State {
    /// Too little has come to tell.
    Head { bytes: [u8; HEAD_MAX], len: usize },
    /// TLS, whose server name may still come.
    Tls(tls::Hello),
    /// An HTTP request, or a line that begins like one.
    Http(http::Request),
    /// Something that needs no more bytes.
    Known(Kind),
    /// None of these.
    Other,
}

impl Opening {
    pub(super) fn new() -> Self {
        Self(State::Head { bytes: [0; HEAD_MAX], len: 0 })
    }

    /// Takes the bytes of the next read.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Known(_) | State::Other => {}
            State::Tls(hello) => hello.read(bytes),
            State::Http(request) => request.read(bytes),
            State::Head { bytes: head, len } => {
                let (now, later) = bytes.split_at(bytes.len().min(HEAD_MAX - *len));
                head[*len..*len + now.len()].copy_from_slice(now);
                *len += now.len();
                if let Some(next) = decide(&head[..*len]) {
                    self.0 = next;
                    self.read(later);
                }
            }
        }
        if matches!(&self.0, State::Http(request) if request.is_refuted()) {
            self.0 = State::Other;
        }
    }

    /// Whatever isn't recognized by now won't be: the stream ended or has a hole, or the datagram is over.
    pub(super) fn finish(&mut self) {
        if let State::Tls(hello) = &mut self.0 {
            hello.finish();
        } else if !self.is_settled() {
            self.0 = State::Other;
        }
    }

    /// Returns whether more bytes can't change what it is, apart from a WebSocket's request, which is HTTP at first.
    pub(super) fn is_settled(&self) -> bool {
        match &self.0 {
            State::Head { .. } => false,
            State::Http(request) => request.is_recognized(),
            State::Tls(_) | State::Known(_) | State::Other => true,
        }
    }

    /// Returns what was recognized.
    pub(super) fn kind(&self) -> Option<Kind> {
        match &self.0 {
            State::Head { .. } | State::Other => None,
            State::Known(kind) => Some(*kind),
            State::Tls(_) => Some(Kind::Tls),
            State::Http(request) if !request.is_recognized() => None,
            State::Http(request) if request.is_websocket() => Some(Kind::WebSocket),
            State::Http(_) => Some(Kind::Http),
        }
    }

    /// Returns what the client said: the server name of TLS if it has come, or the method and path of HTTP.
    pub(super) fn words(&self) -> Option<&Kept> {
        match &self.0 {
            State::Tls(hello) => hello.server_name(),
            State::Http(request) => Some(request.method_and_path()),
            _ => None,
        }
    }
}

/// Returns what comes after the head, or `None` if that's still open.
fn decide(head: &[u8]) -> Option<State> {
    let matches = RECOGNIZE.map(|(kind, recognize)| (kind, recognize(head)));
    if let Some((kind, _)) = matches.iter().find(|(_, found)| *found == Match::Yes) {
        return Some(match kind {
            Kind::Tls => State::Tls(tls::Hello::new(head)),
            Kind::Http => State::Http(http::Request::new(head)),
            kind => State::Known(*kind),
        });
    }
    let is_open = head.len() < HEAD_MAX && matches.iter().any(|(_, found)| *found == Match::Maybe);
    if is_open { None } else { Some(State::Other) }
}
