//! Access to the server's private parts for the fuzz targets in `tests/fuzz`, and what these share with the unit tests.
//! It is only compiled for either, with `--cfg fuzzing`, which cargo-fuzz sets, or `--cfg test`.

use std::io::{self, Read, Write};

use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader};
use wirestamp_protocol::Format;

use crate::bridge::frames::Close;
use crate::bridge::translate::{ClientEnd, Mode, Translator};
use crate::listen::profile::ProfileQuery;

/// A bridge without sockets.
pub struct Bridge {
    talk: Translator,
    mode: Mode,
}

/// How the client's side ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// It sent a Close frame, with or without a code and a reason.
    Closed(Option<(u16, String)>),
    /// It violated the protocol or a limit, and is told so.
    AtFault {
        /// The code of the Close frame.
        code: u16,
        /// The reason in the Close frame.
        reason: String,
    },
}

impl End {
    /// The code and reason of the Close frame that the client gets, if it has any.
    pub fn close(&self) -> Option<(u16, &str)> {
        match self {
            Self::Closed(close) => close.as_ref().map(|(code, reason)| (*code, reason.as_str())),
            Self::AtFault { code, reason } => Some((*code, reason)),
        }
    }
}

impl Bridge {
    /// Creates a bridge whose messages are lines of at most `max` bytes, line feed included.
    pub fn of_lines(max: usize) -> Self {
        Self { talk: Translator::new(Mode::Lines, max), mode: Mode::Lines }
    }

    /// Creates a bridge between two byte streams.
    pub fn of_bytes(max: usize) -> Self {
        Self { talk: Translator::new(Mode::Bytes, max), mode: Mode::Bytes }
    }

    /// Whether its messages are lines.
    pub fn is_of_lines(&self) -> bool {
        self.mode == Mode::Lines
    }

    /// Translates bytes from the client. Returns how the client's side ended, if it did.
    pub fn client_sent(&mut self, bytes: &[u8]) -> Option<End> {
        let plain = |Close { code, reason }| (u16::from(code), reason);
        self.talk.client_sent(bytes).map(|end| match end {
            ClientEnd::Closed(close) => End::Closed(close.map(plain)),
            ClientEnd::AtFault(close) => {
                let (code, reason) = plain(close);
                End::AtFault { code, reason }
            }
        })
    }

    /// Translates bytes from the service.
    pub fn service_sent(&mut self, bytes: &[u8]) {
        self.talk.service_sent(bytes);
    }

    /// Queues a Close frame for the client, after the last line.
    pub fn end(&mut self, close: Option<(u16, &str)>) {
        self.talk.end_line();
        let close = close.map(|(code, reason)| Close::new(CloseCode::from(code), reason));
        self.talk.close(close.as_ref());
    }

    /// Takes the bytes that wait for the service.
    pub fn take_to_service(&mut self) -> Vec<u8> {
        std::mem::take(self.talk.to_service.bytes())
    }

    /// Takes the bytes that wait for the client.
    pub fn take_to_client(&mut self) -> Vec<u8> {
        std::mem::take(self.talk.to_client.bytes())
    }
}

/// Returns the format in the query of an address or of a WebSocket's URL.
///
/// # Errors
/// The message that the client gets.
pub fn format_of_query(query: &str) -> Result<Option<Format>, String> {
    query.parse::<ProfileQuery>().map(|settings| settings.format)
}

/// A frame from a client, masked as RFC 6455 requires.
pub fn frame(opcode: OpCode, payload: &[u8], is_final: bool) -> Vec<u8> {
    let header =
        FrameHeader { is_final, opcode, mask: Some([0x12, 0x34, 0x56, 0x78]), ..FrameHeader::default() };
    let frame = Frame::from_payload(header, payload.to_vec().into());
    let mut bytes = Vec::new();
    frame.format(&mut bytes).expect("writing to a Vec never fails");
    bytes
}

/// Bytes to be read. Bytes that are written are discarded.
pub struct Wire<'a>(pub &'a [u8]);

impl Read for Wire<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { self.0.read(buffer) }
    }
}

impl Write for Wire<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
