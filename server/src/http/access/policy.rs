//! Decides which requests are allowed, from their target and their headers. There is no socket and no HTTP server
//! here.
//!
//! Browsers let any web page open a WebSocket to any address, including localhost, so a page from elsewhere could
//! talk to this service in its reader's name (cross-site WebSocket hijacking). The browser sends the page's origin
//! in `Origin`, and origins other than the server's own are refused. A page can also make its own name resolve to
//! this computer (DNS rebinding). Its requests then count as same-origin, but `Host` still has that name, and names
//! other than the server's are refused. Clients other than browsers don't send `Origin`. These attacks don't
//! concern them.

use std::fmt;
use std::net::IpAddr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Uri};

use crate::http::access::origin::{Authority, Host, Origin};

/// What is allowed in addition to requests for what the server listens on.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// `--allow-host`.
    pub(crate) hosts: Vec<Host>,
    /// `--allow-origin`.
    pub(crate) origins: Vec<Origin>,
}

/// The rules that requests are checked against.
#[derive(Debug)]
pub(crate) struct AccessPolicy {
    /// The hosts that the server answers to. Ports don't matter: forwarding changes them, and rebinding is about
    /// names.
    hosts: Vec<Host>,
    /// Whether the server also answers to every loopback address, and to `localhost`.
    loopback: bool,
    /// Whether the server also answers to every address. That is safe, because rebinding needs a name.
    any_ip: bool,
    /// The origins that are allowed in addition to the server's own.
    origins: Vec<Origin>,
}

impl AccessPolicy {
    /// Creates the policy of a server that was told to listen on the hosts `wanted` and is bound to the addresses
    /// `bound`. `allowed` is allowed in addition.
    pub(crate) fn new(wanted: &[&str], bound: &[IpAddr], allowed: Allowed) -> Self {
        let Allowed { mut hosts, origins } = allowed;
        // No browser asks for a name that it can't write, such as one with umlauts.
        hosts.extend(wanted.iter().filter_map(|host| host.parse().ok()));
        hosts.extend(bound.iter().map(|ip| Host::from(*ip)));
        let any_ip = bound.iter().any(IpAddr::is_unspecified);
        let loopback = any_ip || bound.iter().any(|ip| ip.to_canonical().is_loopback());
        Self { hosts, loopback, any_ip, origins }
    }

    /// Decides whether a request with this target and these headers is allowed.
    ///
    /// # Errors
    /// Why the request is refused.
    pub(crate) fn judge(&self, target: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let asked = host(target, headers)?;
        if !self.answers_to(&asked.host) {
            return Err(Refusal::Host(asked.host));
        }
        let mut origins = headers.get_all(ORIGIN).iter();
        let (origin, another) = (origins.next(), origins.next());
        let Some(origin) = origin else { return Ok(()) };
        let read = origin.to_str().ok().and_then(|text| text.parse::<Origin>().ok());
        match read.filter(|_| another.is_none()) {
            None => Err(Refusal::NoOrigin(shown(origin))),
            Some(origin) if origin.is_of(&asked) || self.origins.contains(&origin) => Ok(()),
            Some(origin) => Err(Refusal::Origin(origin)),
        }
    }

    fn answers_to(&self, host: &Host) -> bool {
        self.hosts.contains(host)
            || match host {
                Host::Ip(ip) => self.any_ip || self.loopback && ip.is_loopback(),
                Host::Name(name) => self.loopback && name == "localhost",
            }
    }
}

/// The host that a request is for. A host in the target takes precedence (RFC 9112, 3.2.2), but there must be
/// exactly one `Host` header all the same.
fn host(target: &Uri, headers: &HeaderMap) -> Result<Authority, Refusal> {
    let mut values = headers.get_all(HOST).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(Refusal::NotOneHost) };
    let text = match target.authority() {
        Some(authority) => Some(authority.as_str()),
        None => value.to_str().ok(),
    };
    let read = text.and_then(Authority::read);
    read.ok_or_else(|| Refusal::NoHost(text.map_or_else(|| shown(value), cut)))
}

/// Why a request is refused. The client gets the reason, because it may belong to the person who runs the server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no `Host` header, or more than one.
    NotOneHost,
    /// The host is invalid.
    NoHost(String),
    /// The host is not this server's.
    Host(Host),
    /// There is more than one origin, or it is invalid, as `null` is.
    NoOrigin(String),
    /// The origin is not this server's.
    Origin(Origin),
}

