//! One watcher: it follows the ring at its own pace.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use wirestamp_protocol::event::{Dropped, Event, EventId, Timestamp};

use super::ring::{Entry, Ring};
use super::wanted::{Since, Topic, Wanted};

/// The most that is sent at once, in bytes, give or take an event.
const CHUNK: usize = 64 * 1024;

/// How many chunks may wait for a watcher that doesn't read. With the one that it's about to get, 256 KiB at most.
pub(super) const CHUNKS: usize = 3;

/// After so much silence, a watcher gets a sign of life: proxies cut connections that are quiet for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How events are written for a watcher.
pub(crate) trait Framing: Send {
    /// Writes what comes before the first event.
    fn begin(&mut self, _out: &mut Vec<u8>) {}

    /// Writes an event.
    fn event(&mut self, id: EventId, json: &[u8], out: &mut Vec<u8>);

    /// Writes a sign of life.
    fn keep_alive(&mut self, _out: &mut Vec<u8>) {}
}

/// What a watcher asks for.
pub(crate) struct Subscription {
    pub(crate) wanted: Wanted,
    pub(crate) since: Since,
    /// Whether to wait for what is yet to happen.
    pub(crate) follow: bool,
    pub(crate) framing: Box<dyn Framing>,
}

pub(super) struct Watcher {
    pub(super) ring: Rc<RefCell<Ring>>,
    /// Changes when there are new events. It's closed at the end.
    pub(super) news: watch::Receiver<()>,
    pub(super) out: mpsc::Sender<Bytes>,
}

impl Watcher {
    /// Sends events until the client is gone, the server ends, or all is told and nothing is to be waited for.
    pub(super) async fn run(mut self, asked: Subscription) {
        let Subscription { wanted, since, follow, mut framing } = asked;
        let mut told = self.start(since);
        let until = if follow { u64::MAX } else { self.ring.borrow().last().number };
        let mut chunk = Vec::new();
        framing.begin(&mut chunk);
        loop {
            self.news.mark_unchanged();
            told = self.collect(told, until, &wanted, framing.as_mut(), &mut chunk);
            if !chunk.is_empty() {
                // What happens until there's room is in the ring, or has to be counted as dropped.
                if self.out.send(std::mem::take(&mut chunk).into()).await.is_err() {
                    return;
                }
                continue;
            }
            if !follow || self.out.is_closed() {
                return;
            }
            tokio::select! {
                () = self.out.closed() => return,
                changed = timeout(KEEP_ALIVE, self.news.changed()) => match changed {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => return,
                    Err(_) => framing.keep_alive(&mut chunk),
                },
            }
        }
    }

    /// The number of the last event that isn't to be told.
    fn start(&self, since: Since) -> u64 {
        let ring = self.ring.borrow();
        let oldest = || ring.entries().next().map_or(ring.last().number, |entry| entry.id.number - 1);
        match since {
            Since::Oldest => oldest(),
            Since::Now => ring.last().number,
            Since::Event(id) if id.run == ring.last().run => id.number.min(ring.last().number),
            Since::Event(_) => oldest(),
            Since::Time(time) => {
                let first = ring.entries().find(|entry| entry.topic.at >= time);
                first.map_or(ring.last().number, |entry| entry.id.number - 1)
            }
        }
    }

    /// Writes the events after `told`, as far as a chunk has room. Returns the number of the last one.
    fn collect(
        &self,
        mut told: u64,
        until: u64,
        wanted: &Wanted,
        framing: &mut dyn Framing,
        chunk: &mut Vec<u8>,
    ) -> u64 {
        let ring = self.ring.borrow();
        let (gone, entries) = ring.after(told);
        if gone > 0 && told < until {
            told += gone;
            let missing = missing(EventId { number: told, ..ring.last() }, gone);
            framing.event(missing.id, &missing.json, chunk);
        }
        for Entry { id, topic, json } in entries.take_while(|entry| entry.id.number <= until) {
            if chunk.len() >= CHUNK {
                break;
            }
            told = id.number;
            if wanted.includes(topic) {
                framing.event(*id, json, chunk);
            }
        }
        told
    }
}

