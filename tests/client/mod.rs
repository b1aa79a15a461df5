//! Clients: Wirestamp's own, other programs, and the snippets of the page.
//!
//! - [`connect`], [`terminal`]: `wirestamp connect`, in a pipe and at a terminal.
//! - [`tls`]: its certificates.
//! - [`ping`]: `wirestamp ping` over every transport.
//! - [`others`]: netcat, ncat, socat and Python.
//! - [`snippets`]: the programs that the page offers for copying.

mod connect;
mod others;
mod ping;
mod snippets;
mod terminal;
mod tls;
