//! Reading a client's frames as their bytes come.
//!
//! Payload is passed on as soon as it is there, so a frame of any size takes no memory. Everything that the RFC
//! requires is checked at the first byte that violates it.

use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::utf8::Utf8;
use super::{Close, MAX_CONTROL};

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// The longest header: two bytes, a length of eight bytes and the mask.
const MAX_HEADER: usize = 2 + 8 + 4;

/// What the bytes of a client come to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// All bytes are read.
    NeedsMore,
    /// A data frame begins. With it, its message has this length, in bytes.
    Frame {
        message_len: u64,
    },
    /// A message is complete.
    Message {
        is_text: bool,
    },
    Ping(Vec<u8>),
    /// The last event. Whatever follows a Close frame has no meaning.
    Close(Option<Close>),
}

/// Reads a client's frames.
#[derive(Debug, Default)]
pub(crate) struct FrameReader {
    header: Header,
    frame: Option<Frame>,
    message: Option<Message>,
    /// The payload of a control frame, so far.
    control: Vec<u8>,
}

/// A message whose last frame isn't complete.
#[derive(Debug)]
struct Message {
    is_text: bool,
    /// The length of its frames so far, in bytes.
    len: u64,
    utf8: Utf8,
}

/// A frame whose header is complete.
#[derive(Debug, Clone, Copy)]
struct Frame {
    opcode: u8,
    is_final: bool,
    /// How many bytes of payload are still to come.
    left: u64,
    /// The mask of the next four bytes.
    mask: [u8; 4],
}

impl FrameReader {
    /// Reads from `bytes` up to the next event, and appends what came of a message to `out`. Text is passed on by
    /// whole characters.
    ///
    /// # Errors
    /// How to close the WebSocket, if the client violated the RFC. Nothing after that can be read.
    pub(crate) fn read(&mut self, bytes: &mut &[u8], out: &mut Vec<u8>) -> Result<Event, Close> {
        loop {
            let Some(frame) = &mut self.frame else {
                let Some(frame) = self.header.read(bytes, self.message.is_some())? else {
                    return Ok(Event::NeedsMore);
                };
                self.frame = Some(frame);
                if frame.is_control() {
                    continue;
                }
                let begun = Message { is_text: frame.opcode == TEXT, len: 0, utf8: Utf8::default() };
                let message = self.message.get_or_insert(begun);
                message.len = message.len.saturating_add(frame.left);
                return Ok(Event::Frame { message_len: message.len });
            };
            match &mut self.message {
                Some(message) if !frame.is_control() => message.extend(frame.take(bytes), out)?,
                _ => frame.take(bytes).append_to(&mut self.control),
            }
            if frame.left > 0 {
                return Ok(Event::NeedsMore);
            }
            let Frame { opcode, is_final, .. } = *frame;
            self.frame = None;
            match opcode {
                CLOSE => return close(&std::mem::take(&mut self.control)).map(Event::Close),
                PING => return Ok(Event::Ping(std::mem::take(&mut self.control))),
                PONG => self.control.clear(),
                _ if is_final => {
                    if let Some(message) = self.message.take() {
                        return message.end();
                    }
                }
                _ => {}
            }
        }
    }
}

impl Message {
    fn extend(&mut self, payload: Payload<'_>, out: &mut Vec<u8>) -> Result<(), Close> {
        if !self.is_text {
            payload.append_to(out);
            return Ok(());
        }
        let start = out.len();
        out.extend(self.utf8.take());
        payload.append_to(out);
        self.utf8.check(out, start).map_err(|_| not_text())
    }

    fn end(self) -> Result<Event, Close> {
        if self.utf8.is_whole() { Ok(Event::Message { is_text: self.is_text }) } else { Err(not_text()) }
    }
}

/// A piece of a frame's payload, as it came.
struct Payload<'b> {
    masked: &'b [u8],
    mask: [u8; 4],
}

impl Frame {
    fn is_control(&self) -> bool {
        self.opcode >= CLOSE
    }

    /// Takes what has come of the payload.
    fn take<'b>(&mut self, bytes: &mut &'b [u8]) -> Payload<'b> {
        let len = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let (masked, rest) = bytes.split_at(len);
        let payload = Payload { masked, mask: self.mask };
        *bytes = rest;
        self.left -= len as u64;
        self.mask.rotate_left(len % 4);
        payload
    }
}

impl Payload<'_> {
    /// Appends it without its mask.
    fn append_to(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(self.masked);
        let mask = u32::from_ne_bytes(self.mask);
        let (words, rest) = out[start..].as_chunks_mut::<4>();
        for word in words {
            *word = (u32::from_ne_bytes(*word) ^ mask).to_ne_bytes();
        }
        rest.iter_mut().zip(self.mask).for_each(|(byte, mask)| *byte ^= mask);
    }
}

