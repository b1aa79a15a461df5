//! The server's parts. Data flows one way: a listener accepts, a session reads and writes, the protocol
//! answers; the bridge is one more client of the service.
//!
//! `main.rs` is the program; [`serve`] puts the parts together.

mod accept;
pub mod address;
mod admit;
pub mod args;
mod bridge;
mod clock;
mod dial;
pub mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gate;
mod guard;
mod headers;
mod health;
mod http;
mod info;
mod introduce;
mod io;
mod limits;
mod list;
mod listen;
mod listeners;
pub mod log;
mod metrics;
pub mod origin;
mod page;
mod peer;
pub mod serve;
mod service;
mod session;
pub mod shutdown;
pub mod systemd;
mod udp;
mod unix;
mod websocket;
