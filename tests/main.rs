//! Tests of the whole program. Each runs `wirestamp` as a process on free ports.
//!
//! - [`service`]: the service on TCP, UDP and Unix sockets, and the program around it.
//! - [`http`]: what the server serves over HTTP, and which requests it refuses.
//! - [`bridge`]: the WebSocket bridge.
//! - [`watch`]: what the server tells of its sessions.
//! - [`client`]: `wirestamp connect`, `wirestamp ping` and `wirestamp watch`, and other people's clients.
//! - [`browser`]: the page in real browsers.
//! - [`docs`]: whether the documents are true.

#![allow(clippy::unwrap_used, reason = "a failing test should panic")]

mod bridge;
mod browser;
mod client;
mod docs;
mod http;
mod service;
mod support;
mod watch;
