//! The page in a real browser, mostly Chromium. Every test that opens a browser is in this folder, so that `make test
//! BROWSER=none` can skip them.
//!
//! - [`conversation`]: lines and their replies, the history, reconnecting.
//! - [`log`]: the connection's story, clearing and undo, pausing, exports.
//! - [`filter`]: the language of the filter.
//! - [`inspector`]: one exchange in full.
//! - [`sending`]: previews, refusals, repetitions and bursts.
//! - [`chart`]: the charts of round trips.
//! - [`worker`]: the worker that holds the socket.
//! - [`workbench`]: what is left: long logs, settings, snippets, screen readers.
//! - [`watch`]: what the second view says of each kind of client.
//! - [`watch_view`]: the second view itself.
//! - [`frame`]: the bar, its menus, small and zoomed screens.
//! - [`firefox`]: the main things that a person does, in Firefox.
//! - [`security`]: the page's policy, and what pages from other sites cannot do.
//! - [`accessibility`]: the page checked with axe-core.

mod accessibility;
mod chart;
mod conversation;
mod filter;
mod firefox;
mod frame;
mod inspector;
mod log;
mod security;
mod sending;
mod watch;
mod watch_view;
mod workbench;
mod worker;
