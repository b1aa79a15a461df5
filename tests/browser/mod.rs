//! The page in a real Chromium. Every test that opens one is in here, so that `make test BROWSER=none` can leave
//! them out.
//!
//! - [`conversation`]: lines and their replies, the history, reconnecting.
//! - [`workbench`]: bursts, bytes, filters, exports and settings.
//! - [`security`]: what the page's policy forbids, and what other pages cannot do.
//! - [`accessibility`]: the page judged by axe-core.

mod accessibility;
mod conversation;
mod security;
mod workbench;
