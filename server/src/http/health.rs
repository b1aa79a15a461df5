//! Monitoring: whether the server is alive, whether it accepts clients, and its metrics.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio_util::sync::CancellationToken;

use crate::journal::{Journal, METRICS_FORMAT};

/// What a client is told that came when every place was taken.
pub(crate) const AT_THE_LIMIT: (StatusCode, &str) =
    (StatusCode::SERVICE_UNAVAILABLE, "at the limit of connections\n");

/// `/healthz` answers 200 as long as the server runs. `/readyz` answers 200 as long as it accepts clients, and 503
/// once it is stopping and while it `is_full`.
pub(crate) fn routes<F>(stop: CancellationToken, is_full: F) -> Router
where
    F: Fn() -> bool + Clone + Send + Sync + 'static,
{
    let ready = async move || {
        if stop.is_cancelled() {
            (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
        } else if is_full() {
            AT_THE_LIMIT
        } else {
            (StatusCode::OK, "ready\n")
        }
    };
    Router::new().route("/healthz", get("ok\n")).route("/readyz", get(ready))
}

/// `/metrics`, in Prometheus's text format.
pub(crate) fn metrics(journal: Journal) -> Router {
    Router::new().route("/metrics", get(show).with_state(journal))
}

async fn show(State(journal): State<Journal>) -> impl IntoResponse {
    ([(CONTENT_TYPE, METRICS_FORMAT)], journal.metrics())
}
