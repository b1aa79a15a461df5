//! WebSocket frames (RFC 6455), away from any socket.
//!
//! Tungstenite reads them, and checks all that the RFC asks for. But it answers a Close at once, and lets
//! nothing be sent behind that answer, whereas a bridge still has the far side's last bytes to deliver. So
//! its answers go nowhere, and [`write`] and [`write_close`] send frames in its place.

use std::io::{self, Read, Write};

use tokio_tungstenite::tungstenite::error::{CapacityError, Error};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, FrameHeader};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};

pub(crate) use tokio_tungstenite::tungstenite::Message;
pub(crate) use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// What tungstenite's read buffer holds when no frame is larger.
const READ_BUFFER: usize = 256;

/// The most that a control frame carries, in bytes (RFC 6455, 5.5); a Close has two of them for its code.
const MAX_CONTROL: usize = 125;

/// How a WebSocket is closed: a code for programs and a reason for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Close {
    pub(crate) code: CloseCode,
    pub(crate) reason: String,
}

impl Close {
    pub(crate) fn new(code: CloseCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

impl From<CloseFrame> for Close {
    fn from(frame: CloseFrame) -> Self {
        Self::new(frame.code, frame.reason.as_str())
    }
}

/// Reads the frames of a client.
pub(crate) struct FrameReader {
    context: WebSocketContext,
    max: usize,
}

impl FrameReader {
    /// A reader of messages that are at most `max` bytes long, in one frame or in several. Control frames are
    /// no messages, and as long as the RFC lets them be.
    pub(crate) fn new(max: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .max_frame_size(Some(max.max(MAX_CONTROL)))
            .max_message_size(Some(max));
        Self { context: WebSocketContext::new(Role::Server, Some(config)), max }
    }

    /// Takes what was read from the client, and hands each message that it completes to `each`, in order:
    /// nothing behind a Close, whatever comes.
    ///
    /// # Errors
    /// How to close the WebSocket when a frame is not as the RFC has it, or too large.
    pub(crate) fn read(&mut self, bytes: &[u8], mut each: impl FnMut(Message)) -> Result<(), Close> {
        let mut fed = Fed(bytes);
        loop {
            match self.context.read(&mut fed) {
                Ok(message) => {
                    let last = message.is_close();
                    each(message);
                    if last {
                        return Ok(());
                    }
                }
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(fault(&error, self.max)),
            }
        }
    }
}

fn fault(error: &Error, max: usize) -> Close {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => too_big(max),
        Error::Utf8(_) => Close::new(CloseCode::Invalid, "the text is not valid UTF-8; send it as binary"),
        Error::Protocol(fault) => Close::new(CloseCode::Protocol, fault.to_string()),
        other => Close::new(CloseCode::Protocol, other.to_string()),
    }
}

/// How a WebSocket is closed whose client sent more than the maximum.
pub(crate) fn too_big(max: usize) -> Close {
    Close::new(CloseCode::Size, format!("the message is over the maximum of {max} bytes, line feed included"))
}

/// What a client sent, as tungstenite reads it; what tungstenite writes is dropped.
struct Fed<'a>(&'a [u8]);

impl Read for Fed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() { Err(io::ErrorKind::WouldBlock.into()) } else { self.0.read(buffer) }
    }
}

impl Write for Fed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The kinds of frame that the bridge sends, besides Close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Binary,
    Ping,
    Pong,
}

/// Appends a whole message, or a control frame, as one frame.
pub(crate) fn write(kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
    let opcode = match kind {
        Kind::Text => OpCode::Data(Data::Text),
        Kind::Binary => OpCode::Data(Data::Binary),
        Kind::Ping => OpCode::Control(Control::Ping),
        Kind::Pong => OpCode::Control(Control::Pong),
    };
    append(opcode, payload, out);
}

/// Appends a Close frame; a reason that does not fit is cut at a character.
pub(crate) fn write_close(close: Option<&Close>, out: &mut Vec<u8>) {
    let mut payload = Vec::new();
    if let Some(Close { code, reason }) = close {
        payload.extend_from_slice(&u16::from(*code).to_be_bytes());
        let fits = reason.floor_char_boundary(MAX_CONTROL - 2);
        payload.extend_from_slice(&reason.as_bytes()[..fits]);
    }
    append(OpCode::Control(Control::Close), &payload, out);
}

fn append(opcode: OpCode, payload: &[u8], out: &mut Vec<u8>) {
    let header = FrameHeader { opcode, ..FrameHeader::default() };
    header.format(payload.len() as u64, out).expect("a Vec takes every byte");
    out.extend_from_slice(payload);
}
