//! Probes: clients that connect and leave without having sent anything, as load balancers do every few seconds. Of those
//! that follow each other from one host, the first is told at once, and the others now and then, with their number.

use std::collections::HashMap;
use std::time::Duration;

use wirestamp_protocol::event::Timestamp;

use super::session::{Ended, Session, Summary};
use crate::watch::ring::Ring;

/// How long the probes from one host are gathered.
const GATHER: Duration = Duration::from_secs(10);

/// The most hosts whose probes are gathered. Those of others are told one by one.
const HOSTS_MAX: usize = 1024;

/// Who probes, and which listener.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Prober {
    pub(super) host: String,
    pub(super) listener: String,
}

/// The probes of one prober.
struct Gathered {
    told_at: Timestamp,
    /// How many there were since, and the last one.
    untold: Option<(u64, Session, Ended)>,
}

#[derive(Default)]
pub(super) struct Probes(HashMap<Prober, Gathered>);

impl Probes {
    /// Takes a probe, and returns its summary if it's told now.
    pub(super) fn add(
        &mut self,
        from: Prober,
        probe: Session,
        ended: Ended,
        ring: &mut Ring,
    ) -> Option<Summary> {
        match self.0.get_mut(&from) {
            Some(gathered) => {
                let before = gathered.untold.take().map_or(0, |(count, ..)| count);
                gathered.untold = Some((before + 1, probe, ended));
                None
            }
            None => {
                if self.0.len() < HOSTS_MAX {
                    self.0.insert(from, Gathered { told_at: ended.at, untold: None });
                }
                Some(tell(probe, ended, 1, ring))
            }
        }
    }

    /// Tells what has been gathered for long enough, and returns the summaries.
    pub(super) fn tick(&mut self, now: Timestamp, ring: &mut Ring) -> Vec<Summary> {
        let mut told = Vec::new();
        self.0.retain(|_, gathered| {
            if now - gathered.told_at < GATHER {
                return true;
            }
            gathered.told_at = now;
            let untold = gathered.untold.take();
            let goes_on = untold.is_some();
            told.extend(untold.map(|(count, probe, ended)| tell(probe, ended, count, ring)));
            goes_on
        });
        told
    }
}

fn tell(probe: Session, ended: Ended, count: u64, ring: &mut Ring) -> Summary {
    probe.tell_opened(ring);
    probe.tell_closed(ended, count, ring)
}