impl Refusal {
    /// Whether the request itself is invalid, whoever sent it (RFC 9112, 3.2).
    pub(crate) fn is_malformed(&self) -> bool {
        matches!(self, Self::NotOneHost | Self::NoHost(_))
    }

    /// The name in the metrics.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::NotOneHost | Self::NoHost(_) | Self::Host(_) => "host",
            Self::NoOrigin(_) | Self::Origin(_) => "origin",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOneHost => write!(f, "a request must have exactly one Host header"),
            Self::NoHost(text) => write!(f, "invalid host {text:?}; write host or host:port"),
            Self::Host(host) => write!(
                f,
                "requests for the host \"{host}\" are refused; to allow them, start the server with \
                 --allow-host {host}"
            ),
            Self::NoOrigin(text) => {
                write!(f, "invalid origin {text:?}; open the page from this server itself")
            }
            Self::Origin(origin) => write!(
                f,
                "pages from \"{origin}\" are refused; to allow them, start the server with \
                 --allow-origin {origin}"
            ),
        }
    }
}

/// The most characters of a header that are shown. Names have at most 253 (RFC 1035, 2.3.4).
const MOST_SHOWN: usize = 300;

/// The value of a header as text, to be shown through `Debug` in a response or in the log.
pub(crate) fn shown(value: &HeaderValue) -> String {
    cut(&String::from_utf8_lossy(value.as_bytes()))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    /// The policy of a server that was told to listen on `wanted`, which resolves to `bound`.
    fn policy(wanted: &str, bound: &[&str]) -> AccessPolicy {
        let bound: Vec<IpAddr> = bound.iter().map(|bound| bound.parse().unwrap()).collect();
        AccessPolicy::new(&[wanted], &bound, Allowed::default())
    }

    fn local() -> AccessPolicy {
        policy("localhost", &["127.0.0.1", "::1"])
    }

    fn ask(policy: &AccessPolicy, headers: &[(HeaderName, &str)]) -> Result<(), Refusal> {
        ask_for("/ws", policy, headers)
    }

    fn ask_for(target: &str, policy: &AccessPolicy, headers: &[(HeaderName, &str)]) -> Result<(), Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        policy.judge(&target.parse().unwrap(), &map)
    }

    fn knows(policy: &AccessPolicy, host: &str) -> bool {
        match ask(policy, &[(HOST, host)]) {
            Ok(()) => true,
            Err(Refusal::Host(_)) => false,
            Err(other) => panic!("{host}: {other}"),
        }
    }

    #[test]
    fn a_server_on_loopback_answers_to_every_name_of_loopback() {
        for policy in [local(), policy("127.0.0.1", &["127.0.0.1"]), policy("::1", &["::1"])] {
            for host in ["localhost", "LOCALHOST.:9", "127.0.0.1:8080", "127.0.0.2", "[::1]:8080"] {
                assert!(knows(&policy, host), "{host}");
            }
            for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1"] {
                assert!(!knows(&policy, host), "{host}");
            }
        }
    }

    #[test]
    fn a_server_on_one_address_answers_to_it_and_to_its_name() {
        let policy = policy("Stamp.example", &["192.0.2.1"]);
        for host in ["stamp.example", "192.0.2.1", "192.0.2.1:8080"] {
            assert!(knows(&policy, host), "{host}");
        }
        for host in ["localhost", "127.0.0.1", "192.0.2.2", "example"] {
            assert!(!knows(&policy, host), "{host}");
        }
    }

    #[test]
    fn a_server_on_every_address_answers_to_all_of_them_but_to_no_name_except_localhost() {
        for wildcard in ["0.0.0.0", "::"] {
            let policy = policy(wildcard, &[wildcard]);
            for host in ["192.0.2.1:8080", "[2001:db8::1]", "127.0.0.1", "[::1]", "0.0.0.0", "localhost:8080"]
            {
                assert!(knows(&policy, host), "{host} at {wildcard}");
            }
            assert!(!knows(&policy, "evil.example"));
        }
    }

    #[test]
    fn an_allowed_host_may_have_any_port() {
        let bound = ["127.0.0.1".parse().unwrap()];
        let hosts = vec!["stamp.example".parse().unwrap(), "192.0.2.1".parse().unwrap()];
        let policy = AccessPolicy::new(&[], &bound, Allowed { hosts, ..Allowed::default() });
        for host in ["stamp.example", "STAMP.EXAMPLE:443", "192.0.2.1:1"] {
            assert!(knows(&policy, host), "{host}");
        }
        assert!(!knows(&policy, "other.stamp.example"));
    }

    #[test]
    fn a_request_must_have_exactly_one_valid_host() {
        let local = local();
        let twice = [(HOST, "localhost"), (HOST, "localhost")];
        assert_eq!(ask(&local, &[]), Err(Refusal::NotOneHost));
        assert_eq!(ask(&local, &twice), Err(Refusal::NotOneHost));
        for garbage in ["", "local host", "localhost, evil.example", "user@localhost", "\u{202e}"] {
            assert_eq!(ask(&local, &[(HOST, garbage)]), Err(Refusal::NoHost(garbage.into())));
        }
        assert!(Refusal::NotOneHost.is_malformed() && Refusal::NoHost(String::new()).is_malformed());
    }

    #[test]
    fn a_host_in_the_target_takes_precedence_over_the_header() {
        let local = local();
        let header = [(HOST, "localhost:8080")];
        assert_eq!(ask_for("http://localhost:8080/ws", &local, &header), Ok(()));
        let evil = Refusal::Host("evil.example".parse().unwrap());
        assert_eq!(ask_for("http://evil.example/ws", &local, &header), Err(evil));
        assert!(ask_for("http://user@localhost/ws", &local, &header).is_err());
        assert_eq!(ask_for("http://localhost/ws", &local, &[]), Err(Refusal::NotOneHost));
    }

    #[test]
    fn requests_without_an_origin_or_with_the_servers_own_are_allowed() {
        let local = local();
        let host = (HOST, "localhost:8080");
        assert_eq!(ask(&local, std::slice::from_ref(&host)), Ok(()));
        for own in ["http://localhost:8080", "http://LOCALHOST:8080", "https://localhost:8080"] {
            assert_eq!(ask(&local, &[host.clone(), (ORIGIN, own)]), Ok(()), "{own}");
        }
    }

    #[test]
    fn pages_from_other_origins_are_refused() {
        let local = local();
        let host = (HOST, "localhost:8080");
        // The last is the page of another program on this computer.
        for theirs in ["https://evil.example", "http://evil.example:8080", "http://localhost:3000"] {
            let refusal = ask(&local, &[host.clone(), (ORIGIN, theirs)]);
            assert_eq!(refusal, Err(Refusal::Origin(theirs.parse().unwrap())));
        }
        for nobody in ["null", "", "localhost:8080", "http://localhost:8080/", "http://\u{202e}"] {
            let refusal = ask(&local, &[host.clone(), (ORIGIN, nobody)]);
            assert_eq!(refusal, Err(Refusal::NoOrigin(nobody.into())));
        }
        let own = (ORIGIN, "http://localhost:8080");
        assert!(
            ask(&local, &[host, own.clone(), own]).is_err(),
            "two origins are refused even if they are the server's own"
        );
    }

    #[test]
    fn a_page_whose_name_resolves_to_this_computer_is_refused() {
        let headers = [(HOST, "evil.example:8080"), (ORIGIN, "http://evil.example:8080")];
        assert_eq!(ask(&local(), &headers), Err(Refusal::Host("evil.example".parse().unwrap())));
    }

    #[test]
    fn an_allowed_origin_must_have_its_own_scheme_and_port() {
        let origins = vec!["https://app.example".parse().unwrap()];
        let policy = AccessPolicy::new(
            &[],
            &["127.0.0.1".parse().unwrap()],
            Allowed { origins, ..Allowed::default() },
        );
        let judge = |origin| ask(&policy, &[(HOST, "localhost:8080"), (ORIGIN, origin)]).is_ok();
        assert!(judge("https://app.example") && judge("https://APP.example:443"));
        assert!(!judge("http://app.example") && !judge("https://app.example:8443"));
    }

    #[test]
    fn a_refusal_names_what_is_wrong_and_the_flag_that_allows_it() {
        for (refusal, said) in [
            (Refusal::Host("Evil.example".parse().unwrap()), "--allow-host evil.example"),
            (Refusal::Host("::1".parse().unwrap()), "--allow-host [::1]"),
            (Refusal::Origin("http://a:1".parse().unwrap()), "--allow-origin http://a:1"),
            (Refusal::NoOrigin("\u{202e}\"".into()), r#""\u{202e}\"""#),
        ] {
            assert!(refusal.to_string().contains(said), "{refusal}");
        }
    }

    #[test]
    fn only_the_beginning_of_a_long_header_is_shown() {
        let long = HeaderValue::from_str(&"x".repeat(5000)).unwrap();
        assert_eq!(shown(&long).chars().count(), MOST_SHOWN + 1);
    }
}
