//! What a Wirestamp message is, and how it is stamped.
//!
//! This crate is the wire's rules and nothing else. It reads no socket, no file and no clock: bytes and
//! times are handed in, replies are handed out. So it builds for the server and for the browser alike, and
//! its tests need neither a network nor patience.
//!
//! - [`Decoder`] cuts a stream of reads into messages, and says why each was cut where it was.
//! - [`Stamper`] writes `[Sun Nov 22 18:07:00 2026] ` in a [`Format`], and [`split_stamp`] takes it off again.
//! - [`Recognizer`] tells what was stamped before.
//! - [`Responder`] puts the two together: reads in, replies out.
//! - [`measure`] is what a client learns from the replies: clock offset and jitter.
//! - [`visible`], [`percent`], [`hex`] and [`calendar`] are what the clients share to write and read text.

pub mod calendar;
mod decoder;
mod format;
pub mod hex;
pub mod measure;
mod moment;
pub mod percent;
mod responder;
mod stamp;
pub mod visible;

pub use decoder::{Cut, Decoder, Message};
pub use format::{Format, MAX_STAMP, Recognizer};
pub use moment::Moment;
pub use responder::{Counts, Responder};
pub use stamp::{Stamper, split_stamp};
pub use visible::acts;

/// Where a message ends if no line feed comes, in bytes: `--max-message`'s default.
pub const DEFAULT_MAX_MESSAGE: usize = 64 * 1024;

/// The TCP port of the classic timestamp server, and of this one.
pub const DEFAULT_PORT: u16 = 21567;

/// How many messages `text` is on the wire once it ends in a line feed, as the bridge sees to: one a line,
/// and an empty text is one empty line.
///
/// ```
/// assert_eq!(wirestamp_protocol::count_lines(b"a\nb"), 2);
/// assert_eq!(wirestamp_protocol::count_lines(b"a\nb\n"), 2);
/// assert_eq!(wirestamp_protocol::count_lines(b""), 1);
/// ```
pub fn count_lines(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count() + usize::from(text.last() != Some(&b'\n'))
}

/// The noun for a count: `one` for 1, else `many`.
///
/// ```
/// use wirestamp_protocol::plural;
///
/// assert_eq!([0, 1, 2].map(|count| plural(count, "byte", "bytes")), ["bytes", "byte", "bytes"]);
/// ```
pub fn plural<'a>(count: u64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
