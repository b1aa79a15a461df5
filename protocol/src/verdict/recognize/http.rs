//! HTTP: a request line (RFC 9112, 3), and the header that asks for a WebSocket (RFC 6455, 4.1).

use super::Match;
use crate::verdict::units::Kept;

/// The length of the longest method that is known here, `UPDATEREDIRECTREF`, and one more.
const METHOD_MAX: usize = 18;
/// How much of a header line is looked at, in bytes.
const LINE_MAX: usize = 32;

/// Accepts a method and a space. Whether a request follows, [`Request`] says.
pub(super) fn recognize(head: &[u8]) -> Match {
    let len = head.iter().take_while(|byte| is_in_method(**byte)).count();
    match head.get(len) {
        _ if len > METHOD_MAX || &head[..len] == b"PROXY" => Match::No,
        None => Match::Maybe,
        Some(b' ') if len > 2 => Match::Yes,
        Some(_) => Match::No,
    }
}

fn is_in_method(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte == b'-'
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Method,
    Target,
    Version,
    LineFeed,
    Headers,
    /// The head is complete, or shows a WebSocket.
    Done,
    /// It isn't a request.
    Refuted,
}

/// Reads the head of a request.
#[derive(Debug)]
pub(super) struct Request {
    at: At,
    what: Kept,
    /// The beginning of the version, or of the header line in lower case.
    line: [u8; LINE_MAX],
    line_len: usize,
    is_websocket: bool,
}

impl Request {
    /// Takes the first bytes, which [`recognize`] has accepted.
    pub(super) fn new(head: &[u8]) -> Self {
        let line = [0; LINE_MAX];
        let mut request = Self { at: At::Method, what: Kept::EMPTY, line, line_len: 0, is_websocket: false };
        request.read(head);
        request
    }

    pub(super) fn is_refuted(&self) -> bool {
        self.at == At::Refuted
    }

    /// Returns whether the whole request line has come.
    pub(super) fn is_recognized(&self) -> bool {
        matches!(self.at, At::Headers | At::Done)
    }

    pub(super) fn is_websocket(&self) -> bool {
        self.is_websocket
    }

    /// Returns the beginning of the request line, up to the version.
    pub(super) fn method_and_path(&self) -> &Kept {
        &self.what
    }

    pub(super) fn read(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.at = match self.at {
                At::Method => self.in_method(byte),
                At::Target => self.in_target(byte),
                At::Version => self.in_version(byte),
                At::LineFeed if byte == b'\n' => At::Headers,
                At::LineFeed => At::Refuted,
                At::Headers => self.in_headers(byte),
                At::Done | At::Refuted => return,
            };
        }
    }

    fn in_method(&mut self, byte: u8) -> At {
        self.what.push(&[byte]);
        if byte == b' ' { At::Target } else { At::Method }
    }

    fn in_target(&mut self, byte: u8) -> At {
        match byte {
            b' ' if self.what.bytes().ends_with(b" ") => At::Refuted,
            b' ' => At::Version,
            0x21..=0x7e | 0x80.. => {
                self.what.push(&[byte]);
                At::Target
            }
            _ => At::Refuted,
        }
    }

    fn in_version(&mut self, byte: u8) -> At {
        let is_complete =
            matches!(self.line(), [b'H', b'T', b'T', b'P', b'/', b'0'..=b'3', b'.', b'0'..=b'9']);
        match byte {
            b'\r' | b'\n' if is_complete => {
                self.line_len = 0;
                if byte == b'\n' { At::Headers } else { At::LineFeed }
            }
            _ if is_complete => At::Refuted,
            _ => {
                self.gather(byte);
                let is_likely = self.line().iter().zip(b"HTTP/").all(|(a, b)| a == b);
                if is_likely && self.line_len <= "HTTP/1.1".len() { At::Version } else { At::Refuted }
            }
        }
    }

    fn in_headers(&mut self, byte: u8) -> At {
        match byte {
            b'\r' => At::Headers,
            b'\n' if self.line_len == 0 => At::Done,
            b'\n' => {
                let line = self.line();
                self.is_websocket = line.starts_with(b"upgrade:") && line.ends_with(b"websocket");
                self.line_len = 0;
                if self.is_websocket { At::Done } else { At::Headers }
            }
            _ => {
                self.gather(byte.to_ascii_lowercase());
                At::Headers
            }
        }
    }

    fn line(&self) -> &[u8] {
        &self.line[..self.line_len]
    }

    fn gather(&mut self, byte: u8) {
        if let Some(place) = self.line.get_mut(self.line_len) {
            *place = byte;
            self.line_len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Option<(String, bool)> {
        let found = |chunk| {
            let mut request = Request::new(&[]);
            text.as_bytes().chunks(chunk).for_each(|bytes| request.read(bytes));
            let what = String::from_utf8_lossy(request.method_and_path().bytes()).into_owned();
            request.is_recognized().then(|| (what, request.is_websocket()))
        };
        let at_once = found(usize::MAX);
        assert_eq!(found(1), at_once);
        at_once
    }

    #[test]
    fn a_request_line_is_told_with_its_method_and_path() {
        for (text, expected) in [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /"),
            ("POST /api/stamps?x=1 HTTP/1.0\n", "POST /api/stamps?x=1"),
            ("CONNECT example.com:443 HTTP/1.1\r\n", "CONNECT example.com:443"),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI *"),
            ("M-SEARCH * HTTP/1.1\r\n", "M-SEARCH *"),
        ] {
            assert_eq!(request(text), Some((expected.into(), false)), "{text:?}");
        }
        let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(5000));
        assert_eq!(request(&long).unwrap().0.len(), crate::verdict::units::QUOTED_MAX);
    }

    #[test]
    fn a_websocket_is_known_by_its_upgrade() {
        let upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nupgrade:  WebSocket\r\n";
        assert_eq!(request(upgrade), Some(("GET /ws".into(), true)));
        for text in [
            "GET /ws HTTP/1.1\r\nUpgrade: h2c\r\n\r\n",
            "GET /ws HTTP/1.1\r\nX-Upgrade: websocket\r\n\r\n",
            // Behind the head.
            "GET /ws HTTP/1.1\r\n\r\nUpgrade: websocket\r\n",
        ] {
            assert_eq!(request(text), Some(("GET /ws".into(), false)), "{text:?}");
        }
    }

    #[test]
    fn lines_that_only_look_like_requests_are_not() {
        for text in [
            "GET / HTTP/1.1",
            "GET /index.html\r\n",
            "GET / HTTP/1.1 200 512\n",
            "GET / http/1.1\r\n",
            "GET / HTTP/1.1\rx",
            "GET  HTTP/1.1\r\n",
            "GET /a b HTTP/1.1\r\n",
            "GET / HTTP/11\r\n",
            "GET / HTTPS/1.1\r\n",
            "GET /\t HTTP/1.1\r\n",
        ] {
            assert_eq!(request(text), None, "{text:?}");
        }
        assert_eq!(recognize(b"Get / HTTP/1.1\r\n"), Match::No);
        assert_eq!(recognize(b"OK / HTTP/1.1\r\n"), Match::No);
        assert_eq!(recognize(b"PROXY TCP4"), Match::No);
        assert_eq!(recognize(&[b'A'; 40]), Match::No);
        assert_eq!(recognize(b"GET"), Match::Maybe);
    }
}
