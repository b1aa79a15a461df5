//! What this very service is and how it is reached, for a page that tells its reader: `/api/info`.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::absolute;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Serialize;
use wirestamp_protocol::Format;

use crate::args::ServeArgs;
use crate::error::Error;
use crate::listen::endpoint::{Listeners, address_of};

/// All that is told, in the names of the JSON object.
#[derive(Debug, Serialize)]
pub(crate) struct Info {
    name: &'static str,
    version: &'static str,
    tcp: Vec<Port>,
    udp: Vec<Port>,
    unix: Vec<Path>,
    http: Vec<Port>,
    /// Whether stamps have UTC, and not the local time.
    utc: bool,
    /// In bytes.
    max_message: usize,
    /// Null if only a line feed ends a message.
    gap_ms: Option<f64>,
    /// Whom the bridge talks to; null if that is this service.
    upstream: Option<String>,
}

#[derive(Debug, Serialize)]
struct Port {
    /// Null if it is bound to every address: then it is reached by whatever name the page was.
    host: Option<IpAddr>,
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
}

#[derive(Debug, Serialize)]
struct Path {
    path: String,
    format: String,
}

impl Info {
    /// What there is to tell of a server with these listeners and flags.
    ///
    /// # Errors
    /// [`Error::Start`] if the system does not tell a listener's address.
    pub(crate) fn of(listeners: &Listeners, args: &ServeArgs) -> Result<Self, Error> {
        let tcp = listeners.tcp.iter().map(|(listener, format)| (listener.local_addr(), Some(format)));
        let udp = listeners.udp.iter().map(|(socket, format)| (socket.local_addr(), Some(format)));
        let http = listeners.http.iter().map(|listener| (listener.local_addr(), None));
        let unix = listeners.unix.iter().map(|(listener, format)| {
            // Whoever reads this is in another directory.
            let path = absolute(listener.path()).unwrap_or_else(|_| listener.path().to_owned());
            Path { path: path.to_string_lossy().into_owned(), format: format.to_string() }
        });
        Ok(Self {
            name: "wirestamp",
            version: env!("CARGO_PKG_VERSION"),
            tcp: ports(tcp)?,
            udp: ports(udp)?,
            unix: unix.collect(),
            http: ports(http)?,
            utc: args.utc,
            max_message: NonZeroUsize::from(args.max_message).get(),
            gap_ms: args.gap.on().map(|gap| gap.0.as_nanos() as f64 / 1e6),
            upstream: args.upstream.as_ref().map(ToString::to_string),
        })
    }
}

fn ports<'a>(
    bound: impl Iterator<Item = (std::io::Result<SocketAddr>, Option<&'a Format>)>,
) -> Result<Vec<Port>, Error> {
    let port = |(address, format): (_, Option<&Format>)| -> Result<Port, Error> {
        let address = address_of(address)?;
        let host = Some(address.ip()).filter(|ip| !ip.is_unspecified());
        Ok(Port { host, port: address.port(), format: format.map(ToString::to_string) })
    };
    bound.map(port).collect()
}

/// `/api/info`. It never changes while the server runs; another may have its address next.
pub(crate) fn routes(info: &Info) -> Router {
    // Strings and numbers always are JSON.
    let json = Bytes::from(serde_json::to_vec(info).unwrap_or_default());
    Router::new().route("/api/info", get(show).with_state(json))
}

async fn show(State(json): State<Bytes>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], json)
}
