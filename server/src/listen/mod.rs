//! What the server listens on, and how its clients arrive.
//!
//! - `address`, `profile`: what a flag asks for: where to listen, and how clients are served there.
//! - `bind`, `unix`, `systemd`: sockets bound here, or handed over.
//! - `endpoint`: a bound socket and its profile, as one value.
//! - `accept`, `arrival`: a connection, and then a client.

pub(crate) mod accept;
pub mod address;
pub(crate) mod arrival;
pub(crate) mod bind;
pub(crate) mod endpoint;
pub mod profile;
pub mod systemd;
pub(crate) mod unix;
