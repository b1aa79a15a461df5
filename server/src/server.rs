//! Builds the server's parts from the configuration, and runs them until the stop.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wirestamp_arrival::{KernelRead, Source};

use crate::admission::Admission;
use crate::args::Config;
use crate::bridge::upstream::Upstream;
use crate::bridge::{Backend, Bridges};
use crate::datagram::DatagramService;
use crate::drain::Drain;
use crate::error::Error;
use crate::http::access::Access;
use crate::http::access::policy::AccessPolicy;
use crate::http::access::watch::{WatchAccess, WatchCheck};
use crate::http::connection::Http;
use crate::http::events::Events;
use crate::http::info::Info;
use crate::http::listener_name::ListenerName;
use crate::http::router::{self, Routes};
use crate::journal::Journal;
use crate::journal::feed::Entrance;
use crate::listen::accept::{Acceptor, Listener};
use crate::listen::arrival;
use crate::listen::endpoint::{self, Endpoint, EndpointSocket, Location, Role};
use crate::listen::profile::Profile;
use crate::listen::systemd::Sockets;
use crate::peer::Transport;
use crate::process::{notify, open_files};
use crate::session::{ListenerService, Service};
use crate::watch::{self, Rules, Watch};

/// A server whose listeners are bound.
pub struct Server {
    endpoints: Vec<Endpoint>,
    parts: Parts,
    watch: Watch,
    drain: Drain,
    drain_timeout: Duration,
}

/// What serves the clients of the endpoints.
struct Parts {
    journal: Journal,
    /// The limits of TCP and Unix clients.
    streams: Admission,
    /// The limits of HTTP clients.
    http: Admission,
    /// The limits of the clients of the listener for `/metrics`.
    metrics: Admission,
    service: Service,
    datagrams: DatagramService,
    routes: Routes,
    metrics_routes: Routes,
}

/// The way in at an endpoint.
struct Way {
    /// The address or path, as it is told.
    name: String,
    profile: Profile,
    times: Source,
}

/// How many HTTP connections are accepted beyond the limit, to be told about it. Monitoring needs a few of them. They
/// use the descriptors that [`open_files`] keeps free.
const HTTP_RESERVE: usize = 16;

/// How many connections may ask for `/metrics` at once at a listener of its own.
const METRICS_PLACES: usize = 16;

impl Server {
    /// Binds every listener that `config` asks for, and makes what serves their clients. What happens is told to
    /// `journal`.
    ///
    /// # Errors
    /// The first address that cannot be resolved or bound, or the system has no thread for those who watch.
    pub async fn bind(config: Config, handed: Sockets, journal: Journal) -> Result<Self, Error> {
        let places = open_files::max_connections(config.max_connections, config.upstream.is_some())?;
        let endpoints = endpoint::bind(&config.listen, handed, &journal).await?;
        warn_of_exposed_udp(&endpoints, &config, &journal);
        let drain = Drain::default();
        let drain_timeout = config.drain;
        let watch = start_watching(&config, &journal)?;
        let parts = Parts::new(config, &endpoints, places, &drain, watch.clone(), journal);
        Ok(Self { endpoints, parts, watch, drain, drain_timeout })
    }

    /// Tells standard output, and systemd, that the server accepts clients.
    ///
    /// # Errors
    /// [`Error::Start`] if standard output can't be written to.
    pub fn announce(&self) -> Result<(), Error> {
        endpoint::announce(&self.endpoints)?;
        notify::ready();
        Ok(())
    }

    /// Serves until `asked_to_stop` is cancelled, then lets the sessions end, for as long as the drain may take.
    pub async fn run(self, asked_to_stop: CancellationToken) {
        let Self { endpoints, parts, watch, drain, drain_timeout } = self;
        for endpoint in endpoints {
            parts.serve(endpoint, &drain);
        }
        asked_to_stop.cancelled().await;
        notify::stopping();
        drain.run(drain_timeout, &parts.journal, &watch).await;
    }
}

impl Parts {
    fn new(
        config: Config,
        endpoints: &[Endpoint],
        places: usize,
        drain: &Drain,
        watch: Watch,
        journal: Journal,
    ) -> Self {
        let streams = Admission::new("stream", places, config.max_per_address, journal.clone());
        let watchers = watch_check(&config, endpoints, &journal);
        let info = Info::new(endpoints, &config.service, config.upstream.as_ref(), watchers.access.name());
        let events = Events::new(watch, journal.clone(), drain.close_http.clone());
        let policy = Arc::new(access_policy(&config, endpoints));
        let access = Access { policy, journal: journal.clone() };
        let datagrams =
            DatagramService { zone: config.service.zone, rates: config.udp_rates, journal: journal.clone() };
        let (max_message, stall_timeout) = (config.service.max_message, config.service.stall_timeout);
        let service = Service { settings: Arc::new(config.service), journal: journal.clone() };
        let bridges = Bridges {
            backend: match config.upstream {
                Some(address) => Backend::Elsewhere(Upstream(address)),
                None => Backend::Own { service: service.clone(), stop: CancellationToken::new() },
            },
            max_message,
            stall_timeout,
            journal: journal.clone(),
            tasks: drain.sessions.clone(),
            stop: drain.stop.clone(),
        };
        let shows_metrics = endpoints.iter().all(|one| one.role != Role::Metrics);
        Self {
            http: streams.beside("http", places, HTTP_RESERVE),
            metrics: Admission::new("metrics", METRICS_PLACES, config.max_per_address, journal.clone()),
            service,
            datagrams,
            routes: router::routes(
                bridges,
                info,
                streams.clone(),
                shows_metrics,
                events,
                watchers,
                access.clone(),
            ),
            streams,
            metrics_routes: router::metrics_routes(access),
            journal,
        }
    }

