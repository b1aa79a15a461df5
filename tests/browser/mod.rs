//! The page in a real Chromium. Every test that opens a browser is in this folder, so that `make test
//! BROWSER=none` can skip them.
//!
//! - [`conversation`]: lines and their replies, the history, reconnecting.
//! - [`workbench`]: bursts, bytes, filters, exports and settings.
//! - [`log`]: the connection's story, undo, pause and exports.
//! - [`security`]: the page's policy, and what pages from other sites cannot do.
//! - [`accessibility`]: the page checked with axe-core.

mod accessibility;
mod conversation;
mod log;
mod security;
mod workbench;
