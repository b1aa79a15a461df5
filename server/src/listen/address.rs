//! `host:port` as people write it, and the socket addresses that it stands for.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr};
use std::str::FromStr;

use wirestamp_protocol::Format;

use crate::error::Error;

/// A host, by name or by address, and a port: `localhost:21567`, `127.0.0.1:0`, `[::1]:21567`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A name or an address, an IPv6 address without its brackets.
    pub host: String,
    /// A port; to listen on, 0 is whichever is free.
    pub port: u16,
}

impl Address {
    /// Every socket address that the host resolves to, each once, in the resolver's order.
    ///
    /// # Errors
    /// [`Error::Resolve`] if the name has none.
    pub async fn resolve(&self) -> Result<Vec<SocketAddr>, Error> {
        let failed = |source| Error::Resolve { address: self.clone(), source };
        let mut all: Vec<SocketAddr> = Vec::new();
        for found in tokio::net::lookup_host((self.host.as_str(), self.port)).await.map_err(failed)? {
            if !all.contains(&found) {
                all.push(found);
            }
        }
        if all.is_empty() {
            return Err(failed(std::io::Error::other("the name has no address")));
        }
        Ok(all)
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const FORMS: &str = "write host:port or [v6]:port";
        let (host, port) = text.rsplit_once(':').ok_or_else(|| format!("the port is missing; {FORMS}"))?;
        let port = port.parse().map_err(|_| format!("{port:?} is no port from 0 to 65535; {FORMS}"))?;
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(v6) => {
                let address = v6.split_once('%').map_or(v6, |(address, _zone)| address);
                if address.parse::<Ipv6Addr>().is_err() {
                    return Err(format!("{v6:?} is no IPv6 address; {FORMS}"));
                }
                v6
            }
            None if host.is_empty() => {
                return Err("the host is missing; for every address write 0.0.0.0 or [::]".into());
            }
            None if host.contains(':') => {
                return Err(format!("an IPv6 address stands in brackets: [{host}]:{port}"));
            }
            None => host,
        };
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

/// What to listen on, and the format of its stamps if it has one of its own: `localhost:21568?format=rfc3339`,
/// `/run/wirestamp.sock?format=unix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen<A> {
    /// An address, or a path.
    pub at: A,
    /// The format behind the question mark.
    pub format: Option<Format>,
}

impl<A: FromStr<Err: fmt::Display>> FromStr for Listen<A> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (at, format) = match text.split_once('?') {
            None => (text, None),
            Some((at, query)) => {
                let format = query.strip_prefix("format=").ok_or("behind the '?' stands format=…")?;
                (at, Some(format.parse().map_err(|error| format!("{format:?} is no format: {error}"))?))
            }
        };
        Ok(Self { at: at.parse().map_err(|error: A::Err| error.to_string())?, format })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read_and_written_back() {
        for text in ["localhost:21567", "127.0.0.1:0", "[::1]:21567", "[::]:65535", "[fe80::1%lo]:1"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, reason) in [
            ("localhost", "the port is missing"),
            ("localhost:", "\"\" is no port"),
            ("localhost:70000", "\"70000\" is no port"),
            (":21567", "the host is missing"),
            ("::1:21567", "an IPv6 address stands in brackets: [::1]:21567"),
            ("[localhost]:1", "\"localhost\" is no IPv6 address"),
        ] {
            let error = text.parse::<Address>().unwrap_err();
            assert!(error.starts_with(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_listener_may_have_a_format_of_its_own() {
        let plain: Listen<Address> = "localhost:1".parse().unwrap();
        assert_eq!(plain.format, None);
        let own: Listen<Address> = "localhost:1?format=%H:%M?".parse().unwrap();
        assert_eq!((own.at, own.format), (plain.at, Some("%H:%M?".parse().unwrap())));
        for (text, reason) in [
            ("localhost:1?", "behind the '?' stands format="),
            ("localhost:1?stamp=unix", "behind the '?' stands format="),
            ("localhost:1?format=unics", "\"unics\" is no format"),
            ("localhost?format=unix", "the port is missing"),
        ] {
            let error = text.parse::<Listen<Address>>().unwrap_err();
            assert!(error.starts_with(reason), "{text}: {error}");
        }
    }
}
