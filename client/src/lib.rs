//! The clients of a timestamp service, over TCP, UDP, a Unix socket or a WebSocket.
//!
//! - [`connect()`] holds a conversation, typed at a terminal or piped through.
//! - [`ping()`] measures round trips, and compares the clocks if the stamps allow it.
//! - [`watch()`] follows what a server tells of its sessions.
//!
//! A [`Target`] is the service's address. A link carries lines to it and replies back over any transport.
//! The first two clients use a link and know nothing of sockets; the third speaks HTTP. Counting replies, measuring round
//! trips and showing events is in modules of its own, which read neither sockets nor clocks.

mod args;
mod connect;
mod deadline;
mod duration;
mod error;
mod link;
mod ping;
mod run;
mod show;
mod target;
mod watch;

pub use args::{ConnectArgs, PingArgs};
pub use connect::connect;
pub use duration::duration;
pub use error::{Error, reason};
pub use ping::ping;
pub use target::Target;
pub use watch::{WatchArgs, watch};
