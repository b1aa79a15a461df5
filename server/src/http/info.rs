//! `/api/info`: what this service is and how to reach it, for the page to show.

use std::net::IpAddr;
use std::path::absolute;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Serialize;

use crate::listen::address::Address;
use crate::listen::endpoint::{Endpoint, EndpointSocket, Location, Role};
use crate::process::clock_status::{ClockInquiry, ClockStatus};
use crate::session::settings::ServiceSettings;
use crate::zone::Zone;

/// The response. Its fields are the names in the JSON object.
#[derive(Debug, Serialize)]
pub(crate) struct Info {
    name: &'static str,
    version: &'static str,
    tcp: Vec<Port>,
    udp: Vec<Port>,
    unix: Vec<Path>,
    http: Vec<Port>,
    /// Whether stamps are in UTC instead of local time.
    utc: bool,
    /// The length at which a message ends without a line feed, in bytes.
    max_message: usize,
    /// The silence that ends a message, in milliseconds. Null if the gap is off.
    gap_ms: Option<f64>,
    /// The service that the bridge connects to. Null if it is this one.
    upstream: Option<String>,
    /// Who may watch at `/api/events`: everyone (`open`), those with the `token`, or nobody (`off`).
    watch: &'static str,
}

#[derive(Debug, Serialize)]
struct Port {
    /// Null if the port is bound to every address. It can then be reached at the page's host.
    host: Option<IpAddr>,
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    /// Where the times of its stamps come from: `kernel` or `read`.
    arrival: &'static str,
}

#[derive(Debug, Serialize)]
struct Path {
    path: String,
    format: String,
    arrival: &'static str,
}

impl Info {
    /// Describes a server with these endpoints and settings.
    pub(crate) fn new(
        endpoints: &[Endpoint],
        settings: &ServiceSettings,
        upstream: Option<&Address>,
        watch: &'static str,
    ) -> Self {
        let service = |kind: fn(&EndpointSocket) -> bool| {
            endpoints.iter().filter(move |one| one.role == Role::Service && kind(&one.socket))
        };
        let ports = |one: &Endpoint| Port::of(one, Some(one.profile.format.to_string()));
        Self {
            name: "wirestamp",
            version: env!("CARGO_PKG_VERSION"),
            tcp: service(|socket| matches!(socket, EndpointSocket::Tcp(_))).filter_map(ports).collect(),
            udp: service(|socket| matches!(socket, EndpointSocket::Udp(_))).filter_map(ports).collect(),
            unix: endpoints.iter().filter_map(Path::of).collect(),
            http: endpoints
                .iter()
                .filter(|one| one.role == Role::Http)
                .filter_map(|one| Port::of(one, None))
                .collect(),
            utc: settings.zone == Zone::Utc,
            max_message: settings.max_message.get(),
            gap_ms: settings.gap.map(|gap| gap.as_nanos() as f64 / 1e6),
            upstream: upstream.map(ToString::to_string),
            watch,
        }
    }
}

impl Port {
    fn of(endpoint: &Endpoint, format: Option<String>) -> Option<Self> {
        let Location::Ip(address) = endpoint.at else { return None };
        let host = Some(address.ip()).filter(|ip| !ip.is_unspecified());
        Some(Self { host, port: address.port(), format, arrival: endpoint.times.name() })
    }
}

impl Path {
    fn of(endpoint: &Endpoint) -> Option<Self> {
        let Location::Path(path) = &endpoint.at else { return None };
        // A relative path would mean something else in another directory.
        let path = absolute(path).unwrap_or_else(|_| path.clone());
        Some(Self {
            path: path.to_string_lossy().into_owned(),
            format: endpoint.profile.format.to_string(),
            arrival: endpoint.times.name(),
        })
    }
}

/// `/api/info`. Apart from the clock, the response doesn't change while the server runs. It still must not be cached,
/// since another server may get the address later.
pub(crate) fn routes(info: Info) -> Router {
    Router::new().route("/api/info", get(show).with_state(Arc::new((info, ClockInquiry::default()))))
}

async fn show(State(state): State<Arc<(Info, ClockInquiry)>>) -> impl IntoResponse {
    let (info, clock) = &*state;
    let shown = Shown { info, clock: clock.status().await };
    // Serializing strings and numbers never fails.
    let json = serde_json::to_vec(&shown).unwrap_or_default();
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], json)
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    info: &'a Info,
    clock: ClockStatus,
}
