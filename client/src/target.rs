//! Addresses of timestamp services, as people write them: `tcp://localhost:21567`, `localhost:21567`,
//! `http://localhost:8080/`.

use std::fmt;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::str::FromStr;

use tokio_tungstenite::tungstenite::http::Uri;
use wirestamp_protocol::DEFAULT_PORT;

/// The address of a timestamp service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A TCP service: a byte stream.
    Tcp(HostPort),
    /// A UDP service: each datagram is a message.
    Udp(HostPort),
    /// A Unix stream socket: a byte stream, as over TCP.
    Unix(PathBuf),
    /// A WebSocket bridge, with or without TLS: each message is a line.
    WebSocket(Uri),
}

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPort {
    /// A name or an address; an IPv6 address without its brackets.
    pub host: String,
    /// A port other than 0.
    pub port: u16,
}

const FORMS: &str =
    "use host:port, tcp://host:port, udp://host:port, unix:/path, ws://host:port or wss://host";

/// The path of the bridge, if none is given.
const BRIDGE: &str = "/ws";

impl FromStr for Target {
    type Err = String;

    /// Reads an address with or without its scheme. The address of a page stands for the bridge beside it.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with(['/', '.']) {
            return Err(format!("missing scheme; for a Unix socket write unix:{text}"));
        }
        let Some((scheme, rest)) = text.split_once(':') else { return without_scheme(text).map(Self::Tcp) };
        match (scheme, rest.strip_prefix("//")) {
            ("unix", _) if rest.trim_matches('/').is_empty() => Err("missing path; use unix:/path".into()),
            ("unix", _) => Ok(Self::Unix(rest.into())),
            ("tcp", Some(place)) => place.parse().map(Self::Tcp),
            ("udp", Some(place)) => place.parse().map(Self::Udp),
            ("ws" | "wss", Some(place)) => web_socket(scheme, place).map(Self::WebSocket),
            ("http", Some(place)) => web_socket("ws", &of_page(place)).map(Self::WebSocket),
            ("https", Some(place)) => web_socket("wss", &of_page(place)).map(Self::WebSocket),
            ("tcp" | "udp" | "ws" | "wss" | "http" | "https", None) => {
                Err(format!("missing // after {scheme}:; {FORMS}"))
            }
            (_, Some(_)) => Err(format!("unknown scheme {scheme:?}; use tcp, udp, unix, ws or wss")),
            (_, None) => without_scheme(text).map(Self::Tcp),
        }
    }
}

/// `host:port`, `host`, `:port` or `port`. The host defaults to localhost.
fn without_scheme(text: &str) -> Result<HostPort, String> {
    let is_port = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.strip_prefix(':') {
        _ if is_port => format!("localhost:{text}").parse(),
        Some(port) if !port.contains(':') => format!("localhost:{port}").parse(),
        _ => text.parse(),
    }
}

/// The place of the bridge that belongs to a page: what follows `http://`, without the path `/`.
fn of_page(place: &str) -> String {
    let (place, _fragment) = place.split_once('#').unwrap_or((place, ""));
    match place.split_once("/?") {
        Some((authority, query)) if !authority.contains('/') => format!("{authority}?{query}"),
        _ => place.to_owned(),
    }
}

/// The URI of a bridge, with the default path if none is given.
fn web_socket(scheme: &str, place: &str) -> Result<Uri, String> {
    let place = place.split_once('#').map_or(place, |(place, _fragment)| place);
    let (authority, path) = place.split_at(place.find(['/', '?']).unwrap_or(place.len()));
    let path = match path {
        "" | "/" => BRIDGE.to_owned(),
        query if query.starts_with('?') => format!("{BRIDGE}{query}"),
        path => path.to_owned(),
    };
    if authority.is_empty() {
        return Err(format!("missing host; {FORMS}"));
    }
    if authority.contains('@') {
        return Err("user names aren't supported; leave out everything up to the '@'".into());
    }
    let uri = format!("{scheme}://{authority}{path}");
    let uri: Uri = uri.parse().map_err(|error| format!("{error}; {FORMS}"))?;
    if authority.ends_with(':') || uri.port_u16() == Some(0) {
        return Err("invalid port: must be 1 to 65535".into());
    }
    Ok(uri)
}

