//! Places: how many clients there may be at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::journal::{Journal, SaidOnce};

/// One client's place, free again once it is dropped.
pub(crate) type Place = OwnedSemaphorePermit;

/// A place for each client that may be connected. At the limit, new clients wait in the backlog of their listener.
#[derive(Clone)]
pub(crate) struct Places(Arc<Inner>);

struct Inner {
    /// The listeners that share the places, for the log and the metrics.
    listeners: &'static str,
    free: Arc<Semaphore>,
    limit: usize,
    said: SaidOnce,
    journal: Journal,
}

impl Places {
    pub(crate) fn new(listeners: &'static str, limit: usize, journal: Journal) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        let free = Arc::new(Semaphore::new(limit));
        Self(Arc::new(Inner { listeners, free, limit, said: SaidOnce::default(), journal }))
    }

    /// Waits for a free place.
    pub(crate) async fn place(&self) -> Place {
        let Inner { listeners, free, limit, said, journal } = &*self.0;
        if let Ok(place) = Arc::clone(free).try_acquire_owned() {
            return place;
        }
        journal.limit_reached(listeners, *limit, said);
        Arc::clone(free).acquire_owned().await.expect("the semaphore is never closed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn at_the_limit_a_client_waits_until_another_goes() {
        let journal = Journal::new();
        let places = Places::new("stream", 1, journal.clone());
        let first = places.place().await;
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(3600), places.place()).await;
        assert!(waiting.is_err());
        drop(first);
        let _second = places.place().await;
        let shown = String::from_utf8(journal.metrics()).unwrap();
        assert!(shown.contains("wirestamp_connection_limit_reached_total{listener=\"stream\"} 1"), "{shown}");
    }
}
