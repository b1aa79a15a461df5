//! WebSocket frames (RFC 6455), without sockets.
//!
//! - [`reader`]: reading a client's frames, as their bytes come.
//! - [`utf8`]: checking text as its bytes come.
//!
//! [`write()`] and [`write_close`] make the frames that are sent.

mod reader;
mod utf8;

use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

pub(crate) use reader::{Event, FrameReader};
pub(crate) use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

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

/// How to close a WebSocket whose client exceeded the maximum.
pub(crate) fn too_big(max: usize) -> Close {
    Close::new(CloseCode::Size, format!("the message is over the maximum of {max} bytes, line feed included"))
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
