//! What the server serves over HTTP, except for the bridge.
//!
//! - [`page`]: the page and its files.
//! - [`access`]: which requests are refused, and the security headers of every response.
//! - [`events`]: who may watch at `/api/events`, and how streams begin and end.
//! - [`format`]: whether a stamp format is valid, at `/api/format`.
//! - [`info`]: the listeners and settings at `/api/info`.

mod access;
mod events;
mod format;
mod info;
mod page;
