//! The page in real browsers. Every test that opens one is in this folder, so that `make test BROWSER=none` can skip them.
//!
//! In Chromium and in Firefox:
//!
//! - [`conversation`]: lines and their replies, the history, reconnecting.
//! - [`log`]: the connection's story, clearing and undo, pausing, exports.
//! - [`filter`]: the language of the filter.
//! - [`inspector`]: one exchange in full.
//! - [`sending`]: previews, refusals, repetitions and bursts.
//! - [`chart`]: the charts of round trips.
//! - [`frame`]: the bar, its menus, small and zoomed screens.
//!
//! In Chromium alone:
//!
//! - [`worker`]: the worker that holds the socket.
//! - [`workbench`]: what is left: long logs, settings, snippets, screen readers.
//! - [`watch`]: what the second view says of each kind of client.
//! - [`watch_view`]: the second view itself.
//! - [`security`]: the page's policy, and what pages from other sites cannot do.
//! - [`accessibility`]: the page checked with axe-core.
//!
//! Firefox's driver can't run a script before the page's own, as `worker` does. The longest frame is measured where nothing
//! else runs. The rest would take Firefox another minute and tell little: it depends less on the browser.

/// Makes tests of these functions, which take no arguments: each is a test in Chromium, and one test runs all of them in
/// Firefox.
macro_rules! in_both_browsers {
    ($($test:ident),* $(,)?) => {
        mod in_chromium {
            $(#[tokio::test]
            async fn $test() {
                super::$test().await;
            })*
        }

        #[tokio::test]
        async fn in_firefox() {
            $crate::support::browser::in_firefox(async {
                $(println!("{}", stringify!($test));
                Box::pin($test()).await;)*
            })
            .await;
        }
    };
}

mod accessibility;
mod chart;
mod conversation;
mod filter;
mod frame;
mod inspector;
mod log;
mod security;
mod sending;
mod watch;
mod watch_view;
mod workbench;
mod worker;
