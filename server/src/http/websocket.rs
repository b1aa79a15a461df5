//! `/ws`: the handshake that turns a request into a WebSocket and passes it to the bridge.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Extension, Request, State};
use axum::http::header::SEC_WEBSOCKET_PROTOCOL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use wirestamp_arrival::Timed;

use super::handshake::accept;
use super::lasting::Progress;
use super::list_header::names;
use super::listener_name::ListenerName;
use crate::admission::Admitted;
use crate::bridge::{Asked, Backend, Bridges, Mode};
use crate::listen::profile::{Profile, ProfileQuery};
use crate::peer::Peer;

/// The subprotocol of websockify's clients: a byte stream in binary messages.
const BINARY: &str = "binary";

/// The longest name that a client can give itself, in bytes.
const LABEL_MAX: usize = 64;

pub(crate) async fn upgrade(
    State(bridges): State<Bridges>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    Extension(admitted): Extension<Arc<Admitted>>,
    Extension(default): Extension<Arc<Profile>>,
    Extension(ListenerName(listener)): Extension<ListenerName>,
    request: Request,
) -> Response {
    if bridges.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the server is stopping\n").into_response();
    }
    let mut response = match accept(&request) {
        Ok(response) => response,
        Err(refusal) => return refusal.into_response(),
    };
    let query = request.uri().query().unwrap_or_default();
    let (label, settings) = match label(query) {
        Ok(split) => split,
        Err(reason) => return (StatusCode::BAD_REQUEST, reason + "\n").into_response(),
    };
    let profile = match profile(&settings, &default, &bridges.backend) {
        Ok(profile) => profile,
        Err(reason) => return (StatusCode::BAD_REQUEST, reason + "\n").into_response(),
    };
    // The header may occur several times, each time with a list (RFC 6455, 11.3.4).
    let offers_bytes = names(request.headers(), SEC_WEBSOCKET_PROTOCOL).any(|protocol| protocol == BINARY);
    let mode = if offers_bytes { Mode::Bytes } else { Mode::Lines };
    if mode == Mode::Bytes {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(BINARY));
    }
    let (upgrade, asked) = (hyper::upgrade::on(request), Asked { mode, profile, listener, label });
    bridges.tasks.clone().spawn(async move {
        let upgraded = match upgrade.await {
            Ok(upgraded) => upgraded,
            Err(error) => return bridges.journal.upgrade_broke(peer, &error),
        };
        match upgraded.downcast::<TokioIo<Progress<Timed<TcpStream>>>>() {
            Ok(parts) => {
                let socket = parts.io.into_inner().into_inner();
                bridges.run(socket, parts.read_buf, peer, asked).await;
            }
            // Not a TCP connection.
            Err(upgraded) => {
                let socket = Timed::by_read(TokioIo::new(upgraded));
                Box::pin(bridges.run(socket, Bytes::new(), peer, asked)).await;
            }
        }
        drop(admitted);
    });
    response
}

/// Splits the client's name for itself, as in `label=kitchen`, from the rest of a query.
///
/// # Errors
/// The message that the client gets.
fn label(query: &str) -> Result<(Option<String>, String), String> {
    let (labels, settings): (Vec<_>, Vec<_>) =
        query.split('&').partition(|pair| pair.split('=').next() == Some("label"));
    let mut labels = form_urlencoded::parse(labels.join("&").as_bytes())
        .map(|(_, label)| label.into_owned())
        .collect::<Vec<_>>();
    let label = labels.pop();
    if !labels.is_empty() {
        return Err("label is given twice".into());
    }
    if label.as_deref().is_some_and(|label| label.len() > LABEL_MAX || label.chars().any(char::is_control)) {
        return Err(format!("invalid label: use at most {LABEL_MAX} bytes, without control characters"));
    }
    Ok((label, settings.join("&")))
}

/// Returns the profile that a query such as `format=rfc3339` asks for.
///
/// # Errors
/// The message that the client gets.
pub(super) fn profile(query: &str, default: &Profile, backend: &Backend) -> Result<Profile, String> {
    let asked: ProfileQuery = query.parse()?;
    match backend {
        Backend::Elsewhere(upstream) if asked != ProfileQuery::default() => {
            Err(format!("the service at {upstream} has its own settings; leave out {query:?}"))
        }
        _ => Ok(asked.or(default)),
    }
}
