//! The whole program, as its users meet it: each test runs `wirestamp` as a process on free ports of its own.
//!
//! - [`wire`]: the raw TCP service, byte for byte.
//! - [`bridge`]: the WebSocket bridge.
//! - [`program`]: the command line, what is printed, logs, signals and exit codes.
//! - [`page`]: what is served over HTTP.
//! - [`netcat`]: `nc` as a client, and what the README says of it.
//! - [`connect`]: the client, in a pipe and at a terminal.
//! - [`ping`]: round trips over every transport.
//! - [`browser`]: the page in a real Chromium.

#![allow(clippy::unwrap_used, reason = "in a test that is how to fail")]

mod bridge;
mod browser;
mod connect;
mod netcat;
mod page;
mod ping;
mod program;
mod support;
mod wire;
