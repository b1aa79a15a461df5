//! The door: asks the guard about each request, and tells who is refused why.

pub mod origin;
pub(crate) mod policy;

use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::field::debug;

use crate::http::access::policy::{Guard, Refusal, shown};
use crate::journal::metrics::Metrics;
use crate::peer::Peer;

/// What the door goes by.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) guard: Arc<Guard>,
    pub(crate) metrics: Arc<Metrics>,
}

/// Lets a request through to `next`, or answers it with the reason why not.
pub(crate) async fn admit(
    State(door): State<Door>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    match door.guard.judge(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            door.metrics.refused(refusal.label());
            refuse(peer, &request, &refusal)
        }
    }
}

/// Says why not, to whoever asked and in the log.
fn refuse(peer: Peer, request: &Request, refusal: &Refusal) -> Response {
    let header = |name| request.headers().get(name).map(|value| debug(shown(value)));
    tracing::info!(%peer, host = header(HOST), origin = header(ORIGIN), reason = %refusal, "not let in");
    let status = if refusal.is_malformed() { StatusCode::BAD_REQUEST } else { StatusCode::FORBIDDEN };
    (status, format!("{refusal}\n")).into_response()
}
