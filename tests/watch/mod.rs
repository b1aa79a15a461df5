//! What the server tells of its sessions.
//!
//! - [`stream`]: each kind of client, with its anatomy, its end and its verdict.
//! - [`resume`]: from where on, and what of it.
//! - [`stop`]: the end of the server.
//! - [`pcapng`]: the writer of that file.

mod pcapng;
mod resume;
mod stop;
mod stream;
