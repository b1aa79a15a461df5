//! Monitoring: whether the server is alive, whether it accepts clients, and its metrics.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio_util::sync::CancellationToken;

use crate::journal::Journal;

/// `/healthz` answers 200 as long as the server runs. `/readyz` answers 200 as long as it accepts clients, and 503
/// once it is stopping.
pub(crate) fn routes(stop: CancellationToken) -> Router {
    Router::new().route("/healthz", get("ok\n")).route("/readyz", get(ready).with_state(stop))
}

async fn ready(State(stop): State<CancellationToken>) -> impl IntoResponse {
    if stop.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}

/// `/metrics`, in Prometheus's text format.
pub(crate) fn metrics(journal: Journal) -> Router {
    Router::new().route("/metrics", get(show).with_state(journal))
}

async fn show(State(journal): State<Journal>) -> impl IntoResponse {
    ([(CONTENT_TYPE, prometheus::TEXT_FORMAT)], journal.metrics())
}
