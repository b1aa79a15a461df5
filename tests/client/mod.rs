//! Clients of every kind.
//!
//! - [`connect`], [`terminal`]: `wirestamp connect`, in a pipe and at a terminal.
//! - [`ping`]: `wirestamp ping` over every transport.
//! - [`others`]: netcat, ncat, socat and Python.
//! - [`snippets`]: the programs that the page offers for copying, each of them run.

mod connect;
mod others;
mod ping;
mod snippets;
mod terminal;
