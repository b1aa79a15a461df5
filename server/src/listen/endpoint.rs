//! Endpoints: bound sockets, each with its role and its profile.

use std::fmt;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use tokio::net::{TcpListener, UdpSocket};
use wirestamp_arrival::{Source, ask_kernel};

use crate::error::Error;
use crate::journal::Journal;
use crate::listen::address::Address;
use crate::listen::bind;
use crate::listen::profile::{Binding, Profile};
use crate::listen::systemd::Sockets;
use crate::listen::unix::{self, PathListener};

/// A bound socket, what its clients find there, and how they are served.
pub(crate) struct Endpoint {
    pub(crate) socket: EndpointSocket,
    pub(crate) role: Role,
    pub(crate) profile: Profile,
    /// Where its times of arrival come from.
    pub(crate) times: Source,
    /// Where the socket is bound.
    pub(crate) at: Location,
}

/// A socket that clients connect to, or send datagrams to.
pub(crate) enum EndpointSocket {
    Tcp(TcpListener),
    Unix(PathListener),
    Udp(UdpSocket),
}

/// What an endpoint's clients find there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The timestamp service.
    Service,
    /// The page, the WebSocket bridge and the rest of HTTP.
    Http,
    /// `/metrics` alone.
    Metrics,
}

/// Where a socket is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    Ip(SocketAddr),
    Path(PathBuf),
}

/// What to listen on: the flags, validated.
#[derive(Debug)]
pub(crate) struct Bindings {
    pub(crate) tcp: Vec<Binding<Address>>,
    pub(crate) unix: Vec<Binding<PathBuf>>,
    /// The mode of Unix sockets (chmod(2)).
    pub(crate) unix_mode: u32,
    pub(crate) udp: Vec<Binding<Address>>,
    pub(crate) http: Vec<Binding<Address>>,
    pub(crate) metrics: Option<Address>,
    /// Where times of arrival come from, if the system has both.
    pub(crate) times: Source,
    /// The settings that a binding's query leaves out.
    pub(crate) default: Profile,
}

impl Endpoint {
    fn new(socket: EndpointSocket, role: Role, profile: Profile) -> Result<Self, Error> {
        let at = match &socket {
            EndpointSocket::Tcp(listener) => listener.local_addr().map(Location::Ip),
            EndpointSocket::Udp(socket) => socket.local_addr().map(Location::Ip),
            EndpointSocket::Unix(listener) => Ok(Location::Path(listener.path().to_owned())),
        };
        let at = at.map_err(|source| Error::Start { what: "read a listener's address", source })?;
        Ok(Self { times: Source::Read, socket, role, profile, at })
    }

    /// The address that it's bound to, if it has one.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        match &self.at {
            Location::Ip(address) => Some(address.ip()),
            Location::Path(_) => None,
        }
    }

    /// Asks the kernel for the times of arrival. Where it has none, they stay those of the reads.
    fn ask_kernel(&mut self) {
        let agreed = match &self.socket {
            EndpointSocket::Tcp(listener) => ask_kernel(listener),
            EndpointSocket::Udp(socket) => ask_kernel(socket),
            EndpointSocket::Unix(_) => false,
        };
        if agreed {
            self.times = Source::Kernel;
        }
    }
}

/// As the `listening` lines of standard output show it.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = &self.at;
        match (self.role, &self.socket) {
            (Role::Service, EndpointSocket::Tcp(_)) => write!(f, "tcp {at}"),
            (Role::Service, EndpointSocket::Unix(_)) => write!(f, "unix {at}"),
            (Role::Service, EndpointSocket::Udp(_)) => write!(f, "udp {at}"),
            (Role::Http, _) => write!(f, "http http://{at}/"),
            (Role::Metrics, _) => write!(f, "metrics http://{at}/metrics"),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(address) => address.fmt(f),
            Self::Path(path) => path.display().fmt(f),
        }
    }
}

