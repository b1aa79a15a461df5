//! The server's parts. Data flows one way: a listener accepts, a session reads and writes, the protocol
//! answers; the bridge is one more client of the service.
//!
//! `main.rs` is the program; [`serve`] puts the parts together.

mod accept;
pub mod address;
pub mod args;
mod bridge;
mod clock;
mod dial;
pub mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod http;
mod introduce;
mod io;
mod listen;
pub mod log;
mod page;
mod peer;
pub mod serve;
mod service;
mod session;
pub mod shutdown;
mod udp;
mod unix;
mod websocket;
