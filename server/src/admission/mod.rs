//! How many clients there may be, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::journal::metrics::Metrics;
use crate::peer::Peer;

/// One client's place among all. It is free again when it is dropped.
pub(crate) type Place = OwnedSemaphorePermit;

/// Lets so many clients in at once. At the limit new ones wait in the listener's backlog.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Inner>);

struct Inner {
    /// Which listeners share it, for the log and the metrics.
    listeners: &'static str,
    places: Arc<Semaphore>,
    limit: usize,
    said: AtomicBool,
    metrics: Arc<Metrics>,
}

impl Gate {
    pub(crate) fn new(listeners: &'static str, limit: usize, metrics: Arc<Metrics>) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(limit));
        Self(Arc::new(Inner { listeners, places, limit, said: AtomicBool::new(false), metrics }))
    }

    /// A place for one more client, once there is one.
    pub(crate) async fn place(&self) -> Place {
        let Inner { listeners, places, limit, said, metrics } = &*self.0;
        if let Ok(place) = Arc::clone(places).try_acquire_owned() {
            return place;
        }
        metrics.limit_reached(listeners);
        if !said.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                listeners,
                limit,
                "at the limit of connections: new clients wait until others go; said once, counted each time"
            );
        }
        Arc::clone(places).acquire_owned().await.expect("the semaphore is never closed")
    }
}

/// Lets so many clients of one address in at once.
#[derive(Clone)]
pub(crate) struct PerAddress(Option<Arc<Addresses>>);

struct Addresses {
    limit: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
    metrics: Arc<Metrics>,
}

/// One client's part of its address's limit, given back on drop.
pub(crate) struct Admitted(Option<(Arc<Addresses>, IpAddr)>);

impl PerAddress {
    /// `None` is no limit.
    pub(crate) fn new(limit: Option<usize>, metrics: Arc<Metrics>) -> Self {
        Self(limit.map(|limit| Arc::new(Addresses { limit, open: Mutex::default(), metrics })))
    }

    /// Lets a client in, or not. A process of this computer has no address and always is.
    pub(crate) fn admit(&self, peer: Peer) -> Option<Admitted> {
        let (Some(addresses), Peer::Ip(address)) = (&self.0, peer) else { return Some(Admitted(None)) };
        let mut open = addresses.lock();
        let count = open.entry(address.ip()).or_default();
        if *count >= addresses.limit {
            addresses.metrics.refused("per_ip");
            tracing::debug!(%peer, limit = addresses.limit, "hung up on: its address has its connections");
            return None;
        }
        *count += 1;
        Some(Admitted(Some((Arc::clone(addresses), address.ip()))))
    }
}

impl Addresses {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let Some((addresses, ip)) = &self.0 else { return };
        let mut open = addresses.lock();
        if let Some(count) = open.get_mut(ip) {
            *count -= 1;
            if *count == 0 {
                open.remove(ip);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Peer {
        Peer::Ip(address.parse().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn at_the_limit_a_client_waits_until_another_goes() {
        let metrics = Arc::new(Metrics::new());
        let gate = Gate::new("stream", 1, Arc::clone(&metrics));
        let first = gate.place().await;
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(3600), gate.place()).await;
        assert!(waiting.is_err());
        drop(first);
        let _second = gate.place().await;
        let shown = String::from_utf8(metrics.text()).unwrap();
        assert!(shown.contains("wirestamp_connection_limit_reached_total{listener=\"stream\"} 1"), "{shown}");
    }

    #[test]
    fn an_address_gets_its_connections_and_others_theirs() {
        let addresses = PerAddress::new(Some(2), Arc::new(Metrics::new()));
        let first = addresses.admit(peer("192.0.2.1:1"));
        let second = addresses.admit(peer("192.0.2.1:2"));
        assert!(first.is_some() && second.is_some());
        assert!(addresses.admit(peer("192.0.2.1:3")).is_none());
        assert!(addresses.admit(peer("192.0.2.2:1")).is_some());
        drop(first);
        assert!(addresses.admit(peer("192.0.2.1:3")).is_some());
        assert!(addresses.0.as_ref().unwrap().lock().len() <= 1, "addresses that have gone are forgotten");
    }

    #[test]
    fn without_a_limit_everyone_is_admitted() {
        let addresses = PerAddress::new(None, Arc::new(Metrics::new()));
        let admitted: Vec<_> = (0..1000).filter_map(|_| addresses.admit(peer("192.0.2.1:1"))).collect();
        assert_eq!(admitted.len(), 1000);
    }
}
