//! The server's parts. Data flows one way: a listener accepts, a session reads and writes, the protocol
//! answers; the bridge is one more client of the service.
//!
//! `main.rs` is the program; [`server`] puts the parts together.

mod admission;
pub mod args;
mod bridge;
mod clock;
mod datagram;
pub mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod http;
mod io;
mod journal;
pub mod listen;
mod peer;
pub mod process;
pub mod server;
mod session;
