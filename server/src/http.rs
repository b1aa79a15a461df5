//! The HTTP server: the page, the WebSocket bridge and the health check.

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

use crate::bridge::Bridges;
use crate::guard::Guard;
use crate::peer::Peer;
use crate::{accept, admit, headers, page, websocket};

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

/// Every path there is.
pub(crate) fn router(bridges: Bridges, guard: Guard) -> Router {
    page::routes()
        .route("/ws", get(websocket::upgrade).with_state(bridges))
        .fallback((StatusCode::NOT_FOUND, "there is nothing here; the page is at /\n"))
        .layer(from_fn_with_state(Arc::new(guard), admit::admit))
        // What stands below is for everyone: who asks whether a server is alive, asks under any name.
        .route("/healthz", get("ok\n"))
        .layer(from_fn(refuse_body))
        .layer(from_fn(headers::strict))
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

/// Serves the clients of one listener until `stop` is cancelled; `tasks` tracks their connections.
pub(crate) async fn run(listener: TcpListener, router: Router, stop: CancellationToken, tasks: TaskTracker) {
    accept::each(listener, stop.clone(), tasks, |stream, peer| {
        serve(stream, peer, router.clone(), stop.clone())
    })
    .await;
}

async fn serve<S>(stream: S, peer: Peer, router: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
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
        () = stop.cancelled() => {
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
        tracing::debug!(%peer, %error, "HTTP connection broke");
    }
}

#[cfg(test)]
mod tests;
