//! Places: how many clients there may be at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::journal::{Journal, SaidOnce};

/// One client's place, free again once it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
    pub(super) is_reserve: bool,
}

/// As many places as there may be clients. At the limit, new ones get the places of the reserve, if there is one. Then
/// they wait in the listener's backlog.
#[derive(Clone)]
pub(crate) struct Places(Arc<Inner>);

struct Inner {
    /// The listeners that share the places, for the log and the metrics.
    listeners: &'static str,
    free: Arc<Semaphore>,
    reserve: Arc<Semaphore>,
    limit: usize,
    said: SaidOnce,
    journal: Journal,
}

impl Places {
    pub(crate) fn new(listeners: &'static str, limit: usize, reserve: usize, journal: Journal) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        let (free, reserve) = (Arc::new(Semaphore::new(limit)), Arc::new(Semaphore::new(reserve)));
        Self(Arc::new(Inner { listeners, free, reserve, limit, said: SaidOnce::default(), journal }))
    }

    /// Whether there is no place left outside the reserve.
    pub(crate) fn are_full(&self) -> bool {
        self.0.free.available_permits() == 0
    }

    /// Waits for a free place.
    pub(crate) async fn place(&self) -> Place {
        let Inner { listeners, free, reserve, limit, said, journal } = &*self.0;
        if let Ok(permit) = Arc::clone(free).try_acquire_owned() {
            return Place { _permit: permit, is_reserve: false };
        }
        journal.limit_reached(listeners, *limit, said);
        let (permit, is_reserve) = tokio::select! {
            biased;
            permit = Arc::clone(free).acquire_owned() => (permit, false),
            permit = Arc::clone(reserve).acquire_owned() => (permit, true),
        };
        Place { _permit: permit.expect("the semaphores are never closed"), is_reserve }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn at_the_limit_a_client_waits_until_another_goes() {
        let journal = Journal::new(false);
        let places = Places::new("stream", 1, 0, journal.clone());
        let first = places.place().await;
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(3600), places.place()).await;
        assert!(waiting.is_err());
        drop(first);
        let _second = places.place().await;
        assert!(places.are_full());
        let shown = String::from_utf8(journal.metrics()).unwrap();
        assert!(shown.contains("wirestamp_connection_limit_reached_total{listener=\"stream\"} 1"), "{shown}");
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_limit_a_client_gets_a_place_of_the_reserve() {
        let places = Places::new("http", 1, 1, Journal::new(false));
        let first = places.place().await;
        let second = places.place().await;
        assert!(!first.is_reserve && second.is_reserve);
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(3600), places.place()).await;
        assert!(waiting.is_err());
        drop(first);
        assert!(!places.place().await.is_reserve);
    }
}
