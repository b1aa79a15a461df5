//! WebSocket frames (RFC 6455), without sockets.
//!
//! Tungstenite reads the frames and checks everything that the RFC requires. But it answers a Close frame
//! immediately and allows nothing after that answer, while a bridge still has to deliver the service's last bytes.
//! Its answers are therefore discarded, and [`write()`] and [`write_close`] make the frames that are sent.

use std::io::{self, Read, Write};

use tokio_tungstenite::tungstenite::error::{CapacityError, Error};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, FrameHeader};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};

pub(crate) use tokio_tungstenite::tungstenite::Message;
pub(crate) use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// The size of tungstenite's read buffer, in bytes. It grows for larger frames.
const READ_BUFFER: usize = 256;

/// The longest payload of a control frame, in bytes (RFC 6455, 5.5). In a Close frame, the code takes two of them.
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

/// Reads a client's frames.
pub(crate) struct FrameReader {
    context: WebSocketContext,
    max: usize,
}

impl FrameReader {
    /// Creates a reader of messages of at most `max` bytes, in one frame or several. Control frames aren't messages:
    /// they may be as long as the RFC allows.
    pub(crate) fn new(max: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .max_frame_size(Some(max.max(MAX_CONTROL)))
            .max_message_size(Some(max));
        Self { context: WebSocketContext::new(Role::Server, Some(config)), max }
    }

    /// Takes bytes that were read from the client, and passes each message that they complete to `each`, in order.
    /// Whatever follows a Close frame is ignored.
    ///
    /// # Errors
    /// How to close the WebSocket, if a frame violates the RFC or is too large.
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

/// How to close a WebSocket whose client exceeded the maximum.
pub(crate) fn too_big(max: usize) -> Close {
    Close::new(CloseCode::Size, format!("the message is over the maximum of {max} bytes, line feed included"))
}

/// Bytes from a client, for tungstenite to read. What tungstenite writes is discarded.
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

/// The kinds of frames that the bridge sends, other than Close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Binary,
    Ping,
    Pong,
}

/// Appends a whole message or a control frame to `out`, as one frame.
pub(crate) fn write(kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
    let opcode = match kind {
        Kind::Text => OpCode::Data(Data::Text),
        Kind::Binary => OpCode::Data(Data::Binary),
        Kind::Ping => OpCode::Control(Control::Ping),
        Kind::Pong => OpCode::Control(Control::Pong),
    };
    append(opcode, payload, out);
}

/// Appends a Close frame to `out`. A reason that doesn't fit is cut at a character boundary.
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
    header.format(payload.len() as u64, out).expect("writing to a Vec never fails");
    out.extend_from_slice(payload);
}
