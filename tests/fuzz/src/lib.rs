//! What the fuzz targets share: how they interpret the fuzzer's bytes, and how they read frames.
//!
//! Each target checks its own guarantees, not only that nothing panics. Its seeds are in `seeds`, under its
//! name.

use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketContext};
use wirestamp_server::fuzzing::Wire;

pub use tokio_tungstenite::tungstenite::Message;

/// A step of a target.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// One of four kinds, whose meaning depends on the target.
    pub kind: u8,
    /// The bytes of the step, at most 63.
    pub bytes: &'a [u8],
}

/// Reads `data` as steps. A step is a byte with two bits for its kind and six for its length, then its bytes.
/// Any data is a valid script, and a change in one place leaves the other steps as they were.
pub fn script(data: &[u8]) -> impl Iterator<Item = Step<'_>> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let (head, behind) = rest.split_first()?;
        let (bytes, others) = behind.split_at(usize::from(head & 63).min(behind.len()));
        rest = others;
        Some(Step { kind: head >> 6, bytes })
    })
}

/// Reads every message up to the Close as a client of a server that wrote `bytes`.
///
/// # Panics
/// If a frame is invalid for a client, or the last one is incomplete.
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
    assert!(wire.0.is_empty(), "{} bytes after the Close", wire.0.len());
    messages
}
