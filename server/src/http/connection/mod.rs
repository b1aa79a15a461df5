//! One HTTP connection, with its limits of time and size.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::lasting::{Lasting, Progress};
use super::listener_name::ListenerName;
use super::router::Routes;
use crate::admission::Admitted;
use crate::journal::{Journal, PROBE_MAX};
use crate::listen::arrival::Arrival;
use crate::listen::profile::Profile;

/// How long a client may take to send the head of a request, and how long an idle connection is kept. Browsers send
/// the head in one piece.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The same for a client that came when every place was taken. There are few places for those, and monitoring needs
/// them.
const RESERVE_HEAD_TIMEOUT: Duration = Duration::from_secs(1);

/// The largest head of a request, in bytes. A larger one is answered with 431. A browser's head is below 1 KiB, plus
/// the cookies of other programs on the same host, because cookies ignore ports.
const MAX_HEAD: usize = 16 * 1024;

/// How long a connection that isn't a WebSocket may last. It is then closed after the current response, so
/// that a client can't hold it by not reading. Browsers open another one when they need it. A response that goes on, such
/// as a stream of events, may last longer, as long as its client takes what it gets.
const MAX_AGE: Duration = Duration::from_secs(120);

/// How long the current response may take then.
const LAST_RESPONSE: Duration = Duration::from_secs(10);

/// What is needed to serve HTTP connections.
#[derive(Clone)]
pub(crate) struct Http {
    pub(crate) routes: Routes,
    /// The profile of the listener, which is the default for its WebSockets.
    pub(crate) profile: Arc<Profile>,
    pub(crate) listener: ListenerName,
    pub(crate) journal: Journal,
    /// How long a client may take nothing of a response that goes on.
    pub(crate) stall_timeout: Duration,
    /// Ends the connections that aren't WebSockets.
    pub(crate) close: CancellationToken,
}

impl Http {
    /// Serves one connection until either side ends it. If it becomes a WebSocket, that takes over its part of the
    /// limits. If it came when every place was taken, it gets one response.
    pub(crate) async fn serve<S>(self, client: Arrival<S>, admitted: Admitted)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { routes, profile, listener, journal, stall_timeout, close } = self;
        let Arrival { stream, peer, .. } = client;
        let at_limit = admitted.is_reserve();
        let routes = TowerToHyperService::new(if at_limit { routes.at_limit } else { routes.usual });
        let head_timeout = if at_limit { RESERVE_HEAD_TIMEOUT } else { HEAD_TIMEOUT };
        let (admitted, lasting) = (Arc::new(admitted), Lasting::default());
        let (opened, has_asked) = (Instant::now(), AtomicBool::new(false));
        let service = service_fn(|request: hyper::Request<Incoming>| {
            has_asked.store(true, Ordering::Relaxed);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(Arc::clone(&admitted));
            request.extensions_mut().insert(Arc::clone(&profile));
            request.extensions_mut().insert(listener.clone());
            request.extensions_mut().insert(lasting.clone());
            let response = routes.call(request);
            async move { response.await.map_err(|never: Infallible| never) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_timeout)
            .keep_alive(!at_limit)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(Progress::new(stream, lasting.clone())), service)
            .with_upgrades();
        let age = async {
            sleep(MAX_AGE).await;
            lasting.over().await;
        };
        tokio::pin!(connection);
        let done = tokio::select! {
            done = connection.as_mut() => {
                let is_early = !has_asked.load(Ordering::Relaxed) && opened.elapsed() < PROBE_MAX;
                if is_early && done.as_ref().map_or_else(is_reset, |()| true) {
                    return journal.http_probed(peer);
                }
                done
            }
            () = close.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = lasting.stalled(stall_timeout) => return journal.http_cut(peer),
            () = age => {
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

fn is_reset(error: &hyper::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
mod tests;