    /// Begins to serve the clients of one endpoint.
    fn serve(&self, endpoint: Endpoint, drain: &Drain) {
        let Endpoint { socket, role, profile, times, at } = endpoint;
        let way = Way { name: at.to_string(), profile, times };
        match (socket, role) {
            (EndpointSocket::Tcp(listener), Role::Service) => {
                tokio::spawn(self.stream_clients(listener, Transport::Tcp, way, drain));
            }
            (EndpointSocket::Unix(listener), _) => {
                drain.listeners.spawn(self.stream_clients(listener, Transport::Unix, way, drain));
            }
            (EndpointSocket::Udp(socket), _) => {
                let datagrams = self.datagrams.clone();
                drain.listeners.spawn(datagrams.run(socket, way.profile, way.times, drain.stop.clone()));
            }
            (EndpointSocket::Tcp(listener), Role::Http) => {
                tokio::spawn(self.http_clients(listener, &self.http, &self.routes, way, drain));
            }
            (EndpointSocket::Tcp(listener), Role::Metrics) => {
                tokio::spawn(self.http_clients(listener, &self.metrics, &self.metrics_routes, way, drain));
            }
        }
    }

    fn stream_clients<L: Listener>(
        &self,
        listener: L,
        transport: Transport,
        way: Way,
        drain: &Drain,
    ) -> impl Future<Output = ()> + use<L>
    where
        L::Stream: KernelRead,
    {
        let Way { name, profile, times } = way;
        let acceptor = Acceptor {
            admission: self.streams.clone(),
            journal: self.journal.clone(),
            stop: drain.stop.clone(),
            tasks: drain.sessions.clone(),
        };
        let entrance = Entrance { listener: name, format: Some(profile.format.clone()), label: None };
        let service = Arc::new(ListenerService {
            service: self.service.clone(),
            profile,
            entrance: Arc::new(entrance),
            stop: drain.stop.clone(),
        });
        acceptor.run(
            listener,
            move |connection| arrival::plain(connection, transport, times),
            move |client, admitted| Arc::clone(&service).serve(client, admitted),
        )
    }

    fn http_clients(
        &self,
        listener: TcpListener,
        admission: &Admission,
        routes: &Routes,
        way: Way,
        drain: &Drain,
    ) -> impl Future<Output = ()> + use<> {
        let Way { name, profile, times } = way;
        let acceptor = Acceptor {
            admission: admission.clone(),
            journal: self.journal.clone(),
            stop: drain.close_http.clone(),
            tasks: drain.http.clone(),
        };
        let http = Http {
            routes: routes.clone(),
            profile: Arc::new(profile),
            listener: ListenerName(name.into()),
            journal: self.journal.clone(),
            stall_timeout: self.service.settings.stall_timeout,
            close: drain.close_http.clone(),
        };
        acceptor.run(
            listener,
            move |connection| arrival::plain(connection, Transport::Tcp, times),
            move |client, admitted| http.clone().serve(client, admitted),
        )
    }
}

/// Starts the desk for those who watch.
///
/// # Errors
/// The system has no thread for it.
fn start_watching(config: &Config, journal: &Journal) -> Result<Watch, Error> {
    let rules = Rules {
        zone: config.service.zone,
        gap: config.service.gap,
        max_message: config.service.max_message.get() as u64,
    };
    let settings = watch::Settings { rules, memory: config.watch_memory, journal: journal.clone() };
    Watch::start(settings).map_err(|source| Error::Start { what: "start the thread for watching", source })
}

/// Who may watch, and a warning if that is nobody.
fn watch_check(config: &Config, endpoints: &[Endpoint], journal: &Journal) -> WatchCheck {
    let http = endpoints.iter().filter(|endpoint| endpoint.role == Role::Http);
    let access = WatchAccess::new(config.watch_token.clone(), http.filter_map(Endpoint::ip));
    if access == WatchAccess::Off {
        journal.watching_is_off();
    }
    WatchCheck { access: Arc::new(access), journal: journal.clone() }
}

/// Allows requests for the names and addresses that the server listens on.
fn access_policy(config: &Config, endpoints: &[Endpoint]) -> AccessPolicy {
    let wanted = config.listen.http.iter().map(|binding| &binding.at).chain(&config.listen.metrics);
    let wanted: Vec<&str> = wanted.map(|address| address.host.as_str()).collect();
    let bound: Vec<IpAddr> =
        endpoints.iter().filter(|endpoint| endpoint.role != Role::Service).filter_map(Endpoint::ip).collect();
    AccessPolicy::new(&wanted, &bound, config.allowed.clone())
}

fn warn_of_exposed_udp(endpoints: &[Endpoint], config: &Config, journal: &Journal) {
    for endpoint in endpoints {
        if let (EndpointSocket::Udp(_), Location::Ip(address)) = (&endpoint.socket, &endpoint.at)
            && !address.ip().to_canonical().is_loopback()
        {
            journal.udp_is_exposed(*address, config.udp_rates.remote);
        }
    }
}