impl FromStr for HostPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let (host, port) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
            Some((v6, port)) => {
                let address = v6.split_once('%').map_or(v6, |(address, _zone)| address);
                if address.parse::<Ipv6Addr>().is_err() {
                    return Err(format!("invalid IPv6 address {v6:?}; {FORMS}"));
                }
                (v6, port)
            }
            None if text.matches(':').count() > 1 => {
                return Err(format!("an IPv6 address needs brackets: [{text}]"));
            }
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        if host.is_empty() {
            return Err(format!("missing host; {FORMS}"));
        }
        if host.contains(['/', '?', '#', '@']) || host.contains(char::is_whitespace) {
            return Err(format!("invalid host {host:?}; {FORMS}"));
        }
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => DEFAULT_PORT,
            None => return Err(format!("unexpected {port:?} after the brackets; {FORMS}")),
            Some(port) => match port.parse() {
                Ok(0) | Err(_) => return Err(format!("invalid port {port:?}: must be 1 to 65535")),
                Ok(port) => port,
            },
        };
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(place) => write!(f, "tcp://{place}"),
            Self::Udp(place) => write!(f, "udp://{place}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::WebSocket(uri) => uri.fmt(f),
        }
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written_in_full() {
        for (text, full) in [
            ("tcp://localhost", "tcp://localhost:21567"),
            ("tcp://localhost:7", "tcp://localhost:7"),
            ("tcp://localhost:7/", "tcp://localhost:7"),
            ("tcp://[::1]", "tcp://[::1]:21567"),
            ("tcp://[fe80::1%lo]:7", "tcp://[fe80::1%lo]:7"),
            ("udp://192.0.2.1", "udp://192.0.2.1:21567"),
            ("unix:/run/wirestamp.sock", "unix:/run/wirestamp.sock"),
            ("unix:sock", "unix:sock"),
            ("ws://localhost:8080", "ws://localhost:8080/ws"),
            ("localhost:21567", "tcp://localhost:21567"),
            ("device.example", "tcp://device.example:21567"),
            (":7", "tcp://localhost:7"),
            ("7", "tcp://localhost:7"),
            ("[::1]:7", "tcp://[::1]:7"),
            ("192.0.2.1:7", "tcp://192.0.2.1:7"),
            ("http://localhost:8080", "ws://localhost:8080/ws"),
            ("http://localhost:8080/", "ws://localhost:8080/ws"),
            ("http://localhost:8080/?format=rfc3339#x", "ws://localhost:8080/ws?format=rfc3339"),
            ("https://example.org/a/?b", "wss://example.org/a/?b"),
            ("ws://localhost:8080/", "ws://localhost:8080/ws"),
            ("ws://localhost:8080/?", "ws://localhost:8080/?"),
            ("ws://[::1]:8080", "ws://[::1]:8080/ws"),
            ("ws://localhost?format=rfc3339", "ws://localhost/ws?format=rfc3339"),
            ("wss://example.org/a/b?c#d", "wss://example.org/a/b?c"),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), full, "{text}");
        }
    }

    #[test]
    fn an_error_says_what_is_wrong() {
        for (text, reason) in [
            ("", "missing host"),
            (":", "invalid port \"\": must be"),
            ("localhost:port", "invalid port \"port\": must be"),
            ("70000", "invalid port \"70000\": must be"),
            ("::1", "an IPv6 address needs brackets: [::1]"),
            ("/run/wirestamp.sock", "missing scheme; for a Unix socket write unix:/run/wirestamp.sock"),
            ("tcp:localhost", "missing // after tcp:"),
            ("tcp://", "missing host"),
            ("tcp://:7", "missing host"),
            ("tcp://localhost:0", "invalid port \"0\": must be 1 to 65535"),
            ("tcp://localhost:", "invalid port \"\": must be"),
            ("udp://::1", "an IPv6 address needs brackets: [::1]"),
            ("udp://[localhost]:1", "invalid IPv6 address \"localhost\""),
            ("tcp://[::1]7", "unexpected \"7\" after the brackets"),
            ("tcp://localhost/path", "invalid host \"localhost/path\""),
            ("unix:", "missing path"),
            ("unix:///", "missing path"),
            ("ws://", "missing host"),
            ("ws://localhost:0", "invalid port"),
            ("ws://me@localhost", "user names aren't supported"),
            ("ftp://localhost", "unknown scheme \"ftp\"; use tcp"),
            ("http:localhost", "missing // after http:"),
        ] {
            let error = text.parse::<Target>().unwrap_err();
            assert!(error.starts_with(reason), "{text}: {error}");
        }
    }
}
