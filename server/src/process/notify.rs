//! Notifications to systemd (sd_notify(3)). Without systemd, none are sent.

use sd_notify::NotifyState;
use tokio::time::interval;

/// Tells systemd that the server accepts clients. If there is a watchdog, it is told from then on that the server is
/// alive.
pub(crate) fn ready() {
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    // A watchdog of zero is off, as is none at all (sd_watchdog_enabled(3)).
    let Some(within) = sd_notify::watchdog_enabled().filter(|within| !within.is_zero()) else { return };
    tokio::spawn(async move {
        // Twice as often as necessary, as sd_watchdog_enabled(3) advises.
        let mut ticks = interval(within / 2);
        loop {
            ticks.tick().await;
            let _ = sd_notify::notify(&[NotifyState::Watchdog]);
        }
    });
}

/// Tells systemd that the server is stopping.
pub(crate) fn stopping() {
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
}
