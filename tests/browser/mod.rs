//! The page in a real Chromium. Every test that opens a browser is in this folder, so that `make test
//! BROWSER=none` can skip them.
//!
//! - [`conversation`]: lines and their replies, the history, reconnecting.
//! - [`workbench`]: bursts, bytes, filters, exports and settings.
//! - [`sending`]: what will be sent, repeating it, stopping, and what is refused.
//! - [`security`]: the page's policy, and what pages from other sites cannot do.
//! - [`accessibility`]: the page checked with axe-core.

mod accessibility;
mod conversation;
mod security;
mod sending;
mod workbench;
