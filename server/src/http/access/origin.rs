//! Hosts and origins in HTTP headers: `localhost:8080`, `https://example.org`.
//!
//! Access depends on comparing them, so parsing is strict: text that isn't plainly a host or an origin is invalid.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A host, by name or by address, without a port. If two are equal, they are the same host to a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// An address. IPv4-mapped IPv6 addresses are converted to IPv4.
    Ip(IpAddr),
    /// A name, in lower case and without a dot at its end.
    Name(String),
}

impl From<IpAddr> for Host {
    fn from(ip: IpAddr) -> Self {
        Self::Ip(ip.to_canonical())
    }
}

impl FromStr for Host {
    type Err = String;

    /// Parses a host as people write it: an IPv6 address may have brackets or not.
    fn from_str(text: &str) -> Result<Self, String> {
        const FORMS: &str = "write a name such as stamp.example, or an address";
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(ip.into());
        }
        match Authority::read(text) {
            Some(Authority { host, port: None }) => Ok(host),
            Some(_) => Err(format!("leave out the port, since any port is allowed; {FORMS}")),
            None => Err(format!("invalid host {text:?}; {FORMS}")),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
            Self::Ip(IpAddr::V4(ip)) => ip.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// A host and an optional port: the value of a `Host` header (RFC 9110, 7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    pub(crate) host: Host,
    pub(crate) port: Option<u16>,
}

impl Authority {
    /// Parses a host and an optional port. Returns `None` if the text isn't plainly that. Browsers write names in ASCII
    /// and addresses in their usual form, so nobody needs the rest of what RFC 3986 allows: percent-encoding, `user@`,
    /// zones and octal addresses.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (v6, port) = rest.split_once(']')?;
            let host = IpAddr::V6(v6.parse::<Ipv6Addr>().ok()?).into();
            (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        } else {
            match text.split_once(':') {
                Some((host, port)) => (name(host)?, Some(port)),
                None => (name(text)?, None),
            }
        };
        let port = match port {
            // Nothing after the colon means the default port (RFC 3986, 6.2.3).
            None | Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
            Some(_) => return None,
        };
        Some(Self { host, port })
    }
}

fn name(text: &str) -> Option<Host> {
    let name = text.strip_suffix('.').unwrap_or(text);
    if let Ok(ip) = name.parse::<IpAddr>() {
        return Some(ip.into());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let labels = name.split('.').all(|label| !label.is_empty() && label.bytes().all(plain));
    labels.then(|| Host::Name(name.to_ascii_lowercase()))
}

/// Where a page comes from: `https://example.org`, `http://localhost:8080` (RFC 6454, 7).
///
/// The origin `null` is invalid, because every sandboxed page and every local file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: Host,
    /// `None` only if the scheme has no default port.
    port: Option<u16>,
}

impl Origin {
    /// Whether a page with this origin is the server's own, if its request was for `authority`.
    ///
    /// The schemes are not compared. Behind a proxy that terminates TLS, the page's scheme is `https`, and the
    /// server can't know that. If the `Host` header has no port, it is therefore the default port of the origin's
    /// scheme. This check can't keep out pages that are served on the server's own name and port.
    pub(crate) fn is_of(&self, authority: &Authority) -> bool {
        let Some(default) = default_port(&self.scheme) else { return false };
        self.host == authority.host && self.port == Some(authority.port.unwrap_or(default))
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORMS: &str = "write scheme://host or scheme://host:port, and nothing after it";
        let wrong = || format!("invalid origin {text:?}; {FORMS}");
        let (scheme, authority) = text.split_once("://").ok_or_else(wrong)?;
        let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        let authority = Authority::read(authority).filter(|_| is_scheme).ok_or_else(wrong)?;
        let scheme = scheme.to_ascii_lowercase();
        let port = authority.port.or_else(|| default_port(&scheme));
        Ok(Self { scheme, host: authority.host, port })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, host, port } = self;
        match port {
            Some(port) if default_port(scheme) != Some(*port) => write!(f, "{scheme}://{host}:{port}"),
            _ => write!(f, "{scheme}://{host}"),
        }
    }
}

