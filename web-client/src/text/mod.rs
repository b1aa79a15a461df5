//! Bytes and times as text.

pub(crate) mod base64;
pub(crate) mod between;
pub mod hex;
pub(crate) mod utc;
pub(crate) mod visible;

pub(crate) use visible::escaped;
pub use visible::{Piece, visible};
