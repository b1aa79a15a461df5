//! The page in a real Chromium. Every test that opens a browser is in this folder, so that `make test
//! BROWSER=none` can skip them.
//!
//! - [`conversation`]: lines and their replies, the history, reconnecting.
//! - [`workbench`]: bursts, bytes, filters, exports and settings.
//! - [`security`]: the page's policy, and what pages from other sites cannot do.
//! - [`worker`]: the worker with the socket, its end, and a browser without one.
//! - [`accessibility`]: the page checked with axe-core.

mod accessibility;
mod conversation;
mod security;
mod workbench;
mod worker;
