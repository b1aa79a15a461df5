//! What the server tells of its sessions.
//!
//! - [`stream`]: each kind of client, with its anatomy, its end and its verdict.
//! - [`pcapng`]: the writer of that file.

mod pcapng;
mod stream;
