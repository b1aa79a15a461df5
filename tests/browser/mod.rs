//! The page in a real Chromium. Every test that opens a browser is in this folder, so that `make test
//! BROWSER=none` can skip them.
//!
//! - [`conversation`]: lines and their replies, the history, reconnecting.
//! - [`workbench`]: bursts, bytes, filters, exports and settings.
//! - [`chart`]: the strip in the log's head, and the charts that it opens.
//! - [`security`]: the page's policy, and what pages from other sites cannot do.
//! - [`accessibility`]: the page checked with axe-core.

mod accessibility;
mod chart;
mod conversation;
mod security;
mod workbench;
