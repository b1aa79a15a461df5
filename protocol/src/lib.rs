//! What a Wirestamp message is, and how it's stamped.
//!
//! This crate holds the rules of the protocol and nothing else. It reads no socket, no file and no clock:
//! bytes and times are passed in, replies are returned. It therefore builds for the server and for the
//! browser alike, and its tests need neither a network nor time to pass.
//!
//! - [`Decoder`] splits a byte stream into messages, and says why each ends where it does.
//! - [`Stamper`] writes `[Sun Nov 22 18:07:00 2026] ` in a [`Format`], and [`split_stamp`] splits it off
//!   again.
//! - [`Responder`] combines the two: bytes in, replies out.
//! - [`Recognizer`] recognizes messages that were stamped before.
//! - [`event`] is what a server tells of its sessions.
//! - [`verdict`] is what they show of its clients, in words.
//! - [`measure`] is what a client can learn from replies: clock offset and jitter.
//! - [`visible`], [`percent`], [`hex`], [`calendar`] and [`plural`] read and write text for the clients.

pub mod calendar;
mod decoder;
pub mod event;
mod format;
pub mod hex;
pub mod measure;
mod moment;
pub mod percent;
mod responder;
mod stamp;
pub mod verdict;
pub mod visible;

pub use decoder::{Cut, Decoder, Message, Pending};
pub use format::{Format, MAX_STAMP, Recognizer};
pub use moment::Moment;
pub use responder::{Counts, Responder};
pub use stamp::{Stamper, split_stamp};
pub use visible::acts;

/// The default of `--max-message`: the length in bytes at which a message ends if no line feed comes.
pub const DEFAULT_MAX_MESSAGE: usize = 64 * 1024;

/// The port of the textbooks' timestamp server, and of this one.
pub const DEFAULT_PORT: u16 = 21567;

/// Returns how many messages a WebSocket's `text` becomes. The bridge appends a missing line feed, and each
/// line is a message, so an empty text is one empty line.
///
/// ```
/// assert_eq!(wirestamp_protocol::count_lines(b"a\nb"), 2);
/// assert_eq!(wirestamp_protocol::count_lines(b"a\nb\n"), 2);
/// assert_eq!(wirestamp_protocol::count_lines(b""), 1);
/// ```
pub fn count_lines(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count() + usize::from(text.last() != Some(&b'\n'))
}

/// Returns the noun for a count: `one` for 1, otherwise `many`.
///
/// ```
/// use wirestamp_protocol::plural;
///
/// assert_eq!([0, 1, 2].map(|count| plural(count, "byte", "bytes")), ["bytes", "byte", "bytes"]);
/// ```
pub fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
