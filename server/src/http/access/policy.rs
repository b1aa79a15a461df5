//! Which requests are let in. No socket, no HTTP server: a decision about what a request says of itself.
//!
//! A browser lets any web page open a WebSocket to any address, localhost too, so a page elsewhere could talk
//! to this service in its reader's name (cross-site WebSocket hijacking). The browser says in `Origin` whose
//! page it is: other people's are refused. A page can also make its own name resolve to this computer (DNS
//! rebinding); its requests are then of one origin, but `Host` still has that name: names that are not this
//! server's are refused. Clients that are no browsers send no `Origin`, and are not what this is about.

use std::fmt;
use std::net::IpAddr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Uri};

use crate::http::access::origin::{Authority, Host, Origin};

/// What is let in besides requests for what the server listens on.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// `--allow-host`.
    pub(crate) hosts: Vec<Host>,
    /// `--allow-origin`.
    pub(crate) origins: Vec<Origin>,
}

/// What is let in.
#[derive(Debug)]
pub(crate) struct AccessPolicy {
    /// Hosts that the server answers to; their ports do not matter. Forwarding changes a port, and rebinding
    /// is about names.
    hosts: Vec<Host>,
    /// Whether every loopback address is one of them, and the name that they all have.
    loopback: bool,
    /// Whether every address is: rebinding needs a name.
    any_ip: bool,
    /// Origins that are let in besides the server's own.
    origins: Vec<Origin>,
}

impl AccessPolicy {
    /// The policy of a server that was told to listen on the hosts `wanted`, is bound to `bound`, and lets in what
    /// is `allowed` as well.
    pub(crate) fn new(wanted: &[&str], bound: &[IpAddr], allowed: Allowed) -> Self {
        let Allowed { mut hosts, origins } = allowed;
        // A name that no browser can write, as one of umlauts, is not asked for either.
        hosts.extend(wanted.iter().filter_map(|host| host.parse().ok()));
        hosts.extend(bound.iter().map(|ip| Host::from(*ip)));
        let any_ip = bound.iter().any(IpAddr::is_unspecified);
        let loopback = any_ip || bound.iter().any(|ip| ip.to_canonical().is_loopback());
        Self { hosts, loopback, any_ip, origins }
    }

    /// Whether a request with this target and these headers is let in.
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

/// The host that a request asks for. If the target names one itself, that is it (RFC 9112, 3.2.2), yet there
/// is to be one `Host` header all the same.
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

/// Why a request is not let in. It is told to whoever sent it, who may be the person who runs the server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no `Host` header, or several.
    NotOneHost,
    /// What is there is no host.
    NoHost(String),
    /// A host that is not this server's.
    Host(Host),
    /// There are several origins, or something else that names none, such as `null`.
    NoOrigin(String),
    /// An origin that is not this server's.
    Origin(Origin),
}

impl Refusal {
    /// Whether the request itself is wrong, whoever sent it (RFC 9112, 3.2).
    pub(crate) fn is_malformed(&self) -> bool {
        matches!(self, Self::NotOneHost | Self::NoHost(_))
    }

    /// As the metrics name it.
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
            Self::NotOneHost => write!(f, "a request has one Host header, no fewer and no more"),
            Self::NoHost(text) => write!(f, "{text:?} is no host; write host or host:port"),
            Self::Host(host) => write!(
                f,
                "this server does not go by the name \"{host}\"; if it should, start it with \
                 --allow-host {host}"
            ),
            Self::NoOrigin(text) => write!(
                f,
                "the origin {text:?} names nobody who could be let in; open the page from this server itself"
            ),
            Self::Origin(origin) => write!(
                f,
                "pages of \"{origin}\" are not let in; if they should be, start the server with \
                 --allow-origin {origin}"
            ),
        }
    }
}

/// The most that is shown of a header, in characters; names end at 253 (RFC 1035, 2.3.4).
const MOST_SHOWN: usize = 300;

