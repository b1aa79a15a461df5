//! Limits on clients, in total and per address.

mod per_address;
mod places;

use crate::journal::Journal;
use crate::peer::Peer;

use per_address::{PerAddress, Share};
use places::Places;

pub(crate) use places::Place;

/// The limits that the clients of some listeners share.
#[derive(Clone)]
pub(crate) struct Admission {
    places: Places,
    per_address: PerAddress,
    journal: Journal,
}

/// An admitted client's part of the limits, given back on drop.
pub(crate) struct Admitted {
    place: Place,
    _share: Share,
}

impl Admission {
    /// Lets `places` clients in at once, and `per_address` from one address, where `None` means no limit.
    /// `listeners` is what the log and the metrics call them.
    pub(crate) fn new(
        listeners: &'static str,
        places: usize,
        per_address: Option<usize>,
        journal: Journal,
    ) -> Self {
        let places = Places::new(listeners, places, 0, journal.clone());
        Self { places, per_address: PerAddress::new(per_address), journal }
    }

    /// The limits of other listeners: places of their own and a reserve, but the same clients from one address.
    pub(crate) fn beside(&self, listeners: &'static str, places: usize, reserve: usize) -> Self {
        Self { places: Places::new(listeners, places, reserve, self.journal.clone()), ..self.clone() }
    }

    /// Whether new clients have to wait until others leave.
    pub(crate) fn is_full(&self) -> bool {
        self.places.are_full()
    }

    /// Waits for a free place.
    pub(crate) async fn place(&self) -> Place {
        self.places.place().await
    }

    /// Lets in the client that holds `place`, unless its address has all its connections already.
    pub(crate) fn admit(&self, peer: Peer, place: Place) -> Option<Admitted> {
        match self.per_address.share(peer) {
            Ok(share) => Some(Admitted { place, _share: share }),
            Err(limit) => {
                self.journal.refused_per_address(peer, limit);
                None
            }
        }
    }
}

impl Admitted {
    /// Whether the client got a place of the reserve, because all others were taken.
    pub(crate) fn is_reserve(&self) -> bool {
        self.place.is_reserve
    }
}
