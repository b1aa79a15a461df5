//! What the verdict says of clients, each of which does one thing wrong or nothing at all.

#![allow(clippy::unwrap_used, reason = "unwrapping is how a test fails")]

mod endings;
mod protocols;
mod quiet;
mod session;
mod writing;
