//! Helpers that the tests share.

pub(crate) mod axe;
pub(crate) mod browser;
pub(crate) mod burst;
pub(crate) mod events;
pub(crate) mod group;
pub(crate) mod http;
pub(crate) mod memory;
pub(crate) mod metrics;
pub(crate) mod page;
pub(crate) mod peer;
pub(crate) mod place;
pub(crate) mod random;
pub(crate) mod scratch;
pub(crate) mod server;
pub(crate) mod shell;
pub(crate) mod terminal;
pub(crate) mod watcher;
pub(crate) mod websocket;

pub(crate) use server::Server;

use std::time::Duration;

use tokio::time::timeout;

/// How long anything may take before a test fails. No test waits this long when it passes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The length of a stamp with its brackets and the space.
pub(crate) const STAMP: usize = 27;

/// Waits for a future that must complete soon.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{what}: nothing within {PATIENCE:?}"))
}

/// Removes the stamp from a reply, and checks that it is from the last minute, in UTC.
pub(crate) fn unstamp(reply: &[u8]) -> &[u8] {
    let shown = String::from_utf8_lossy(reply);
    let (stamp, message) =
        wirestamp_protocol::split_stamp(reply).unwrap_or_else(|| panic!("no stamp: {shown}"));
    assert_eq!(stamp.len(), STAMP - 3, "{shown}");
    let stamp = std::str::from_utf8(stamp).unwrap();
    let at = chrono::NaiveDateTime::parse_from_str(stamp, "%a %b %e %H:%M:%S %Y").expect(stamp).and_utc();
    let age = chrono::Utc::now() - at;
    assert!((0..60).contains(&age.num_seconds()), "{stamp} is {age} ago");
    message
}

/// Sends a signal to a process by the signal's name, such as `TERM`.
pub(crate) fn signal(pid: u32, name: &str) {
    let sent = std::process::Command::new("kill").args(["-s", name, &pid.to_string()]).status().unwrap();
    assert!(sent.success(), "kill -s {name} {pid}");
}

/// The port of an address that the server printed.
pub(crate) fn port_of(address: &str) -> u16 {
    address.rsplit(':').next().unwrap().parse().unwrap()
}
