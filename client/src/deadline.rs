//! Deadlines, which may be far away or not set at all.

use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// A century and more, which nobody waits for. Adding any more to an `Instant` may overflow it.
const FOREVER: Duration = Duration::from_secs(u32::MAX as u64);

/// The time that is this far away.
pub(crate) fn after(duration: Duration) -> Instant {
    Instant::now() + duration.min(FOREVER)
}

/// Waits for the deadline; forever if there is none.
pub(crate) async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_duration_is_too_long() {
        assert!(after(Duration::MAX) > after(Duration::from_secs(3600)));
    }
}
