//! Access over HTTP. Each request is either allowed or refused with a reason.
//!
//! - `policy`: the decision.
//! - `origin`: parsing hosts and origins.
//! - `watch`: who may watch what clients send.
//! - `token`: the token that they may need.

pub mod origin;
pub mod policy;
pub(crate) mod token;
pub(crate) mod watch;

use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::access::policy::{AccessPolicy, Refusal, shown};
use crate::journal::Journal;
use crate::peer::Peer;

/// The policy, and the journal that records refusals.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) policy: Arc<AccessPolicy>,
    pub(crate) journal: Journal,
}

/// Passes a request on to `next`, or refuses it with a reason.
pub(crate) async fn check(
    State(access): State<Access>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    match access.policy.judge(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refuse(&access.journal, peer, &request, &refusal),
    }
}

/// Tells the client and the journal why a request is refused.
fn refuse(journal: &Journal, peer: Peer, request: &Request, refusal: &Refusal) -> Response {
    let header = |name| request.headers().get(name).map(shown);
    journal.request_refused(peer, refusal.label(), refusal, header(HOST), header(ORIGIN));
    let status = if refusal.is_malformed() { StatusCode::BAD_REQUEST } else { StatusCode::FORBIDDEN };
    (status, format!("{refusal}\n")).into_response()
}
