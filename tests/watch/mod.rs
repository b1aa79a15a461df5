//! What the server tells of its sessions.
//!
//! - [`stream`]: each kind of client, with its anatomy, its end and its verdict.
//! - [`resume`]: from where on, and what of it.
//! - [`flood`]: more than can be told.
//! - [`stop`]: the end of the server.
//! - [`capture`]: the same as a file for Wireshark, and `wirestamp watch`.
//! - [`pcapng`]: the writer of that file.

mod capture;
mod flood;
mod pcapng;
mod resume;
mod stop;
mod stream;
