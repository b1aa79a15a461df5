//! The HTTP server: the page, the WebSocket bridge and the health check.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bridge::Bridges;
use crate::guard::Guard;
use crate::peer::Peer;
use crate::{accept, admit, headers, page, websocket};

/// How long a client may take over the head of a request, which is also how long a connection is kept idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The most that the head of a request may take, in bytes.
const MAX_HEAD: usize = 16 * 1024;

/// Every path there is.
pub(crate) fn router(bridges: Bridges, guard: Guard) -> Router {
    page::routes()
        .route("/ws", get(websocket::upgrade).with_state(bridges))
        .fallback((StatusCode::NOT_FOUND, "there is nothing here; the page is at /\n"))
        .layer(from_fn_with_state(Arc::new(guard), admit::admit))
        // What stands below is for everyone: who asks whether a server is alive, asks under any name.
        .route("/healthz", get("ok\n"))
        .layer(from_fn(headers::strict))
}

/// Serves the clients of one listener until `stop` is cancelled; `tasks` tracks their connections.
pub(crate) async fn run(listener: TcpListener, router: Router, stop: CancellationToken, tasks: TaskTracker) {
    accept::each(listener, stop.clone(), tasks, |stream, peer| {
        serve(stream, peer, router.clone(), stop.clone())
    })
    .await;
}

async fn serve(stream: TcpStream, peer: Peer, router: Router, stop: CancellationToken) {
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
    };
    if let Err(error) = done {
        tracing::debug!(%peer, %error, "HTTP connection broke");
    }
}
