//! The recent past: events as JSON, up to a number of bytes.

use std::collections::VecDeque;

use axum::body::Bytes;
use wirestamp_protocol::event::{Event, EventId};

use super::wanted::Topic;

/// What an event takes beside its JSON, in bytes: its place in the queue, and the allocation that [`Bytes`] counts in.
const OVERHEAD: usize = size_of::<Entry>() + 64;

/// An event, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: EventId,
    pub(crate) topic: Topic,
    pub(crate) json: Bytes,
}

/// The last events, oldest first. Each has the number after that of the one before.
#[derive(Debug)]
pub(super) struct Ring {
    entries: VecDeque<Entry>,
    /// What the entries take, in bytes.
    used: usize,
    limit: usize,
    /// The last event's.
    last: EventId,
}

impl Ring {
    /// A ring of at most `limit` bytes. `run` says which run of the server this is.
    pub(super) fn new(run: u64, limit: usize) -> Self {
        Self { entries: VecDeque::new(), used: 0, limit, last: EventId { run, number: 0 } }
    }

    /// Adds an event, which gets the next number.
    pub(super) fn publish(&mut self, mut event: Event) {
        self.push(Topic::of(&event), |id| {
            event.set_id(id);
            // Serializing names and numbers never fails.
            serde_json::to_vec(&event).unwrap_or_default()
        });
    }

    /// Adds the event that `write` makes of its number. The oldest ones make room.
    pub(super) fn push(&mut self, topic: Topic, write: impl FnOnce(EventId) -> Vec<u8>) {
        self.last.number += 1;
        let entry = Entry { id: self.last, topic, json: write(self.last).into() };
        self.used += cost(&entry);
        self.entries.push_back(entry);
        self.make_room();
    }

    /// Changes the limit, in bytes.
    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.make_room();
        if self.entries.is_empty() {
            self.entries = VecDeque::new();
        }
    }

    fn make_room(&mut self) {
        while self.used > self.limit
            && let Some(oldest) = self.entries.pop_front()
        {
            self.used -= cost(&oldest);
        }
    }

    /// What the events take, in bytes.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// The last event's number, or 0 in place of it if there was none.
    pub(super) fn last(&self) -> EventId {
        self.last
    }

    /// How many events after `number` are gone, and those that are still here.
    pub(super) fn after(&self, number: u64) -> (u64, impl Iterator<Item = &Entry>) {
        let first = self.last.number + 1 - self.entries.len() as u64;
        let gone = first.saturating_sub(number + 1);
        // At most as many as there are entries.
        let skipped = (number + 1).saturating_sub(first) as usize;
        (gone, self.entries.iter().skip(skipped))
    }

    /// The events, oldest first.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }
}

fn cost(entry: &Entry) -> usize {
    entry.json.len() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(events: usize) -> Ring {
        Ring::new(7, events * (OVERHEAD + 10))
    }

    fn push(ring: &mut Ring, times: usize) {
        for _ in 0..times {
            ring.push(Topic::default(), |_| vec![b'x'; 10]);
        }
    }

    fn after(ring: &Ring, number: u64) -> (u64, Vec<u64>) {
        let (gone, entries) = ring.after(number);
        (gone, entries.map(|entry| entry.id.number).collect())
    }

    #[test]
    fn the_oldest_events_make_room() {
        let mut ring = ring(3);
        assert_eq!(after(&ring, 0), (0, vec![]));
        push(&mut ring, 5);
        assert_eq!(after(&ring, 0), (2, vec![3, 4, 5]));
        assert_eq!(after(&ring, 2), (0, vec![3, 4, 5]));
        assert_eq!(after(&ring, 4), (0, vec![5]));
        assert_eq!(after(&ring, 5), (0, vec![]));
        assert_eq!(after(&ring, 9), (0, vec![]));
        assert!(ring.used() <= ring.limit);
    }

    #[test]
    fn an_event_that_is_larger_than_the_ring_is_gone_at_once() {
        let mut ring = ring(1);
        ring.push(Topic::default(), |_| vec![0; 1000]);
        assert_eq!((after(&ring, 0), ring.used()), ((1, vec![]), 0));
        push(&mut ring, 1);
        assert_eq!(after(&ring, 1), (0, vec![2]));
    }

    #[test]
    fn a_smaller_limit_holds_at_once() {
        let mut ring = ring(3);
        push(&mut ring, 3);
        ring.set_limit(0);
        assert_eq!((after(&ring, 0), ring.used()), ((3, vec![]), 0));
        assert_eq!(ring.last(), EventId { run: 7, number: 3 });
    }
}
