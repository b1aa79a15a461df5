//! The timestamp service over streams: TCP and Unix sockets.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wirestamp_protocol::Format;

use crate::admission::{Admitted, Gate, PerAddress};
use crate::bridge::introduce::Introductions;
use crate::listen::accept::{self, Listener};
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
        accept::each(
            listener,
            self.gate,
            metrics,
            self.stop,
            self.sessions,
            move |mut stream, peer, place| {
                let mut opened = service.open(transport, peer);
                async move {
                    // By reference: what a future moves, it has room for twice, and a session is most of it.
                    if let Some(Opened { session, stop, _admitted }) = &mut opened {
                        session.run(&mut stream, stop).await;
                    }
                    drop((stream, opened, place));
                }
            },
        )
        .await;
    }

    /// A client that the bridge introduced is served in its own name, and with the format it asked for; its
    /// address was counted when its WebSocket came. The bridge is told of the stop too, and ends the session
    /// once it has passed on all that it read: a session that ended sooner would leave that without replies.
    fn open(&self, transport: Transport, peer: Peer) -> Option<Opened> {
        if let Some(client) = self.introductions.take(peer) {
            let format = client.format.unwrap_or_else(|| self.settings.format.clone());
            let settings = Settings { format, ..self.settings.clone() };
            let session = Session::open(Transport::Ws, client.peer, settings);
            return Some(Opened { session, stop: CancellationToken::new(), _admitted: None });
        }
        let admitted = self.per_address.admit(peer)?;
        let session = Session::open(transport, peer, self.settings.clone());
        Some(Opened { session, stop: self.stop.clone(), _admitted: Some(admitted) })
    }
}

/// A session that is to run.
struct Opened {
    session: Session,
    /// What tells it to end.
    stop: CancellationToken,
    _admitted: Option<Admitted>,
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::num::NonZeroUsize;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpSocket};

    use crate::bridge::introduce::Client;
    use crate::journal::metrics::Metrics;

    fn service() -> Service {
        let metrics = Arc::new(Metrics::new());
        Service {
            settings: Settings {
                gap: None,
                max_message: NonZeroUsize::new(100).unwrap(),
                stall_timeout: Duration::from_secs(60),
                idle_timeout: None,
                clock: crate::clock::utc,
                format: Format::default(),
                metrics: Arc::clone(&metrics),
            },
            introductions: Introductions::default(),
            gate: Gate::new("stream", 1, Arc::clone(&metrics)),
            per_address: PerAddress::new(None, metrics),
            stop: CancellationToken::new(),
            sessions: TaskTracker::new(),
        }
    }

    #[tokio::test]
    async fn what_the_bridge_still_passes_on_after_the_stop_is_answered() {
        let service = service();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let running = tokio::spawn(service.clone().run(listener, Transport::Tcp, Format::default()));
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let browser =
            Client { peer: "192.0.2.1:5".parse::<std::net::SocketAddr>().unwrap().into(), format: None };
        let _introduced = service.introductions.introduce(socket.local_addr().unwrap(), browser);
        let mut bridge = socket.connect(at).await.unwrap();
        bridge.write_all(b"before\n").await.unwrap();
        assert_eq!(bridge.read_u8().await.unwrap(), b'[');

        service.stop.cancel();
        running.await.unwrap();
        bridge.write_all(b"behind\nat last").await.unwrap();
        bridge.shutdown().await.unwrap();
        let mut replies = String::new();
        bridge.read_to_string(&mut replies).await.unwrap();
        assert!(replies.contains("] behind\n") && replies.ends_with("] at last"), "{replies}");
        service.sessions.close();
        service.sessions.wait().await;
    }
}
