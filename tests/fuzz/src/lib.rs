//! How the targets read a fuzzer's bytes.
//!
//! Each target says what must hold, not only that nothing panics. Its seeds are in `seeds`, under its name.

use std::io::{self, Read, Write};

use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketContext};

pub use tokio_tungstenite::tungstenite::Message;

/// Something to be done with a few bytes.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// What: one of four, as the target reads it.
    pub kind: u8,
    /// With which bytes: 63 at most.
    pub bytes: &'a [u8],
}

/// The steps that `data` says: of each a byte of two bits for its kind and six for its length, then its bytes.
/// Any data is a script, and what the fuzzer changes in one place leaves the other steps as they were.
pub fn script(data: &[u8]) -> impl Iterator<Item = Step<'_>> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let (head, behind) = rest.split_first()?;
        let (bytes, others) = behind.split_at(usize::from(head & 63).min(behind.len()));
        rest = others;
        Some(Step { kind: head >> 6, bytes })
    })
}

/// What a client reads from a server that wrote `bytes`: every message up to the Close.
///
/// # Panics
/// If a client would call the server's frames wrong, or the last one is not whole.
pub fn read_as_client(bytes: &[u8]) -> Vec<Message> {
    let mut wire = Wire(bytes);
    let mut context = WebSocketContext::new(Role::Client, None);
    let mut messages = Vec::new();
    loop {
        match context.read(&mut wire) {
            Ok(message) => messages.push(message),
            Err(Error::Io(_) | Error::ConnectionClosed) => break,
            Err(error) => panic!("{error} in {bytes:?}"),
        }
        if messages.last().is_some_and(Message::is_close) {
            break;
        }
    }
    assert!(wire.0.is_empty(), "{} bytes behind the Close", wire.0.len());
    messages
}

/// Bytes that came; what is written goes nowhere.
struct Wire<'a>(&'a [u8]);

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
