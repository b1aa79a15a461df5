//! The whole program, as its users meet it: each test runs `wirestamp` as a process on free ports of its own.
//!
//! - [`wire`]: the raw TCP service, byte for byte.
//! - [`volume`]: the same by the hundred megabytes, in chunks of any size.
//! - [`bridge`]: the WebSocket bridge.
//! - [`program`]: the command line, what is printed, logs, signals and exit codes.
//! - [`page`]: what is served over HTTP.
//! - [`unix`], [`udp`]: the service on other kinds of socket.
//! - [`formats`]: how stamps show the time, and how that is asked for.
//! - [`clients`]: netcat, ncat, socat and Python as clients, and what the README says.
//! - [`browser`]: the page in a real Chromium.

#![allow(clippy::unwrap_used, reason = "in a test that is how to fail")]

mod bridge;
mod browser;
mod clients;
mod formats;
mod page;
mod program;
mod support;
mod udp;
mod unix;
mod volume;
mod wire;
