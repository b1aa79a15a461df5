//! The timestamp service over streams: TCP and Unix sockets.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wirestamp_protocol::Format;

use crate::accept::{self, Listener};
use crate::introduce::Introductions;
use crate::peer::{Peer, Transport};
use crate::session::{Session, Settings};

/// What its listeners share.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) settings: Settings,
    pub(crate) introductions: Introductions,
    pub(crate) stop: CancellationToken,
    /// Sessions are tracked here.
    pub(crate) tasks: TaskTracker,
}

impl Service {
    /// Serves the clients of one listener, with stamps in `format`, until the stop.
    pub(crate) fn start<L: Listener>(&self, listener: L, transport: Transport, format: Format) {
        let service = Self { settings: Settings { format, ..self.settings.clone() }, ..self.clone() };
        let (stop, tasks) = (self.stop.clone(), self.tasks.clone());
        self.tasks.spawn(accept::each(listener, stop, tasks, move |stream, peer| {
            let (session, stop) = (service.open(transport, peer), service.stop.clone());
            async move { session.run(stream, &stop).await }
        }));
    }

    /// A client that the bridge introduced is served in its own name, and with the format it asked for.
    fn open(&self, transport: Transport, peer: Peer) -> Session {
        match self.introductions.take(peer) {
            None => Session::open(transport, peer, &self.settings),
            Some(client) => {
                let format = client.format.unwrap_or_else(|| self.settings.format.clone());
                Session::open(Transport::Ws, client.peer, &Settings { format, ..self.settings.clone() })
            }
        }
    }
}
