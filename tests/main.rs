//! The whole program, as its users meet it: each test runs `wirestamp` as a process on free ports of its own.
//!
//! - [`service`]: the service on TCP, UDP and Unix sockets, and the program around it.
//! - [`http`]: what is served over HTTP, and to whom.
//! - [`bridge`]: the WebSocket bridge.
//! - [`client`]: `wirestamp connect` and `wirestamp ping`, and other people's clients.
//! - [`browser`]: the page in a real Chromium.
//! - [`docs`]: that the documents tell the truth.

#![allow(clippy::unwrap_used, reason = "in a test that is how to fail")]

mod bridge;
mod browser;
mod client;
mod docs;
mod http;
mod service;
mod support;
