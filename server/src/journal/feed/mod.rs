//! The feed: what sessions tell those who watch.
//!
//! Watching must not change the timing of what is watched. So a session only appends a short record, with a copy of the
//! bytes that it read, to a batch of bounded size. Many times a second, a task on the same thread passes the batch on
//! to the desk ([`crate::watch`]), which makes events of it on a thread of its own. Nobody ever waits for the lock: all
//! who take it are on one thread. A read that the batch has no room for is left out and counted.

mod record;

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::sleep;

pub(crate) use record::{Answered, Arrived, Batch, Closed, Entrance, Missed, Opened, Record, Slice};

/// How long records are gathered before they are passed on.
const GATHER: Duration = Duration::from_millis(25);

/// The feed of a server. Clones are one feed.
#[derive(Clone, Default)]
pub(crate) struct Feed(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// 0 while nobody watches. Otherwise the number of times that watching has begun, so that sessions can tell whether
    /// they have been introduced to those who watch now.
    epoch: AtomicU32,
    /// How often watching has begun.
    epochs: AtomicU32,
    /// The most that a batch may take, in bytes.
    limit: AtomicUsize,
    batch: Mutex<Batch>,
    /// An empty batch, to be filled next.
    spare: Mutex<Option<Batch>>,
    begun: Notify,
    /// How many records were left out.
    left_out: AtomicU64,
    /// What the desk holds, in bytes.
    at_desk: AtomicUsize,
}

impl Feed {
    /// Takes records from now on, in batches of `limit` bytes.
    pub(crate) fn open(&self, limit: usize) {
        self.0.limit.store(limit, Relaxed);
        self.0.epoch.store(self.0.epochs.fetch_add(1, Relaxed) + 1, Relaxed);
    }

    /// Takes no more records.
    pub(crate) fn close(&self) {
        self.0.epoch.store(0, Relaxed);
    }

    /// Whether it takes records.
    pub(crate) fn is_open(&self) -> bool {
        self.epoch() != 0
    }

    /// 0 while nobody watches, otherwise which time it is that somebody does.
    #[inline]
    pub(super) fn epoch(&self) -> u32 {
        self.0.epoch.load(Relaxed)
    }

    /// How many records were left out so far.
    pub(super) fn left_out(&self) -> u64 {
        self.0.left_out.load(Relaxed)
    }

    /// Adds a record with bytes, if there's room for it. Returns whether there was.
    pub(super) fn push_read(&self, bytes: &[u8], record: impl FnOnce(Slice) -> Record) -> bool {
        self.push(bytes.len(), 1, |batch| {
            let slice = batch.keep(bytes);
            batch.records.push(record(slice));
        })
    }

    /// Adds a record that others rely on: it may take as much room again as all the reads.
    pub(super) fn push_always(&self, record: impl FnOnce() -> Record) -> bool {
        self.push(0, 2, |batch| batch.records.push(record()))
    }

    fn push(&self, bytes: usize, limits: usize, write: impl FnOnce(&mut Batch)) -> bool {
        // It's never taken: whoever takes it is on this thread, and doesn't await meanwhile.
        let Ok(mut batch) = self.0.batch.try_lock() else {
            self.0.left_out.fetch_add(1, Relaxed);
            return false;
        };
        if batch.used() + size_of::<Record>() + bytes > limits * self.0.limit.load(Relaxed) {
            self.0.left_out.fetch_add(1, Relaxed);
            return false;
        }
        let is_first = batch.is_empty();
        write(&mut batch);
        drop(batch);
        if is_first {
            self.0.begun.notify_one();
        }
        true
    }

    /// Takes the records so far.
    fn take(&self) -> Batch {
        let spare = self.0.spare.try_lock().ok().and_then(|mut spare| spare.take());
        match self.0.batch.try_lock() {
            Ok(mut batch) => std::mem::replace(&mut batch, spare.unwrap_or_default()),
            Err(_) => Batch::default(),
        }
    }

    /// Gives a batch back whose records have been read, so that its memory is used again.
    pub(crate) fn give_back(&self, mut batch: Batch) {
        batch.clear();
        if let Ok(mut spare) = self.0.spare.try_lock() {
            *spare = Some(batch);
        }
    }

