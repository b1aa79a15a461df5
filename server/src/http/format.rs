//! `/api/format?format=…`: whether a stamp format is valid, and what its stamps look like. Browsers don't show why a
//! WebSocket was refused, so the page asks here first.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use wirestamp_arrival::Reading;
use wirestamp_protocol::{Stamper, split_stamp};

use super::websocket::profile;
use crate::bridge::Backend;
use crate::listen::profile::Profile;

/// `/api/format`, which takes the same queries as `/ws`.
pub(crate) fn routes(backend: Backend) -> Router {
    Router::new().route("/api/format", get(show).with_state(backend))
}

/// Answers 200 with the stamp of this moment, or 400 with what is wrong.
async fn show(
    State(backend): State<Backend>,
    Extension(default): Extension<Arc<Profile>>,
    uri: Uri,
) -> Response {
    let profile = match profile(uri.query().unwrap_or_default(), &default, &backend) {
        Ok(profile) => profile,
        Err(reason) => return (StatusCode::BAD_REQUEST, reason + "\n").into_response(),
    };
    let service = match &backend {
        Backend::Own { service, .. } => service,
        Backend::Elsewhere(upstream) => {
            let reason = format!("the service at {upstream} has its own format\n");
            return (StatusCode::NOT_FOUND, reason).into_response();
        }
    };
    let mut stamper = Stamper::new(profile.format);
    let prefix = stamper.prefix(service.settings.zone.at(Reading::now().wall));
    let (stamp, _) = split_stamp(prefix).unwrap_or_default();
    let line = String::from_utf8_lossy(stamp).into_owned() + "\n";
    ([(CACHE_CONTROL, "no-store")], line).into_response()
}
