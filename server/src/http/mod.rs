//! HTTP: the page, the WebSocket handshake, and information about the server.
//!
//! - `connection`: one client's connection, with its limits.
//! - `router`: all routes.
//! - `access`: which requests are allowed.
//! - `handshake`: which requests for a WebSocket are valid.
//! - `page`, `info`, `format`, `health`, `websocket`, `events`: what the routes serve.
//! - `lasting`: responses that go on for as long as their client listens.
//! - `listener_name`: which listener a request came to.
//! - `security_headers`: headers that restrict what browsers do with a response.
//! - `list_header`: reading headers that are lists.

pub mod access;
pub(crate) mod connection;
pub(crate) mod events;
mod format;
mod handshake;
mod health;
pub(crate) mod info;
mod lasting;
mod list_header;
pub(crate) mod listener_name;
mod page;
pub(crate) mod router;
mod security_headers;
mod websocket;