/// Tells that `events` events up to `last` were lost before this watcher had them.
fn missing(last: EventId, events: u64) -> Entry {
    let at = Timestamp(wirestamp_arrival::Reading::now().wall);
    let event =
        Event::Dropped(Dropped { id: last, at, session: None, reads: 0, messages: 0, bytes: 0, events });
    // Serializing names and numbers never fails.
    let json = serde_json::to_vec(&event).unwrap_or_default().into();
    Entry { id: last, topic: Topic::of(&event), json }
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::Value;
    use tokio::task::{JoinHandle, LocalSet, spawn_local};
    use wirestamp_protocol::event::Transport;

    use crate::watch::wanted::Kind;

    struct Lines;

    impl Framing for Lines {
        fn event(&mut self, _: EventId, json: &[u8], out: &mut Vec<u8>) {
            out.extend_from_slice(json);
            out.push(b'\n');
        }

        fn keep_alive(&mut self, out: &mut Vec<u8>) {
            out.push(b'\n');
        }
    }

    /// A ring with watchers.
    struct Events {
        ring: Rc<RefCell<Ring>>,
        news: watch::Sender<()>,
    }

    impl Events {
        fn new(limit: usize) -> Self {
            Self { ring: Rc::new(RefCell::new(Ring::new(1, limit))), news: watch::Sender::new(()) }
        }

        /// Adds events whose JSON is their number.
        fn push(&self, count: u64) {
            for _ in 0..count {
                let topic = Topic {
                    kind: Kind::Message,
                    session: Some((1, Transport::Tcp)),
                    at: Timestamp(Duration::from_secs(self.ring.borrow().last().number + 1)),
                };
                self.ring.borrow_mut().push(topic, |id| id.number.to_string().into_bytes());
            }
            self.news.send_replace(());
        }

        fn watch(&self, since: Since, follow: bool) -> (mpsc::Receiver<Bytes>, JoinHandle<()>) {
            let (out, told) = mpsc::channel(CHUNKS);
            let watcher = Watcher { ring: Rc::clone(&self.ring), news: self.news.subscribe(), out };
            let asked = Subscription { wanted: Wanted::default(), since, follow, framing: Box::new(Lines) };
            (told, spawn_local(watcher.run(asked)))
        }

        /// What is here, told to a watcher that doesn't wait.
        async fn told(&self, since: Since) -> String {
            let (mut told, _) = self.watch(since, false);
            let mut text = Vec::new();
            while let Some(chunk) = told.recv().await {
                text.extend_from_slice(&chunk);
            }
            String::from_utf8(text).unwrap()
        }
    }

    fn locally(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        LocalSet::new().block_on(&runtime.unwrap(), test);
    }

    #[test]
    fn a_watcher_begins_where_it_asks_to() {
        locally(async {
            let events = Events::new(1 << 20);
            events.push(4);
            let id = |run, number| Since::Event(EventId { run, number });
            assert_eq!(events.told(Since::Oldest).await, "1\n2\n3\n4\n");
            assert_eq!(events.told(Since::Now).await, "");
            assert_eq!(events.told(id(1, 2)).await, "3\n4\n");
            assert_eq!(events.told(id(1, 99)).await, "");
            assert_eq!(events.told(id(2, 2)).await, "1\n2\n3\n4\n");
            assert_eq!(events.told(Since::Time(Timestamp(Duration::from_millis(2500)))).await, "3\n4\n");
        });
    }

    #[test]
    fn a_watcher_that_follows_gets_what_happens_next_and_signs_of_life() {
        locally(async {
            let events = Events::new(1 << 20);
            events.push(1);
            let (mut told, task) = events.watch(Since::Oldest, true);
            assert_eq!(told.recv().await.unwrap(), "1\n");
            events.push(2);
            assert_eq!(told.recv().await.unwrap(), "2\n3\n");
            assert_eq!(told.recv().await.unwrap(), "\n");
            drop(events);
            assert_eq!(told.recv().await, None);
            task.await.unwrap();
        });
    }

    #[test]
    fn a_watcher_that_does_not_read_is_told_how_much_it_missed() {
        locally(async {
            let events = Events::new(1 << 20);
            let (mut told, _) = events.watch(Since::Oldest, true);
            let mut pushed = 0;
            while pushed < 100_000 {
                events.push(1000);
                pushed += 1000;
                tokio::task::yield_now().await;
            }
            drop(events);
            let (mut next, mut missed) = (1, 0);
            while let Some(chunk) = told.recv().await {
                for line in std::str::from_utf8(&chunk).unwrap().lines() {
                    match serde_json::from_str::<Value>(line).unwrap() {
                        Value::Number(number) => assert_eq!(number.as_u64().unwrap(), next),
                        dropped => {
                            missed += dropped["events"].as_u64().unwrap();
                            assert_eq!(dropped["id"], format!("1-{}", next + missed - 1));
                            next += missed - 1;
                        }
                    }
                    next += 1;
                }
            }
            assert_eq!(next, pushed + 1);
            assert!(missed > 0);
        });
    }

    #[test]
    fn a_watcher_that_leaves_ends_its_task() {
        locally(async {
            let events = Events::new(1 << 20);
            let (told, task) = events.watch(Since::Oldest, true);
            tokio::task::yield_now().await;
            drop(told);
            task.await.unwrap();
        });
    }
}
