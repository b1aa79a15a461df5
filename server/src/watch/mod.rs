//! Watching: every session of the server as events, live and of the recent past.
//!
//! It has a thread of its own, the desk, so that watching takes no time from the sessions. What they feed it is in
//! [`crate::journal`].
//!
//! - `desk`: the thread.
//! - `editor`: making events of what sessions feed.
//! - `ring`: the recent past.
//! - `wanted`: which events a watcher wants, and from when on.
//! - `watcher`: one watcher, which follows at its own pace.

mod desk;
mod editor;
mod ring;
mod wanted;
mod watcher;

use std::io;

use axum::body::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::journal::Journal;
use crate::journal::feed::{Batch, Feed};

pub(crate) use editor::Rules;
pub(crate) use wanted::{Kind, Since, Wanted};
pub(crate) use watcher::{Framing, Subscription};

/// How many requests may wait for the desk. More wait with those who ask.
const REQUESTS: usize = 16;

/// What the desk has to know.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) rules: Rules,
    /// How much memory events and what they are made of may take, in bytes.
    pub(crate) memory: usize,
    pub(crate) journal: Journal,
}

/// What is asked of the desk.
enum Request {
    Watch(Subscription, mpsc::Sender<Bytes>),
    Sessions(oneshot::Sender<Vec<u8>>),
    End(oneshot::Sender<()>),
}

/// A way to ask the desk. Clones ask the same one.
#[derive(Clone)]
pub(crate) struct Watch {
    feed: Feed,
    batches: mpsc::Sender<Batch>,
    requests: mpsc::Sender<Request>,
}

impl Watch {
    /// Starts the desk, and the task that carries batches to it.
    ///
    /// # Errors
    /// The system has no thread for it.
    pub(crate) fn start(settings: Settings) -> io::Result<Self> {
        let feed = settings.journal.all_feed().clone();
        // One batch waits while another one is read.
        let (batches, fed) = mpsc::channel(1);
        let (requests, asked) = mpsc::channel(REQUESTS);
        desk::start(settings, fed, asked)?;
        tokio::spawn(feed.clone().run(batches.clone()));
        Ok(Self { feed, batches, requests })
    }

    /// Subscribes to events. The channel ends with the server, or when all is told and the subscription doesn't follow.
    pub(crate) async fn subscribe(&self, subscription: Subscription) -> mpsc::Receiver<Bytes> {
        let (out, events) = mpsc::channel(watcher::CHUNKS);
        self.ask(Request::Watch(subscription, out)).await;
        events
    }

    /// The sessions that are open and those that ended lately, as JSON. Empty once the server has ended.
    pub(crate) async fn sessions(&self) -> Vec<u8> {
        let (answer, sessions) = oneshot::channel();
        self.ask(Request::Sessions(answer)).await;
        sessions.await.unwrap_or_default()
    }

    /// Tells the watchers what is left, and ends the desk. Waits for as long as they take.
    pub(crate) async fn end(&self) {
        let (done, ended) = oneshot::channel();
        self.ask(Request::End(done)).await;
        let _ = ended.await;
    }

    /// Asks the desk, which first gets what has happened before. If the desk is gone, so is the way back for the answer,
    /// and whoever waits for it sees that.
    async fn ask(&self, request: Request) {
        self.feed.flush(&self.batches);
        let _ = self.requests.send(request).await;
    }
}