    /// Notes what the desk holds, in bytes.
    pub(crate) fn set_at_desk(&self, bytes: usize) {
        self.0.at_desk.store(bytes, Relaxed);
    }

    /// How much memory watching takes, in bytes: what the desk holds, and the batches.
    pub(super) fn memory(&self) -> usize {
        let batch = self.0.batch.try_lock().map_or(0, |batch| batch.allocated());
        let spare = self.0.spare.try_lock().map_or(0, |spare| spare.as_ref().map_or(0, Batch::allocated));
        self.0.at_desk.load(Relaxed) + batch + spare
    }

    /// Passes on what there is now, unless the desk is behind.
    pub(crate) fn flush(&self, desk: &mpsc::Sender<Batch>) {
        if let Ok(place) = desk.try_reserve() {
            let batch = self.take();
            if !batch.is_empty() {
                place.send(batch);
            }
        }
    }

    /// Passes batches on to the desk until it's gone. Runs on the sessions' thread.
    pub(crate) async fn run(self, desk: mpsc::Sender<Batch>) {
        loop {
            self.0.begun.notified().await;
            sleep(GATHER).await;
            // While the desk is behind, the batch fills up.
            let Ok(place) = desk.reserve().await else { return };
            let batch = self.take();
            if !batch.is_empty() {
                place.send(batch);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use wirestamp_protocol::Cut;

    fn ended(session: u64) -> Record {
        Record::Ended { session, cut: Cut::Gap }
    }

    fn push_read(feed: &Feed, bytes: usize) -> bool {
        let arrival = Arrived { at: wirestamp_protocol::event::Timestamp::default(), waited: None };
        feed.push_read(&vec![b'x'; bytes], |bytes| Record::Read { session: 1, arrival, bytes })
    }

    #[test]
    fn a_read_without_room_is_left_out_but_its_end_is_told() {
        let feed = Feed::default();
        feed.open(1000);
        assert!(push_read(&feed, 500));
        assert!(!push_read(&feed, 500));
        assert!(feed.push_always(|| ended(1)));
        assert_eq!(feed.left_out(), 1);
        let batch = feed.take();
        assert_eq!(batch.records.len(), 2);
        assert!(matches!(batch.records[0], Record::Read { bytes, .. } if batch.bytes(bytes) == [b'x'; 500]));
    }

    #[test]
    fn what_is_always_told_is_bounded_too() {
        let feed = Feed::default();
        feed.open(10 * size_of::<Record>());
        let told = (0..100).filter(|_| feed.push_always(|| ended(1))).count();
        assert_eq!((told, feed.left_out()), (20, 80));
    }

    #[test]
    fn each_time_that_watching_begins_is_another() {
        let feed = Feed::default();
        assert_eq!(feed.epoch(), 0);
        feed.open(1000);
        assert_eq!(feed.epoch(), 1);
        feed.close();
        assert_eq!(feed.epoch(), 0);
        feed.open(1000);
        assert_eq!(feed.epoch(), 2);
    }

    #[test]
    fn the_memory_of_a_batch_is_used_again() {
        let feed = Feed::default();
        feed.open(10_000);
        push_read(&feed, 5000);
        let batch = feed.take();
        let allocated = batch.allocated();
        feed.give_back(batch);
        // The spare one is filled after the next.
        drop(feed.take());
        assert_eq!(feed.take().allocated(), allocated);
    }

    #[tokio::test(start_paused = true)]
    async fn records_are_gathered_and_passed_on_together() {
        let feed = Feed::default();
        feed.open(10_000);
        let (desk, mut batches) = mpsc::channel(1);
        tokio::spawn(feed.clone().run(desk));
        push_read(&feed, 1);
        tokio::task::yield_now().await;
        push_read(&feed, 2);
        assert_eq!(batches.recv().await.unwrap().records.len(), 2);
        push_read(&feed, 3);
        assert_eq!(batches.recv().await.unwrap().records.len(), 1);
    }
}
