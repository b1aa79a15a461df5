//! The timestamp service over streams: TCP and Unix sockets.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wirestamp_protocol::Format;

use crate::accept::{self, Listener};
use crate::gate::{Admitted, Gate, PerAddress};
use crate::introduce::Introductions;
use crate::peer::{Peer, Transport};
use crate::session::{Session, Settings};

/// What its listeners share.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) settings: Settings,
    pub(crate) introductions: Introductions,
    pub(crate) gate: Gate,
    pub(crate) per_address: PerAddress,
    pub(crate) stop: CancellationToken,
    /// Sessions are tracked here.
    pub(crate) sessions: TaskTracker,
}

impl Service {
    /// Serves the clients of one listener, with stamps in `format`, until the stop.
    pub(crate) async fn run<L: Listener>(self, listener: L, transport: Transport, format: Format) {
        let service = Self { settings: Settings { format, ..self.settings.clone() }, ..self.clone() };
        let metrics = Arc::clone(&self.settings.metrics);
        accept::each(listener, self.gate, metrics, self.stop, self.sessions, move |stream, peer, place| {
            let (session, stop) = (service.open(transport, peer), service.stop.clone());
            async move {
                if let Some((session, _admitted)) = session {
                    session.run(stream, &stop).await;
                }
                drop(place);
            }
        })
        .await;
    }

    /// A client that the bridge introduced is served in its own name, and with the format it asked for; its
    /// address was counted when its WebSocket came.
    fn open(&self, transport: Transport, peer: Peer) -> Option<(Session, Option<Admitted>)> {
        if let Some(client) = self.introductions.take(peer) {
            let format = client.format.unwrap_or_else(|| self.settings.format.clone());
            let settings = Settings { format, ..self.settings.clone() };
            return Some((Session::open(Transport::Ws, client.peer, settings), None));
        }
        let admitted = self.per_address.admit(peer)?;
        Some((Session::open(transport, peer, self.settings.clone()), Some(admitted)))
    }
}
