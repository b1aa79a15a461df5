//! Parses `host:port`.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// A host, by name or by address, and a port: `localhost:21567`, `127.0.0.1:0`, `[::1]:21567`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A name or an address, an IPv6 address without its brackets.
    pub host: String,
    /// A port. To a listener, 0 means any free one.
    pub port: u16,
}

/// The host of an address that has none. To listen on every address takes `0.0.0.0` or `[::]`.
const LOCALHOST: &str = "localhost";

impl FromStr for Address {
    type Err = String;

    /// Reads an address. A port alone, with or without its colon, is one of localhost.
    fn from_str(text: &str) -> Result<Self, String> {
        const FORMS: &str = "write host:port or [v6]:port";
        if let Some((scheme, _)) = text.split_once("://") {
            return Err(format!("leave out {scheme}://; {FORMS}"));
        }
        let is_port = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (host, port) = match text.rsplit_once(':') {
            Some(("", port)) => (LOCALHOST, port),
            None if is_port => (LOCALHOST, text),
            Some(parts) => parts,
            None => return Err(format!("missing port; {FORMS}")),
        };
        let digits = Some(port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        let port = number.ok_or_else(|| format!("invalid port {port:?}: must be 0 to 65535; {FORMS}"))?;
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(v6) => {
                let address = v6.split_once('%').map_or(v6, |(address, _zone)| address);
                if address.parse::<Ipv6Addr>().is_err() {
                    return Err(format!("invalid IPv6 address {v6:?}; {FORMS}"));
                }
                v6
            }
            None if host.contains(':') => {
                return Err(format!("an IPv6 address needs brackets: [{host}]:{port}"));
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
    fn a_port_alone_is_one_of_localhost() {
        for (text, full) in
            [("21567", "localhost:21567"), (":21567", "localhost:21567"), (":0", "localhost:0")]
        {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), full, "{text}");
        }
    }

    #[test]
    fn an_error_names_what_is_wrong() {
        for (text, reason) in [
            ("localhost", "missing port"),
            ("localhost:", "invalid port \"\": must be 0 to 65535"),
            ("localhost:70000", "invalid port \"70000\": must be 0 to 65535"),
            ("", "missing port"),
            (":", "invalid port \"\": must be 0 to 65535"),
            ("70000", "invalid port \"70000\": must be 0 to 65535"),
            ("::1:21567", "an IPv6 address needs brackets: [::1]:21567"),
            ("http://localhost:80", "leave out http://"),
            ("tcp://[::1]:7", "leave out tcp://"),
            ("[::1]:+7", "invalid port \"+7\": must be 0 to 65535"),
            ("[localhost]:1", "invalid IPv6 address \"localhost\""),
        ] {
            let error = text.parse::<Address>().unwrap_err();
            assert!(error.starts_with(reason), "{text}: {error}");
        }
    }
}
