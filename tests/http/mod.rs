//! What is served over HTTP, besides the bridge.
//!
//! - [`page`]: the page and its files.
//! - [`access`]: which requests are refused, and what every response forbids a browser.
//! - [`info`]: what `/api/info` says.

mod access;
mod info;
mod page;
