//! `/api/events` and `/api/sessions`: what happens on the server's sockets, for those who watch.
//!
//! - `query`: which events a client wants.
//! - `encoding`: how they are written.

mod encoding;
mod query;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::lasting::Lasting;
use crate::journal::Journal;
use crate::peer::Peer;
use crate::watch::{Since, Subscription, Watch};
use encoding::{ENCODINGS, Encoding};
use query::EventsQuery;

/// How many clients may watch at once. Each takes up to 256 KiB, and time on the thread that makes the events.
const WATCHERS_MAX: usize = 32;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Tells nginx, and proxies that follow it, to pass on each event at once.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// The JSON Schema of an event.
const SCHEMA: &str = include_str!("schema.json");

/// What the routes need.
#[derive(Clone)]
pub(crate) struct Events {
    watch: Watch,
    journal: Journal,
    places: Arc<Semaphore>,
    /// Ends the streams.
    close: CancellationToken,
}

impl Events {
    pub(crate) fn new(watch: Watch, journal: Journal, close: CancellationToken) -> Self {
        Self { watch, journal, places: Arc::new(Semaphore::new(WATCHERS_MAX)), close }
    }
}

/// The routes that show what clients sent.
pub(crate) fn routes(events: Events) -> Router {
    let streams = ENCODINGS.iter().fold(Router::new(), |router, encoding| {
        let show = move |State(events): State<Events>,
                         ConnectInfo(peer): ConnectInfo<Peer>,
                         Extension(lasting): Extension<Lasting>,
                         uri: Uri,
                         headers: HeaderMap| async move {
            match asked(&uri, &headers) {
                Ok(asked) => events.stream(asked, encoding, peer, &lasting).await,
                Err(reason) => (StatusCode::BAD_REQUEST, reason + "\n").into_response(),
            }
        };
        router.route(encoding.path, get(show))
    });
    streams.route("/api/sessions", get(sessions)).with_state(events)
}

/// The route that describes the events.
pub(crate) fn schema() -> Router {
    let show = async || ([(CONTENT_TYPE, "application/schema+json"), (CACHE_CONTROL, "no-cache")], SCHEMA);
    Router::new().route("/api/events.schema.json", get(show))
}

/// Returns what a client asks for. A browser that reconnects sends the last event that it has in a header, and the
/// same query as before, so the header wins.
///
/// # Errors
/// The message that the client gets.
fn asked(uri: &Uri, headers: &HeaderMap) -> Result<EventsQuery, String> {
    let mut asked: EventsQuery = uri.query().unwrap_or_default().parse()?;
    if let Some(last) = headers.get(LAST_EVENT_ID) {
        let id = String::from_utf8_lossy(last.as_bytes()).parse();
        asked.since = Some(Since::Event(id.map_err(|error| format!("Last-Event-ID: {error}"))?));
    }
    Ok(asked)
}

impl Events {
    async fn stream(
        self,
        asked: EventsQuery,
        encoding: &Encoding,
        peer: Peer,
        lasting: &Lasting,
    ) -> Response {
        let Ok(place) = self.places.try_acquire_owned() else {
            let reason = format!("{WATCHERS_MAX} clients watch already; try again when one has left");
            self.journal.request_refused(peer, "watchers", &reason, None, None);
            return (StatusCode::SERVICE_UNAVAILABLE, reason + "\n").into_response();
        };
        let EventsQuery { wanted, since, follow } = asked;
        let since = since.unwrap_or_default();
        let framing = (encoding.framing)();
        let chunks = self.watch.subscribe(Subscription { wanted, since, follow, framing }).await;
        let chunks = stream::unfold((chunks, lasting.begin(), place), async |mut held| {
            let chunk = held.0.recv().await?;
            Some((Ok::<_, Infallible>(chunk), held))
        });
        let body = Body::from_stream(chunks.take_until(Box::pin(self.close.cancelled_owned())));
        let headers = [(CONTENT_TYPE, encoding.media_type), (CACHE_CONTROL, "no-store"), UNBUFFERED];
        (headers, body).into_response()
    }
}

async fn sessions(State(events): State<Events>) -> Response {
    let json = events.watch.sessions().await;
    if json.is_empty() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the server is stopping\n").into_response();
    }
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], json).into_response()
}

#[cfg(test)]
mod tests;
