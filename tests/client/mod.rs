//! Clients: Wirestamp's own, other programs, and the snippets of the page.
//!
//! - [`connect`], [`terminal`]: `wirestamp connect`, in a pipe and at a terminal.
//! - [`tls`]: its certificates.
//! - [`ping`], [`ping_times`]: `wirestamp ping` over every transport, and the times that it measures.
//! - [`watch`], [`watch_lost`]: `wirestamp watch`, and what it does when the server is lost.
//! - [`others`]: netcat, ncat, socat and Python.
//! - [`snippets`]: the programs that the page offers for copying.

mod connect;
mod others;
mod ping;
mod ping_times;
mod snippets;
mod terminal;
mod tls;
mod watch;
mod watch_lost;
