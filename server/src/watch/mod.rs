//! Watching: every session of the server as events, live and of the recent past.
//!
//! It has a thread of its own, the desk, so that watching takes no time from the sessions. What they feed it is in
//! [`crate::journal`].
//!
//! - `desk`: the thread.
//! - `ring`: the recent past.
//! - `wanted`: which events a watcher wants, and from when on.
//! - `watcher`: one watcher, which follows at its own pace.

mod desk;
mod ring;
mod wanted;
mod watcher;

use std::io;

use axum::body::Bytes;
use tokio::sync::{mpsc, oneshot};

pub(crate) use wanted::{Kind, Since, Wanted};
pub(crate) use watcher::{Framing, Subscription};

/// How many requests may wait for the desk. More wait with those who ask.
const REQUESTS: usize = 16;

/// What is asked of the desk.
enum Request {
    Watch(Subscription, mpsc::Sender<Bytes>),
    Sessions(oneshot::Sender<Vec<u8>>),
}

/// A way to ask the desk. Clones ask the same one.
#[derive(Clone)]
pub(crate) struct Watch {
    requests: mpsc::Sender<Request>,
}

impl Watch {
    /// Starts the desk, which keeps events of up to `memory` bytes.
    ///
    /// # Errors
    /// The system has no thread for it.
    pub(crate) fn start(memory: usize) -> io::Result<Self> {
        let (requests, asked) = mpsc::channel(REQUESTS);
        desk::start(memory, asked)?;
        Ok(Self { requests })
    }

    /// Subscribes to events. The channel ends with the server, or when all is told and the subscription doesn't follow.
    pub(crate) async fn subscribe(&self, subscription: Subscription) -> mpsc::Receiver<Bytes> {
        let (out, events) = mpsc::channel(watcher::CHUNKS);
        // If the desk is gone, so is the channel, and the watcher sees its end.
        let _ = self.requests.send(Request::Watch(subscription, out)).await;
        events
    }

    /// The sessions that are open and those that ended lately, as JSON. Empty once the server has ended.
    pub(crate) async fn sessions(&self) -> Vec<u8> {
        let (answer, sessions) = oneshot::channel();
        let _ = self.requests.send(Request::Sessions(answer)).await;
        sessions.await.unwrap_or_default()
    }
}
