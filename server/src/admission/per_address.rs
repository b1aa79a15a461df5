//! How many clients one address may have at once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::peer::Peer;

/// Counts the clients of each address, up to a limit.
#[derive(Clone)]
pub(crate) struct PerAddress(Option<Arc<Addresses>>);

struct Addresses {
    limit: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// One client's part of its address's limit, given back on drop.
pub(crate) struct Share(Option<Box<(Arc<Addresses>, IpAddr)>>);

impl PerAddress {
    /// `None` means no limit.
    pub(crate) fn new(limit: Option<usize>) -> Self {
        Self(limit.map(|limit| Arc::new(Addresses { limit, open: Mutex::default() })))
    }

    /// Counts one more client. A process of this computer has no address and is never refused.
    ///
    /// # Errors
    /// The limit, if the address has reached it.
    pub(crate) fn share(&self, peer: Peer) -> Result<Share, usize> {
        let (Some(addresses), Peer::Ip(address)) = (&self.0, peer) else { return Ok(Share(None)) };
        let mut open = addresses.lock();
        let count = open.entry(address.ip()).or_default();
        if *count >= addresses.limit {
            return Err(addresses.limit);
        }
        *count += 1;
        Ok(Share(Some(Box::new((Arc::clone(addresses), address.ip())))))
    }
}

impl Addresses {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some((addresses, ip)) = self.0.as_deref() else { return };
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

    #[test]
    fn each_address_has_its_own_limit() {
        let addresses = PerAddress::new(Some(2));
        let first = addresses.share(peer("192.0.2.1:1"));
        let second = addresses.share(peer("192.0.2.1:2"));
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(addresses.share(peer("192.0.2.1:3")).err(), Some(2));
        assert!(addresses.share(peer("192.0.2.2:1")).is_ok());
        drop(first);
        assert!(addresses.share(peer("192.0.2.1:3")).is_ok());
        assert!(addresses.0.as_ref().unwrap().lock().len() <= 1, "addresses that have gone are forgotten");
    }

    #[test]
    fn without_a_limit_nobody_is_refused() {
        let addresses = PerAddress::new(None);
        let shares: Vec<_> = (0..1000).flat_map(|_| addresses.share(peer("192.0.2.1:1"))).collect();
        assert_eq!(shares.len(), 1000);
    }
}
