//! Translates a bridge's bytes: frames from the client become lines for the service, and lines from the service
//! become frames. There are no sockets and no clock here.

mod reply_types;

use wirestamp_protocol::{Counts, Cut, DEFAULT_MAX_MESSAGE, Pending};

use super::frames::{Close, Event, FrameReader, Kind, too_big, write, write_close};
use crate::io::{Room, WriteBuffer};
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

/// Translates the bytes of one bridge in both directions.
pub(crate) struct Translator {
    mode: Mode,
    max_message: usize,
    reader: FrameReader,
    /// The start of a message from the client whose end hasn't come yet.
    message: Room,
    /// The types of the messages whose replies haven't come yet.
    types: ReplyTypes,
    /// The start of a line from the service whose line feed hasn't come yet.
    line: Room,
    counts: Counts,
    /// Whether the Close frame is queued. Nothing may follow it.
    closed: bool,
    pub(crate) to_service: WriteBuffer,
    pub(crate) to_client: WriteBuffer,
}

impl Translator {
    pub(crate) fn new(mode: Mode, max_message: usize) -> Self {
        Self {
            mode,
            max_message,
            reader: FrameReader::default(),
            message: Room::default(),
            types: ReplyTypes::default(),
            line: Room::default(),
            counts: Counts::default(),
            closed: false,
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
        self.counts.reads += 1;
        let end = match self.mode {
            Mode::Lines => self.read_lines(bytes),
            Mode::Bytes => self.read_stream(bytes),
        };
        if self.to_service.is_empty() {
            // Nothing was complete, and the rest may take its time.
            self.to_service.clear();
        }
        end.unwrap_or_else(|close| Some(ClientEnd::AtFault(close)))
    }

    /// Passes each message on as a line once it is complete.
    fn read_lines(&mut self, mut bytes: &[u8]) -> Result<Option<ClientEnd>, Close> {
        // Most messages are complete in one read, and so are where the service's bytes wait already.
        let mut start = self.to_service.bytes().len();
        let end = loop {
            match self.reader.read(&mut bytes, self.to_service.bytes()) {
                Ok(Event::NeedsMore) => {
                    self.set_aside(start);
                    return Ok(None);
                }
                Ok(Event::Frame { message_len }) if message_len > self.max_message as u64 => {
                    break Err(too_big(self.max_message));
                }
                Ok(Event::Message { is_text }) => {
                    if !self.message.is_empty() {
                        self.set_aside(start);
                        self.to_service.bytes().extend_from_slice(&std::mem::take(&mut self.message));
                    }
                    if let Err(close) = self.end_message(start, is_text) {
                        break Err(close);
                    }
                    start = self.to_service.bytes().len();
                }
                Ok(Event::Close(close)) => break Ok(Some(ClientEnd::Closed(close))),
                Ok(event) => self.pong(event),
                Err(close) => break Err(close),
            }
        };
        // A message that will never be complete is no line.
        self.to_service.bytes().truncate(start);
        self.message = Room::default();
        end
    }

    /// Moves the piece of a message that begins at `start` in the bytes for the service to those from earlier reads.
    fn set_aside(&mut self, start: usize) {
        let out = self.to_service.bytes();
        self.message.append(&out[start..]);
        out.truncate(start);
    }

    /// Passes on what has come of each message.
    fn read_stream(&mut self, mut bytes: &[u8]) -> Result<Option<ClientEnd>, Close> {
        let start = self.to_service.bytes().len();
        let end = loop {
            match self.reader.read(&mut bytes, self.to_service.bytes()) {
                Ok(Event::NeedsMore) => break Ok(None),
                Ok(Event::Close(close)) => break Ok(Some(ClientEnd::Closed(close))),
                Ok(event) => self.pong(event),
                Err(close) => break Err(close),
            }
        };
        self.counts.bytes_in += (self.to_service.bytes().len() - start) as u64;
        end
    }

    /// Makes a line of the message that begins at `start` in the bytes for the service.
    fn end_message(&mut self, start: usize, is_text: bool) -> Result<(), Close> {
        let out = self.to_service.bytes();
        let message = &out[start..];
        let ends_line = message.last() == Some(&b'\n');
        if message.len() + usize::from(!ends_line) > self.max_message {
            return Err(too_big(self.max_message));
        }
        self.counts.bytes_in += message.len() as u64;
        let lines = memchr::memchr_iter(b'\n', message).count() + usize::from(!ends_line);
        self.types.asked(is_text, lines as u64);
        if !ends_line {
            out.push(b'\n');
        }
        Ok(())
    }

    /// Answers a ping.
    fn pong(&mut self, event: Event) {
        if let Event::Ping(payload) = event
            && !self.closed
        {
            write(Kind::Pong, &payload, self.to_client.bytes());
        }
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
                line.append(&rest[..at]);
                self.reply(&line);
            }
            self.types.answered();
            rest = &rest[at + 1..];
        }
        self.line.append(rest);
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
        self.closed = true;
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
