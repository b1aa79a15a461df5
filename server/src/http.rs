//! The HTTP server: the page, the WebSocket bridge and the health check.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bridge::Bridges;
use crate::gate::{Admitted, Gate, PerAddress, Place};
use crate::metrics::{Fault, Metrics};
use crate::peer::Peer;
use crate::{accept, health, page, websocket};

/// How long a client may take over the head of a request, which is also how long a connection is kept idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The most that the head of a request may take, in bytes.
const MAX_HEAD: usize = 16 * 1024;

/// Every path there is.
pub(crate) fn router(bridges: Bridges) -> Router {
    page::routes()
        .merge(health::routes(bridges.stop.clone()))
        .route("/ws", get(websocket::upgrade).with_state(bridges))
        .fallback((StatusCode::NOT_FOUND, "there is nothing here; the page is at /\n"))
}

/// What HTTP listeners share.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) gate: Gate,
    pub(crate) per_address: PerAddress,
    pub(crate) metrics: Arc<Metrics>,
    /// Ends the listeners: later than the sessions' own stop, so that `/readyz` can tell of that.
    pub(crate) close: CancellationToken,
    /// Connections are tracked here, until they become WebSockets.
    pub(crate) connections: TaskTracker,
}

/// A client's places in the server's limits. A WebSocket takes them along.
pub(crate) type Places = Arc<(Place, Admitted)>;

impl Http {
    /// Serves the clients of one listener until it is closed.
    pub(crate) async fn run(self, listener: TcpListener, router: Router) {
        let Self { gate, per_address, metrics, close, connections } = self;
        let counted = Arc::clone(&metrics);
        accept::each(listener, gate, counted, close.clone(), connections, move |stream, peer, place| {
            let admitted = per_address.admit(peer);
            let (router, metrics, close) = (router.clone(), Arc::clone(&metrics), close.clone());
            async move {
                if let Some(admitted) = admitted {
                    let places = Arc::new((place, admitted));
                    serve(stream, peer, places, router, &metrics, close).await;
                }
            }
        })
        .await;
    }
}

async fn serve(
    stream: TcpStream,
    peer: Peer,
    places: Places,
    router: Router,
    metrics: &Metrics,
    close: CancellationToken,
) {
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(Arc::clone(&places));
        let response = routes.call(request);
        async move { response.await.map_err(|never: Infallible| never) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let done = tokio::select! {
        done = connection.as_mut() => done,
        () = close.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = done {
        metrics.fault(Fault::Http);
        tracing::debug!(%peer, %error, "HTTP connection broke");
    }
}
