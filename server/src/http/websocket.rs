//! `/ws`: the handshake that turns a request into a WebSocket, and hands it to the bridge.

use axum::body::Body;
use axum::extract::{ConnectInfo, Extension, Request, State};
use axum::http::header::{SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use wirestamp_protocol::Format;

use crate::bridge::introduce::Client;
use crate::bridge::upstream::Upstream;
use crate::bridge::{Bridges, Mode};
use crate::http::Places;
use crate::http::list_header::names;
use crate::peer::Peer;

/// The subprotocol of websockify's clients: a byte stream in binary messages.
const BINARY: &str = "binary";

pub(crate) async fn upgrade(
    State(bridges): State<Bridges>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Extension(places): Extension<Places>,
    request: Request,
) -> Response {
    if bridges.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the server is stopping\n").into_response();
    }
    let mut response = match create_response_with_body(&request, Body::empty) {
        Ok(response) => response,
        Err(error) => return refuse(&request, &error.to_string()),
    };
    let format = match format(request.uri().query().unwrap_or_default(), &bridges.upstream) {
        Ok(format) => format,
        Err(reason) => return (StatusCode::BAD_REQUEST, reason + "\n").into_response(),
    };
    let client = Client { peer, format };
    // The header may come several times, each with a list (RFC 6455, 11.3.4).
    let offers_bytes = names(request.headers(), SEC_WEBSOCKET_PROTOCOL).any(|protocol| protocol == BINARY);
    let mode = if offers_bytes { Mode::Bytes } else { Mode::Lines };
    if mode == Mode::Bytes {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(BINARY));
    }
    let upgrade = hyper::upgrade::on(request);
    bridges.tasks.clone().spawn(async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => upgraded,
            Err(error) => return tracing::debug!(%peer, %error, "WebSocket lost in its handshake"),
        };
        match upgraded.downcast::<TokioIo<TcpStream>>() {
            Ok(parts) => bridges.run(parts.io.into_inner(), &parts.read_buf, mode, client).await,
            Err(upgraded) => bridges.run(TokioIo::new(upgraded), &[], mode, client).await,
        }
        drop(places);
    });
    response
}

fn refuse(request: &Request, reason: &str) -> Response {
    if request.headers().contains_key(UPGRADE) {
        return (StatusCode::BAD_REQUEST, format!("no WebSocket handshake: {reason}\n")).into_response();
    }
    let advice = "this is a WebSocket: open it with a WebSocket client, or the page at /\n";
    (StatusCode::UPGRADE_REQUIRED, [(UPGRADE, "websocket")], advice).into_response()
}

/// The format that a query such as `format=rfc3339` asks for.
pub(crate) fn format(query: &str, upstream: &Upstream) -> Result<Option<Format>, String> {
    let mut asked = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match (&*name, upstream) {
            ("format", Upstream::Own { .. }) => {
                asked = Some(value.parse().map_err(|error| format!("{value:?} is no format: {error}"))?);
            }
            ("format", Upstream::Elsewhere(address)) => {
                return Err(format!("the service at {address} stamps in a format of its own; leave it out"));
            }
            _ => return Err(format!("{name:?} is no setting of this WebSocket; there is format=…")),
        }
    }
    Ok(asked)
}