/// The default port of a scheme. Only the schemes that the server's own page can have are known; others, such as
/// that of browser extensions, have no default port.
fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(text: &str) -> Authority {
        Authority::read(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn a_host_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("localhost:8080", "LocalHost.:8080"),
            ("127.0.0.1", "127.0.0.1."),
            ("127.0.0.1", "[::ffff:127.0.0.1]"),
            ("[::1]:80", "[0:0:0:0:0:0:0:1]:0080"),
            ("stamp.example", "STAMP.example:"),
        ] {
            assert_eq!(authority(one), authority(other));
        }
        for (one, other) in [("localhost", "localhost:80"), ("127.0.0.1", "127.0.0.2"), ("a.b", "b")] {
            assert_ne!(authority(one), authority(other));
        }
    }

    #[test]
    fn text_that_is_not_plainly_a_host_is_invalid() {
        for text in [
            "",
            ".",
            ":80",
            "a..b",
            ".a",
            "a..",
            "a b",
            " a",
            "a/",
            "a@b",
            "user:word@a",
            "a:b",
            "a:+80",
            "a:65536",
            "a:80:80",
            "::1",
            "[::1",
            "[::1]80",
            "[::1%lo]",
            "[a]",
            "[127.0.0.1]",
            "%6c",
            "a,b",
            "grüße",
            "*",
            "a\tb",
        ] {
            assert_eq!(Authority::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_host_may_have_no_brackets_but_must_not_have_a_port() {
        for (text, host) in [("::1", "[::1]"), ("[::1]", "[::1]"), ("Stamp.Example.", "stamp.example")] {
            assert_eq!(text.parse::<Host>().unwrap().to_string(), host);
        }
        assert!("localhost:8080".parse::<Host>().unwrap_err().starts_with("leave out the port"));
        for text in ["", "*", "http://localhost", "a/b"] {
            assert!(text.parse::<Host>().unwrap_err().contains("invalid host"), "{text}");
        }
    }

    #[test]
    fn an_origin_is_the_same_however_it_is_written() {
        for (text, origin) in [
            ("HTTPS://Example.org:443", "https://example.org"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:80", "http://[::1]"),
            ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), origin);
        }
        let origin = |text: &str| text.parse::<Origin>().unwrap();
        assert_ne!(origin("http://a"), origin("https://a"));
        assert_ne!(origin("http://a"), origin("http://a:8080"));
    }

    #[test]
    fn text_that_is_not_plainly_an_origin_is_invalid() {
        for text in [
            "",
            "null",
            "*",
            "localhost",
            "http:",
            "http://",
            "://a",
            "http://a/",
            "http://a/b",
            "http://a?b",
            "http://a#b",
            "http://a b",
            "http://a http://b",
            "http://u@a",
            "1http://a",
            "http:/a",
            "//a",
        ] {
            assert!(text.parse::<Origin>().unwrap_err().contains("scheme://host:port"), "{text:?}");
        }
    }

    #[test]
    fn a_page_is_the_servers_own_by_host_and_port_whatever_the_scheme() {
        for (origin, host, own) in [
            ("http://localhost:8080", "localhost:8080", true),
            ("http://LOCALHOST:8080", "localhost.:8080", true),
            ("http://a", "a:80", true),
            ("http://a:80", "a", true),
            // A proxy that terminates TLS passes on the `Host` header.
            ("https://a", "a", true),
            ("https://a", "a:443", true),
            ("https://a:8443", "a:8443", true),
            ("https://a", "a:80", false),
            ("http://a", "a:443", false),
            ("http://a:8080", "a", false),
            ("http://localhost:8080", "127.0.0.1:8080", false),
            ("http://localhost:3000", "localhost:8080", false),
            ("http://a.b", "b", false),
            // The origin of an app or an extension, which only looks similar.
            ("tauri://localhost", "localhost", false),
            ("ftp://a:8080", "a:8080", false),
        ] {
            let judged = origin.parse::<Origin>().unwrap().is_of(&authority(host));
            assert_eq!(judged, own, "{origin} at {host}");
        }
    }
}
