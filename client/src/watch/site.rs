//! Addresses of servers that tell their events: `http://localhost:8080`, `localhost:8080`, `https://stamp.example`.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;

/// The port of a server's page, if neither scheme nor port is given.
const PAGE_PORT: u16 = 8080;

const FORMS: &str = "use http://host:port, https://host or host:port";

/// The address of a server's page, beside which its events are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    /// Whether it's reached over TLS.
    pub(super) is_tls: bool,
    /// A name or an address; an IPv6 address without its brackets.
    pub(super) host: String,
    /// A port other than 0.
    pub(super) port: u16,
    /// Host and port as they were given.
    pub(super) authority: String,
    /// The path of the page without the last slash: empty unless a proxy serves it elsewhere.
    pub(super) path: String,
}

impl FromStr for Site {
    type Err = String;

    /// Reads an address with or without its scheme. The query of a page's address has nothing to do with the events,
    /// and is ignored.
    fn from_str(text: &str) -> Result<Self, String> {
        let (scheme, place) = match text.split_once("://") {
            Some((scheme @ ("http" | "https"), place)) => (scheme, place.to_owned()),
            Some((scheme, _)) => {
                return Err(format!("unknown scheme {scheme:?}; use the server's http or https address"));
            }
            None => ("http", with_defaults(text)),
        };
        let place = place.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        if authority.is_empty() || authority.starts_with(':') {
            return Err(format!("missing host; {FORMS}"));
        }
        if authority.contains('@') {
            return Err("user names aren't supported; leave out everything up to the '@'".into());
        }
        let uri: Uri =
            format!("{scheme}://{authority}{path}").parse().map_err(|error| format!("{error}; {FORMS}"))?;
        let is_tls = scheme == "https";
        let behind_host = authority.rsplit(']').next().unwrap_or_default();
        let port = match uri.port_u16() {
            Some(0) => return Err("invalid port: must be 1 to 65535".into()),
            None if behind_host.contains(':') => return Err("invalid port: must be 1 to 65535".into()),
            None if is_tls => 443,
            None => 80,
            Some(port) => port,
        };
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let path = path.trim_end_matches('/').to_owned();
        Ok(Self { is_tls, host: host.to_owned(), port, authority: authority.to_owned(), path })
    }
}

/// Completes `host`, `:port` or `port`. The host defaults to localhost, and the port to [`PAGE_PORT`].
fn with_defaults(text: &str) -> String {
    let (authority, path) = text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()));
    let is_port = !authority.is_empty() && authority.bytes().all(|byte| byte.is_ascii_digit());
    let has_port = authority.rsplit(']').next().unwrap_or_default().contains(':');
    match authority {
        "" => text.to_owned(),
        port if is_port => format!("localhost:{port}{path}"),
        port if port.starts_with(':') => format!("localhost{port}{path}"),
        _ if has_port => text.to_owned(),
        host => format!("{host}:{PAGE_PORT}{path}"),
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { is_tls, authority, path, .. } = self;
        write!(f, "http{}://{authority}{path}", if *is_tls { "s" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, full, host, port) in [
            ("http://localhost:8080", "http://localhost:8080", "localhost", 8080),
            ("http://localhost:8080/", "http://localhost:8080", "localhost", 8080),
            ("http://localhost:8080/?format=rfc3339#x", "http://localhost:8080", "localhost", 8080),
            ("http://192.0.2.1", "http://192.0.2.1", "192.0.2.1", 80),
            ("https://stamp.example", "https://stamp.example", "stamp.example", 443),
            ("https://stamp.example/stamps/", "https://stamp.example/stamps", "stamp.example", 443),
            ("http://[::1]:8080/", "http://[::1]:8080", "::1", 8080),
            ("http://[::1]", "http://[::1]", "::1", 80),
            ("localhost:7", "http://localhost:7", "localhost", 7),
            ("[::1]", "http://[::1]:8080", "::1", 8080),
            ("device.example", "http://device.example:8080", "device.example", 8080),
            ("device.example/x", "http://device.example:8080/x", "device.example", 8080),
            (":7", "http://localhost:7", "localhost", 7),
            ("7", "http://localhost:7", "localhost", 7),
        ] {
            let site: Site = text.parse().expect(text);
            assert_eq!((site.to_string().as_str(), site.host.as_str(), site.port), (full, host, port));
        }
    }

    #[test]
    fn an_error_says_what_is_wrong() {
        for (text, reason) in [
            ("", "missing host"),
            ("http://", "missing host"),
            ("http://:8080", "missing host"),
            ("tcp://localhost:21567", "unknown scheme \"tcp\"; use the server's http or https"),
            ("http://localhost:0", "invalid port: must be"),
            ("localhost:", "invalid port: must be"),
            ("70000", "invalid port: must be"),
            ("http://localhost:port", "invalid "),
            ("http://me@localhost", "user names aren't supported"),
        ] {
            let error = text.parse::<Site>().unwrap_err();
            assert!(error.starts_with(reason), "{text}: {error}");
        }
    }
}
