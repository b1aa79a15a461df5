//! What systemd likes to be told (sd_notify(3)). Without systemd nothing happens.

use sd_notify::NotifyState;
use tokio::time::interval;

/// Tells systemd that clients may come, and from then on that the server is alive, if it wants to know.
pub(crate) fn ready() {
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    // None, or one of no time at all: sd_watchdog_enabled(3) takes either for a watchdog that is off.
    let Some(within) = sd_notify::watchdog_enabled().filter(|within| !within.is_zero()) else { return };
    tokio::spawn(async move {
        // Twice as often as it is needed, as sd_watchdog_enabled(3) advises.
        let mut ticks = interval(within / 2);
        loop {
            ticks.tick().await;
            let _ = sd_notify::notify(&[NotifyState::Watchdog]);
        }
    });
}

/// Tells systemd that the server is on its way out.
pub(crate) fn stopping() {
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
}
