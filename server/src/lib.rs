//! The server's parts. Data flows one way: an endpoint accepts, a client arrives and is admitted, its session reads
//! and writes, and the protocol answers. Whatever happens is reported to the journal.
//!
//! - `args`: the command line, validated into a configuration.
//! - `listen`: endpoints, and the clients that arrive there.
//! - `admission`: limits on the number of clients.
//! - `session`, `datagram`: the timestamp service, over streams and over UDP.
//! - `bridge`, `http`: the WebSocket bridge to the service, and the rest of HTTP.
//! - `journal`: the log, the metrics, and what is fed to those who watch.
//! - `watch`: the sessions as events, for those who watch.
//! - `process`: what belongs to the process rather than to the server.
//!
//! `server` puts the parts together, `drain` ends them, and `main.rs` is the program.

mod admission;
pub mod args;
mod bridge;

mod datagram;
mod drain;
mod ending;
pub mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod http;
mod io;
pub mod journal;
pub mod listen;
mod peer;
pub mod process;
pub mod server;
mod session;
mod watch;
mod zone;
