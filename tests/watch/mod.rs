//! What the server tells of its sessions.
//!
//! - [`stream`]: each kind of client, with its anatomy, its end and its verdict.
//! - [`resume`]: from where on, and what of it.
//! - [`flood`]: more than can be told.
//! - [`stop`]: the end of the server.
//! - [`pcapng`]: the writer of that file.

mod flood;
mod pcapng;
mod resume;
mod stop;
mod stream;
