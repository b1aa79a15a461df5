//! The clients of a timestamp service, over TCP, UDP, a Unix socket or a WebSocket.
//!
//! - [`connect()`]: a conversation, typed at a terminal or piped through.
//! - [`ping()`]: round trips measured, and the clocks compared where the stamps allow it.
//!
//! A [`Target`] says where; a link carries lines there and replies back whatever the transport. Both clients
//! stand on that link, and neither knows a socket. What can be reckoned without one, replies counted, round
//! trips and clocks, is in files of its own that read neither a socket nor a clock.

mod args;
mod connect;
mod deadline;
mod error;
mod link;
mod ping;
mod run;
mod show;
mod target;

pub use args::{ConnectArgs, PingArgs};
pub use connect::connect;
pub use error::{Error, reason};
pub use ping::ping;
pub use target::Target;
