//! The routes of the HTTP server.

use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONNECTION, IF_MATCH};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::access::watch::{self, WatchCheck};
use super::access::{self, Access};
use super::events::{self, Events};
use super::health::AT_THE_LIMIT;
use super::info::Info;
use super::list_header::names;
use super::{format, health, info, page, security_headers, websocket};
use crate::admission::Admission;
use crate::bridge::Bridges;

/// What connections find at their listener.
#[derive(Clone)]
pub(crate) struct Routes {
    /// The routes for a connection that has a place.
    pub(crate) usual: Router,
    /// The routes for a connection that came when every place was taken.
    pub(crate) at_limit: Router,
}

/// The routes of an HTTP listener, including `/metrics` if `shows_metrics` is set. `streams` are the limits of the TCP
/// and Unix clients, and `watchers` decides who may see the `events`.
pub(crate) fn routes(
    bridges: Bridges,
    info: Info,
    streams: Admission,
    shows_metrics: bool,
    events: Events,
    watchers: WatchCheck,
    access: Access,
) -> Routes {
    let stop = bridges.stop.clone();
    let metrics = if shows_metrics { health::metrics(bridges.journal.clone()) } else { Router::new() };
    let format = format::routes(bridges.backend.clone());
    let checked = page::routes()
        .route("/ws", get(websocket::upgrade).with_state(bridges))
        .merge(info::routes(info))
        .merge(format)
        .merge(events::routes(events).layer(from_fn_with_state(watchers, watch::check)))
        .merge(events::schema())
        .merge(metrics.clone())
        .fallback((StatusCode::NOT_FOUND, "not found; the page is at /\n"));
    // Health checks are answered for any host, because load balancers ask by address.
    let usual = check(checked, access.clone()).merge(health::routes(stop.clone(), move || streams.is_full()));
    let at_limit = check(metrics.fallback(AT_THE_LIMIT), access).merge(health::routes(stop, || true));
    Routes { usual: strict(usual), at_limit: strict(at_limit) }
}

/// The routes of a listener that serves only `/metrics`.
pub(crate) fn metrics_routes(access: Access) -> Routes {
    let metrics = health::metrics(access.journal.clone());
    let usual = strict(check(metrics, access));
    Routes { at_limit: usual.clone(), usual }
}

fn check(routes: Router, access: Access) -> Router {
    routes.layer(from_fn_with_state(access, access::check))
}

fn strict(routes: Router) -> Router {
    routes.layer(from_fn(check_if_match)).layer(from_fn(refuse_body)).layer(from_fn(security_headers::add))
}

/// Refuses requests that have a body, since no route takes one and a GET request has no use for it (RFC 9110,
/// 9.3.1). The body isn't read, and the connection is closed. So neither a huge body nor one that comes a byte at a
/// time takes up any resources.
async fn refuse_body(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let advice = "request bodies are not accepted; send the request without one\n";
    (StatusCode::PAYLOAD_TOO_LARGE, [(CONNECTION, "close")], advice).into_response()
}

/// Answers 412 if the client wants nothing but a version that it knows. `If-Match` compares strongly, and the validators
/// here are weak or absent, so only `*` matches. An error comes before it, and it comes before `If-None-Match` (RFC 9110,
/// 13.1.1 and 13.2).
async fn check_if_match(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let fails = headers.contains_key(IF_MATCH) && !names(headers, IF_MATCH).any(|tag| tag == "*");
    let response = next.run(request).await;
    let has_version = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if fails && has_version { StatusCode::PRECONDITION_FAILED.into_response() } else { response }
}
