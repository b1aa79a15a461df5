//! HTTP: the page, the WebSocket bridge, and what is asked about the server.
//!
//! - [`connection`]: one client's connection, within its limits.
//! - [`router`]: every path there is.
//! - [`access`]: who is let in.
//! - [`page`], [`info`], [`health`], [`websocket`]: what is found there.
//! - [`security_headers`]: what every response tells browsers not to do.
//! - [`list_header`]: reading headers that are lists.

pub mod access;
pub(crate) mod connection;
mod health;
pub(crate) mod info;
mod list_header;
mod page;
pub(crate) mod router;
mod security_headers;
mod websocket;
