//! The desk: the thread on which events are made, kept and handed to watchers.

use std::cell::RefCell;
use std::rc::Rc;

use tokio::runtime::Builder;
use tokio::sync::{mpsc, watch};
use tokio::task::{LocalSet, spawn_local};
use wirestamp_arrival::Reading;

use super::Request;
use super::ring::Ring;
use super::watcher::Watcher;

/// Starts the thread. It ends when nobody can ask it for anything any more.
///
/// # Errors
/// The system has no thread, or nothing to wait for events with.
pub(super) fn start(memory: usize, requests: mpsc::Receiver<Request>) -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let run = move || LocalSet::new().block_on(&runtime, Desk::new(memory).run(requests));
    std::thread::Builder::new().name("watch".into()).spawn(run)?;
    Ok(())
}

struct Desk {
    ring: Rc<RefCell<Ring>>,
    news: watch::Sender<()>,
}

impl Desk {
    fn new(memory: usize) -> Self {
        let run = Reading::now().wall.as_secs();
        Self { ring: Rc::new(RefCell::new(Ring::new(run, memory))), news: watch::Sender::new(()) }
    }

    async fn run(self, mut requests: mpsc::Receiver<Request>) {
        while let Some(request) = requests.recv().await {
            match request {
                Request::Watch(asked, out) => {
                    let watcher = Watcher { ring: Rc::clone(&self.ring), news: self.news.subscribe(), out };
                    spawn_local(watcher.run(asked));
                }
                Request::Sessions(answer) => {
                    // Whoever asked may be gone.
                    let _ = answer.send(b"{}".to_vec());
                }
            }
        }
    }
}