/// A frame's header, as far as it has come (RFC 6455, 5.2).
#[derive(Debug, Default)]
struct Header {
    bytes: [u8; MAX_HEADER],
    len: u8,
}

impl Header {
    /// Takes bytes until the header is complete. `continues` says whether a message has begun.
    fn read(&mut self, bytes: &mut &[u8], continues: bool) -> Result<Option<Frame>, Close> {
        // Most headers come whole, and needn't be taken a byte at a time.
        if self.len == 0
            && let Some(whole) = bytes.first_chunk()
        {
            self.bytes = *whole;
            check_first(self.bytes[0], continues)?;
            check_second(self.bytes[0], self.bytes[1])?;
            self.check_length()?;
            let mask_at = self.mask_at();
            *bytes = &bytes[mask_at + 4..];
            return Ok(Some(self.frame(mask_at)));
        }
        while let Some((byte, rest)) = bytes.split_first() {
            *bytes = rest;
            self.bytes[usize::from(self.len)] = *byte;
            self.len += 1;
            match self.len {
                1 => check_first(*byte, continues)?,
                2 => check_second(self.bytes[0], *byte)?,
                _ => {}
            }
            let mask_at = self.mask_at();
            if self.len >= 2 && usize::from(self.len) == mask_at {
                self.check_length()?;
            }
            if self.len > 2 && usize::from(self.len) == mask_at + 4 {
                self.len = 0;
                return Ok(Some(self.frame(mask_at)));
            }
        }
        Ok(None)
    }

    /// Where the mask begins, once the second byte is there.
    fn mask_at(&self) -> usize {
        match self.bytes[1] & 0x7f {
            126 => 4,
            127 => 10,
            _ => 2,
        }
    }

    fn payload_len(&self) -> u64 {
        let [_, second, long @ ..] = self.bytes;
        match second & 0x7f {
            126 => u16::from_be_bytes([long[0], long[1]]).into(),
            127 => long[..8].iter().fold(0, |len, byte| len << 8 | u64::from(*byte)),
            short => short.into(),
        }
    }

    fn check_length(&self) -> Result<(), Close> {
        let len = self.payload_len();
        let shortest = match len {
            0..=125 => 2,
            126..=0xffff => 4,
            _ => 10,
        };
        if self.mask_at() > shortest {
            return Err(violation("the frame's length takes more bytes than it needs"));
        }
        if len > i64::MAX as u64 {
            Err(violation("the frame's length has its first bit set"))
        } else {
            Ok(())
        }
    }

    fn frame(&self, mask_at: usize) -> Frame {
        let mut mask = [0; 4];
        mask.copy_from_slice(&self.bytes[mask_at..mask_at + 4]);
        let first = self.bytes[0];
        Frame { opcode: first & 0x0f, is_final: first & 0x80 != 0, left: self.payload_len(), mask }
    }
}

fn check_first(first: u8, continues: bool) -> Result<(), Close> {
    let (is_final, reserved, opcode) = (first & 0x80 != 0, first & 0x70, first & 0x0f);
    if reserved != 0 {
        return Err(violation("a reserved bit is set, but no extension was agreed on"));
    }
    match opcode {
        CONTINUATION if !continues => Err(violation("there is no message to continue")),
        TEXT | BINARY if continues => Err(violation("the message before is not complete")),
        CLOSE | PING | PONG if !is_final => Err(violation("a control frame must not be fragmented")),
        CONTINUATION | TEXT | BINARY | CLOSE | PING | PONG => Ok(()),
        _ => Err(violation(format!("unknown opcode {opcode:#x}"))),
    }
}

fn check_second(first: u8, second: u8) -> Result<(), Close> {
    if second & 0x80 == 0 {
        return Err(violation("the frame is not masked"));
    }
    if first & 0x0f >= CLOSE && usize::from(second & 0x7f) > MAX_CONTROL {
        return Err(violation(format!("a control frame has at most {MAX_CONTROL} bytes of payload")));
    }
    Ok(())
}

/// Reads the payload of a Close frame.
fn close(payload: &[u8]) -> Result<Option<Close>, Close> {
    let (code, reason) = match *payload {
        [] => return Ok(None),
        [_] => return Err(violation("a Close frame of one byte has no code")),
        [high, low, ref reason @ ..] => (u16::from_be_bytes([high, low]), reason),
    };
    // IANA's registry and the ranges for libraries and applications (RFC 6455, 7.4). The codes 1004 to 1006 and 1015
    // are never sent.
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(violation(format!("invalid close code {code}")));
    }
    let reason = std::str::from_utf8(reason).map_err(|_| not_text())?;
    Ok(Some(Close::new(CloseCode::from(code), reason)))
}

fn violation(reason: impl Into<String>) -> Close {
    Close::new(CloseCode::Protocol, reason)
}

fn not_text() -> Close {
    Close::new(CloseCode::Invalid, "the text is not valid UTF-8; send it as binary")
}

#[cfg(test)]
mod tests;