/// Binds every listener, in the order in which they are announced. If systemd handed over sockets of a kind, they
/// replace the listeners of that kind.
///
/// # Errors
/// The first address that cannot be resolved or bound, or that there is nothing for clients to connect to.
pub(crate) async fn bind(
    wanted: &Bindings,
    handed: Sockets,
    journal: &Journal,
) -> Result<Vec<Endpoint>, Error> {
    let mut all = Vec::new();
    listen_tcp(&wanted.tcp, handed.tcp, Role::Service, wanted, journal, &mut all).await?;
    if handed.unix.is_empty() {
        for Binding { at, profile } in &wanted.unix {
            let listener = unix::bind(at, wanted.unix_mode)?;
            let profile = profile.clone().or(&wanted.default);
            all.push(Endpoint::new(EndpointSocket::Unix(listener), Role::Service, profile)?);
        }
    }
    for socket in handed.unix {
        let listener = unix::adopt(socket).map_err(cannot_adopt)?;
        all.push(Endpoint::new(EndpointSocket::Unix(listener), Role::Service, wanted.default.clone())?);
    }
    if handed.udp.is_empty() {
        for Binding { at, profile } in &wanted.udp {
            let profile = profile.clone().or(&wanted.default);
            for socket in bind::udp(at, journal).await? {
                all.push(Endpoint::new(EndpointSocket::Udp(socket), Role::Service, profile.clone())?);
            }
        }
    }
    for socket in handed.udp {
        let socket = bind::adopt_udp(socket).map_err(cannot_adopt)?;
        all.push(Endpoint::new(EndpointSocket::Udp(socket), Role::Service, wanted.default.clone())?);
    }
    if let Some(at) = &wanted.metrics {
        for listener in bind::tcp(at, "metrics-addr", journal).await? {
            all.push(Endpoint::new(EndpointSocket::Tcp(listener), Role::Metrics, wanted.default.clone())?);
        }
    }
    listen_tcp(&wanted.http, handed.http, Role::Http, wanted, journal, &mut all).await?;
    if all.iter().all(|endpoint| endpoint.role == Role::Metrics) {
        return Err(Error::NoListener);
    }
    if wanted.times == Source::Kernel {
        all.iter_mut().for_each(Endpoint::ask_kernel);
    }
    Ok(all)
}

async fn listen_tcp(
    bindings: &[Binding<Address>],
    handed: Vec<std::net::TcpListener>,
    role: Role,
    wanted: &Bindings,
    journal: &Journal,
    all: &mut Vec<Endpoint>,
) -> Result<(), Error> {
    if handed.is_empty() {
        let flag = if role == Role::Http { "http" } else { "tcp" };
        for Binding { at, profile } in bindings {
            let profile = profile.clone().or(&wanted.default);
            for listener in bind::tcp(at, flag, journal).await? {
                all.push(Endpoint::new(EndpointSocket::Tcp(listener), role, profile.clone())?);
            }
        }
    }
    for listener in handed {
        let listener = bind::adopt_tcp(listener).map_err(cannot_adopt)?;
        all.push(Endpoint::new(EndpointSocket::Tcp(listener), role, wanted.default.clone())?);
    }
    Ok(())
}

fn cannot_adopt(source: io::Error) -> Error {
    Error::Start { what: "use a socket from systemd", source }
}

/// Prints a line for each endpoint to standard output: the server accepts clients from now on. The lines are one
/// write, so that a reader of the first one gets all.
///
/// # Errors
/// If standard output doesn't take the lines, because a program that waits for them would wait forever. If it was
/// closed from the start, nobody waits, and nothing is wrong.
pub(crate) fn announce(endpoints: &[Endpoint]) -> Result<(), Error> {
    let lines: String = endpoints.iter().map(|endpoint| format!("listening {endpoint}\n")).collect();
    let mut out = io::stdout().lock();
    out.write_all(lines.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| Error::Start { what: "print the listening addresses to standard output", source })
}
