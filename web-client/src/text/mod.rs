//! Bytes and times as text.

pub(crate) mod base64;
pub(crate) mod between;
mod c_array;
pub mod control;
mod digits;
pub mod hex;
pub mod json;
mod parts;
mod start;
pub(crate) mod utc;
pub(crate) mod visible;

pub use c_array::c_array;
pub use parts::{Part, parts};
pub(crate) use start::start_of;
pub(crate) use visible::escaped;
pub use visible::{Piece, visible};
