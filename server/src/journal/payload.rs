//! What is told of messages. It is logged only with `--log-payload`.

use std::net::SocketAddr;
use std::num::NonZeroUsize;

use wirestamp_protocol::visible::escape;
use wirestamp_protocol::{Cut, Decoder, Message, acts};

use super::OpenSession;
use super::datagram::DatagramTally;

/// How much of a message is shown, in bytes.
const SHOWN_MAX: usize = 256;

impl OpenSession {
    /// Messages of at most `max_message` bytes will come.
    pub(crate) fn expect_messages(&mut self, max_message: NonZeroUsize) {
        if self.journal.0.logs_payload {
            self.messages = Some(Box::new(Decoder::with_pending(max_message)));
        }
    }

    /// Finds the messages that end in the bytes of a read.
    pub(super) fn heard(&mut self, bytes: &[u8]) {
        if let Some(mut messages) = self.messages.take() {
            self.not_a_probe();
            messages.read(bytes, |message| self.message(message));
            self.messages = Some(messages);
        }
    }

    /// The message that has begun ends here.
    pub(super) fn heard_end(&mut self, cut: Cut) {
        if let Some(mut messages) = self.messages.take() {
            messages.finish(cut, |message| self.message(message));
            self.messages = Some(messages);
        }
    }

    fn message(&self, Message { head, tail, .. }: Message<'_>) {
        let payload = shown(head, tail);
        tracing::info!(session = self.id.0, peer = %self.peer, bytes = head.len() + tail.len(), %payload, "message");
    }
}

impl DatagramTally {
    /// A datagram gets an answer.
    pub(super) fn log_payload(&self, from: SocketAddr, message: &[u8]) {
        if self.journal.0.logs_payload {
            tracing::info!(%from, bytes = message.len(), payload = %shown(message, b""), "message");
        }
    }
}

/// The message that is `head` and `tail`, cut to [`SHOWN_MAX`] bytes. Escaped is what is no plain text.
fn shown(head: &[u8], tail: &[u8]) -> String {
    let bytes: Vec<u8> = head.iter().chain(tail).take(SHOWN_MAX + 1).copied().collect();
    let mut len = bytes.len();
    if len > SHOWN_MAX {
        len = SHOWN_MAX;
        // Not in the middle of a character, which is up to three bytes further on.
        while len > SHOWN_MAX - 3 && bytes[len] & 0b1100_0000 == 0b1000_0000 {
            len -= 1;
        }
    }
    let mut text = String::new();
    escape(&bytes[..len], acts, |run, _| text.push_str(run));
    if len < bytes.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_escaped_and_cut() {
        assert_eq!(shown(b"\x1b[2J", b"hello\r\n"), r"\x1b[2Jhello\r\n");
        assert_eq!(shown(b"\xff", "東京".as_bytes()), r"\xff東京");
        let longest = "x".repeat(SHOWN_MAX);
        assert_eq!(shown(b"", longest.as_bytes()), longest);
        assert_eq!(shown(longest.as_bytes(), b"x"), longest.clone() + "…");
        let characters = format!("{}東京", &longest[..254]);
        assert_eq!(shown(characters.as_bytes(), b""), format!("{}…", &longest[..254]));
        assert_eq!(shown(&[0x80; 1000], b""), r"\x80".repeat(253) + "…");
    }
}
