//! Translates a bridge's bytes: frames from the client become lines for the service, and lines from the service
//! become frames. There are no sockets and no clock here.

mod reply_types;

use wirestamp_protocol::{Counts, Cut, DEFAULT_MAX_MESSAGE};

use super::frames::{Close, FrameReader, Kind, Message, too_big, write, write_close};
use crate::io::WriteBuffer;
use reply_types::ReplyTypes;

/// What a WebSocket message contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Lines. A message is sent with a line feed, and each line comes back as a message without it.
    Lines,
    /// Pieces of a byte stream, cut anywhere. This is the subprotocol `binary` of websockify's clients.
    Bytes,
}

/// How the client's side ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClientEnd {
    /// It sent a Close frame, with or without a code and a reason.
    Closed(Option<Close>),
    /// It violated the protocol or a limit. Nothing after that can be read.
    AtFault(Close),
}

/// The most that a stamp adds to a message, in bytes, with room to spare.
const STAMP_ROOM: usize = 512;

/// The largest message that may carry a piece of a byte stream, in bytes: 1 MiB.
const MAX_CHUNK: usize = 1 << 20;

/// Translates the bytes of one bridge in both directions.
pub(crate) struct Translator {
    mode: Mode,
    max_message: usize,
    reader: FrameReader,
    /// The types of the messages whose replies haven't come yet.
    types: ReplyTypes,
    /// The start of a line from the service whose line feed hasn't come yet.
    line: Vec<u8>,
    counts: Counts,
    pub(crate) to_service: WriteBuffer,
    pub(crate) to_client: WriteBuffer,
}

impl Translator {
    pub(crate) fn new(mode: Mode, max_message: usize) -> Self {
        let max_message = match mode {
            Mode::Lines => max_message,
            Mode::Bytes => max_message.max(MAX_CHUNK),
        };
        Self {
            mode,
            max_message,
            reader: FrameReader::new(max_message),
            types: ReplyTypes::default(),
            line: Vec::new(),
            counts: Counts::default(),
            to_service: WriteBuffer::default(),
            to_client: WriteBuffer::default(),
        }
    }

    /// What has passed through so far. Messages are counted as they come back from the service.
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// Translates bytes from the client. Returns how the client's side ended, if it did.
    pub(crate) fn client_sent(&mut self, bytes: &[u8]) -> Option<ClientEnd> {
        let Self { mode, max_message, reader, types, counts, to_service, to_client, .. } = self;
        counts.reads += 1;
        let mut end = None;
        let read = reader.read(bytes, |message| {
            if end.is_some() {
                return;
            }
            let payload: &[u8] = match &message {
                Message::Text(payload) => payload.as_bytes(),
                Message::Binary(payload) => payload,
                Message::Ping(payload) => return write(Kind::Pong, payload, to_client.bytes()),
                Message::Close(frame) => {
                    return end = Some(ClientEnd::Closed(frame.clone().map(Close::from)));
                }
                Message::Pong(_) | Message::Frame(_) => return,
            };
            let ends_line = *mode == Mode::Bytes || payload.last() == Some(&b'\n');
            if payload.len() + usize::from(!ends_line) > *max_message {
                end = Some(ClientEnd::AtFault(too_big(*max_message)));
                return;
            }
            counts.bytes_in += payload.len() as u64;
            if *mode == Mode::Lines {
                let lines = memchr::memchr_iter(b'\n', payload).count() + usize::from(!ends_line);
                types.asked(message.is_text(), lines as u64);
            }
            to_service.bytes().extend_from_slice(payload);
            if !ends_line {
                to_service.bytes().push(b'\n');
            }
        });
        end.or(read.err().map(ClientEnd::AtFault))
    }

    /// Translates bytes from the service.
    pub(crate) fn service_sent(&mut self, bytes: &[u8]) {
        if self.mode == Mode::Bytes {
            return self.send(Kind::Binary, bytes);
        }
        let mut rest = bytes;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            if self.line.is_empty() {
                self.reply(&rest[..at]);
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(&rest[..at]);
                self.reply(&line);
            }
            self.types.answered();
            rest = &rest[at + 1..];
        }
        self.line.extend_from_slice(rest);
        // This server's own replies are never longer. A service elsewhere may never end its line, so pass it on in
        // pieces instead of keeping it in memory.
        if self.line.len() > self.max_message.max(DEFAULT_MAX_MESSAGE) + STAMP_ROOM {
            self.end_line();
        }
    }

    /// Passes on a last line that has no line feed.
    pub(crate) fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.reply(&line);
        }
    }

    /// Queues a ping for the client.
    pub(crate) fn ping(&mut self) {
        write(Kind::Ping, b"", self.to_client.bytes());
    }

    /// Queues a Close frame for the client.
    pub(crate) fn close(&mut self, close: Option<&Close>) {
        write_close(close, self.to_client.bytes());
    }

    /// Sends a line, or a piece of one, with the type of the message that it answers.
    fn reply(&mut self, line: &[u8]) {
        let is_text = self.types.next_is_text() && std::str::from_utf8(line).is_ok();
        self.send(if is_text { Kind::Text } else { Kind::Binary }, line);
    }

    fn send(&mut self, kind: Kind, payload: &[u8]) {
        write(kind, payload, self.to_client.bytes());
        self.counts.cuts[Cut::Lf as usize] += 1;
        self.counts.bytes_out += payload.len() as u64;
    }
}

#[cfg(test)]
mod tests;
