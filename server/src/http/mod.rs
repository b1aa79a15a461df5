//! The HTTP server: the page, the WebSocket bridge and the health check.

pub mod access;
pub(crate) mod health;
pub(crate) mod info;
mod list_header;
mod page;
mod security_headers;
pub(crate) mod websocket;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::http::header::CONNECTION;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admission::{Admitted, Gate, PerAddress, Place};
use crate::bridge::Bridges;
use crate::http::access::Door;
use crate::journal::metrics::{Fault, Metrics};
use crate::listen::accept;
use crate::peer::Peer;

/// How long a client may take over the head of a request, which is also how long a connection is kept idle.
/// Browsers send theirs in one piece.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The most that the head of a request may take, in bytes; over it, the answer is 431. A browser's is below
/// 1 KiB, and then there are the cookies of whatever else runs on this host: cookies know no ports.
const MAX_HEAD: usize = 16 * 1024;

/// How long a connection may last that is no WebSocket: then it is closed after its response, lest someone
/// who does not read the response hold it for ever. Browsers open another when they need it.
const MAX_AGE: Duration = Duration::from_secs(120);

/// How long its last response may take then.
const LAST_RESPONSE: Duration = Duration::from_secs(10);

/// Every path there is; `metrics` if it is to be among them.
pub(crate) fn router(bridges: Bridges, info: Router, metrics: Option<Router>, door: Door) -> Router {
    let health = health::routes(bridges.stop.clone());
    let guarded = page::routes()
        .route("/ws", get(websocket::upgrade).with_state(bridges))
        .merge(info)
        .merge(metrics.unwrap_or_default())
        .fallback((StatusCode::NOT_FOUND, "there is nothing here; the page is at /\n"));
    // Health is for everyone: who asks whether a server is alive, asks under any name.
    strict(let_in(guarded, door).merge(health))
}

/// `/metrics` on a listener of its own.
pub(crate) fn metrics_router(metrics: Router, door: Door) -> Router {
    strict(let_in(metrics, door))
}

fn let_in(routes: Router, door: Door) -> Router {
    routes.layer(from_fn_with_state(door, access::admit))
}

fn strict(routes: Router) -> Router {
    routes.layer(from_fn(refuse_body)).layer(from_fn(security_headers::strict))
}

/// No route takes a body. A request that has one is answered without reading it, and its connection closed,
/// so neither a huge one nor one that comes a byte at a time takes anything up. GET has no use for one either
/// (RFC 9110, 9.3.1).
async fn refuse_body(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let advice = "no request here takes a body; send it without\n";
    (StatusCode::PAYLOAD_TOO_LARGE, [(CONNECTION, "close")], advice).into_response()
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

async fn serve<S>(
    stream: S,
    peer: Peer,
    places: Places,
    router: Router,
    metrics: &Metrics,
    close: CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
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
        () = sleep(MAX_AGE) => {
            connection.as_mut().graceful_shutdown();
            match timeout(LAST_RESPONSE, connection).await {
                Ok(done) => done,
                Err(_) => return tracing::debug!(%peer, "HTTP connection cut: its last response is not read"),
            }
        }
    };
    if let Err(error) = done {
        metrics.fault(Fault::Http);
        tracing::debug!(%peer, %error, "HTTP connection broke");
    }
}

#[cfg(test)]
mod tests;
