//! The whole program, as its users meet it: each test runs `wirestamp` as a process on free ports of its own.
//!
//! - [`wire`]: the raw TCP service, byte for byte.
//! - [`volume`]: the same by the hundred megabytes, in chunks of any size.
//! - [`bridge`]: the WebSocket bridge.
//! - [`program`]: the command line, what is printed, logs, signals and exit codes.
//! - [`page`]: what is served over HTTP.
//! - [`guard`]: who is let in there, and what else is asked of requests and of browsers.
//! - [`info`]: what it tells of itself there.
//! - [`unix`], [`udp`]: the service on other kinds of socket.
//! - [`formats`]: how stamps show the time, and how that is asked for.
//! - [`clients`]: netcat, ncat, socat and Python as clients, and what the README says.
//! - [`snippets`]: the programs that the page offers for copying, each of them run.
//! - [`limits`], [`ending`], [`metrics`]: the server under load, at its end, and seen from outside.
//! - [`systemd`]: sockets and news, as systemd has them.
//! - [`connect`], [`terminal`]: the client, in a pipe and at a terminal.
//! - [`ping`]: round trips over every transport.
//! - [`docs`]: that the documents tell the truth.
//! - [`browser`]: the page in a real Chromium.
//! - [`accessibility`]: the same judged by axe-core.

#![allow(clippy::unwrap_used, reason = "in a test that is how to fail")]

mod accessibility;
mod bridge;
mod browser;
mod clients;
mod connect;
mod docs;
mod ending;
mod formats;
mod guard;
mod info;
mod limits;
mod metrics;
mod page;
mod ping;
mod program;
mod snippets;
mod support;
mod systemd;
mod terminal;
mod udp;
mod unix;
mod volume;
mod wire;
mod workbench;