/// The value of a header as text to be shown, through `Debug`, in a reply or a log.
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
    fn a_server_on_loopback_goes_by_every_name_of_loopback() {
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
    fn a_server_on_one_address_goes_by_it_and_by_the_name_it_was_given() {
        let policy = policy("Stamp.example", &["192.0.2.1"]);
        for host in ["stamp.example", "192.0.2.1", "192.0.2.1:8080"] {
            assert!(knows(&policy, host), "{host}");
        }
        for host in ["localhost", "127.0.0.1", "192.0.2.2", "example"] {
            assert!(!knows(&policy, host), "{host}");
        }
    }

    #[test]
    fn a_server_on_every_address_goes_by_any_of_them_but_by_no_name_besides_localhost() {
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
    fn a_host_that_is_allowed_is_let_in_on_any_port() {
        let bound = ["127.0.0.1".parse().unwrap()];
        let hosts = vec!["stamp.example".parse().unwrap(), "192.0.2.1".parse().unwrap()];
        let policy = AccessPolicy::new(&[], &bound, Allowed { hosts, ..Allowed::default() });
        for host in ["stamp.example", "STAMP.EXAMPLE:443", "192.0.2.1:1"] {
            assert!(knows(&policy, host), "{host}");
        }
        assert!(!knows(&policy, "other.stamp.example"));
    }

    #[test]
    fn a_request_has_exactly_one_host_and_it_is_one() {
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
    fn a_target_that_names_a_host_counts_before_the_header() {
        let local = local();
        let header = [(HOST, "localhost:8080")];
        assert_eq!(ask_for("http://localhost:8080/ws", &local, &header), Ok(()));
        let evil = Refusal::Host("evil.example".parse().unwrap());
        assert_eq!(ask_for("http://evil.example/ws", &local, &header), Err(evil));
        assert!(ask_for("http://user@localhost/ws", &local, &header).is_err());
        assert_eq!(ask_for("http://localhost/ws", &local, &[]), Err(Refusal::NotOneHost));
    }

    #[test]
    fn no_origin_or_the_servers_own_is_let_in() {
        let local = local();
        let host = (HOST, "localhost:8080");
        assert_eq!(ask(&local, std::slice::from_ref(&host)), Ok(()));
        for own in ["http://localhost:8080", "http://LOCALHOST:8080", "https://localhost:8080"] {
            assert_eq!(ask(&local, &[host.clone(), (ORIGIN, own)]), Ok(()), "{own}");
        }
    }

    #[test]
    fn other_peoples_pages_are_not() {
        let local = local();
        let host = (HOST, "localhost:8080");
        // The last is another program's page on this very computer.
        for theirs in ["https://evil.example", "http://evil.example:8080", "http://localhost:3000"] {
            let refusal = ask(&local, &[host.clone(), (ORIGIN, theirs)]);
            assert_eq!(refusal, Err(Refusal::Origin(theirs.parse().unwrap())));
        }
        for nobody in ["null", "", "localhost:8080", "http://localhost:8080/", "http://\u{202e}"] {
            let refusal = ask(&local, &[host.clone(), (ORIGIN, nobody)]);
            assert_eq!(refusal, Err(Refusal::NoOrigin(nobody.into())));
        }
        let own = (ORIGIN, "http://localhost:8080");
        assert!(ask(&local, &[host, own.clone(), own]).is_err(), "even twice the server's own");
    }

    #[test]
    fn a_page_that_made_its_name_resolve_to_this_computer_is_not() {
        let headers = [(HOST, "evil.example:8080"), (ORIGIN, "http://evil.example:8080")];
        assert_eq!(ask(&local(), &headers), Err(Refusal::Host("evil.example".parse().unwrap())));
    }

    #[test]
    fn an_origin_that_is_allowed_is_let_in_with_its_own_scheme_and_port_alone() {
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
    fn a_refusal_names_what_is_wrong_and_the_flag_that_lets_it_in() {
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
    fn of_a_long_header_the_beginning_is_shown() {
        let long = HeaderValue::from_str(&"x".repeat(5000)).unwrap();
        assert_eq!(shown(&long).chars().count(), MOST_SHOWN + 1);
    }
}
