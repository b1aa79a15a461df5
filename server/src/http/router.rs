//! Every path there is.

use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONNECTION;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::access::{self, Access};
use super::info::Info;
use super::{health, info, page, security_headers, websocket};
use crate::bridge::Bridges;

/// The paths of an HTTP listener, with `/metrics` if `shows_metrics`.
pub(crate) fn routes(bridges: Bridges, info: &Info, shows_metrics: bool, access: Access) -> Router {
    let health = health::routes(bridges.stop.clone());
    let metrics = if shows_metrics { health::metrics(bridges.journal.clone()) } else { Router::new() };
    let checked = page::routes()
        .route("/ws", get(websocket::upgrade).with_state(bridges))
        .merge(info::routes(info))
        .merge(metrics)
        .fallback((StatusCode::NOT_FOUND, "there is nothing here; the page is at /\n"));
    // Health checks are answered under any name: load balancers ask by address.
    strict(check(checked, access).merge(health))
}

/// `/metrics`, on a listener of its own.
pub(crate) fn metrics_routes(access: Access) -> Router {
    let metrics = health::metrics(access.journal.clone());
    strict(check(metrics, access))
}

fn check(routes: Router, access: Access) -> Router {
    routes.layer(from_fn_with_state(access, access::check))
}

fn strict(routes: Router) -> Router {
    routes.layer(from_fn(refuse_body)).layer(from_fn(security_headers::add))
}

/// No route takes a body. A request that has one is answered without reading it, and its connection is closed. So
/// neither a huge body nor one that comes a byte at a time takes anything up. GET has no use for a body either
/// (RFC 9110, 9.3.1).
async fn refuse_body(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let advice = "requests here take no body; send it without one\n";
    (StatusCode::PAYLOAD_TOO_LARGE, [(CONNECTION, "close")], advice).into_response()
}
