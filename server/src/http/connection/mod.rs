//! One HTTP connection, within its limits of time and size.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::admission::Admitted;
use crate::journal::Journal;
use crate::listen::arrival::Arrival;
use crate::listen::profile::Profile;

/// How long a client may take over the head of a request, which is also how long a connection is kept idle.
/// Browsers send theirs in one piece.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The most that the head of a request may take, in bytes; over it, the answer is 431. A browser's is below 1 KiB,
/// and then there are the cookies of other programs on the same host: cookies do not know about ports.
const MAX_HEAD: usize = 16 * 1024;

/// How long a connection that is not a WebSocket may last. Then it is closed after its response, so that a client
/// that does not read the response can't hold it. Browsers open another when they need one.
const MAX_AGE: Duration = Duration::from_secs(120);

/// How long its last response may take then.
const LAST_RESPONSE: Duration = Duration::from_secs(10);

/// What HTTP connections need to be served.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) routes: Router,
    /// What the listener asks for. WebSockets have it as their default.
    pub(crate) profile: Arc<Profile>,
    pub(crate) journal: Journal,
    /// Ends the connections that are not WebSockets.
    pub(crate) close: CancellationToken,
}

impl Http {
    /// Serves one connection until either side ends it. Its part of the limits is handed to the WebSocket, if it
    /// becomes one.
    pub(crate) async fn serve<S>(self, client: Arrival<S>, admitted: Admitted)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { routes, profile, journal, close } = self;
        let Arrival { stream, peer, .. } = client;
        let (routes, admitted) = (TowerToHyperService::new(routes), Arc::new(admitted));
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(Arc::clone(&admitted));
            request.extensions_mut().insert(Arc::clone(&profile));
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
                    Err(_) => return journal.http_cut(peer),
                }
            }
        };
        if let Err(error) = done {
            journal.http_broke(peer, &error);
        }
    }
}

#[cfg(test)]
mod tests;
