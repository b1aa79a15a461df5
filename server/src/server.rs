//! The server put together: its parts made from the flags, run until told to stop, and ended in order.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admission::{Gate, PerAddress};
use crate::args::ServeArgs;
use crate::bridge::Bridges;
use crate::bridge::introduce::Introductions;
use crate::bridge::upstream::Upstream;
use crate::clock;
use crate::datagram;
use crate::error::Error;
use crate::http::access::Door;
use crate::http::health;
use crate::http::info::{self, Info};
use crate::http::{self, Http};
use crate::journal::metrics::Metrics;
use crate::listen::endpoint::Listeners;
use crate::listen::systemd::{self, Sockets};
use crate::peer::Transport;
use crate::process::open_files;
use crate::session::Settings;
use crate::session::service::Service;

/// How long HTTP connections may take once the sessions have ended: by then they have nothing to say.
const HTTP_CLOSE: Duration = Duration::from_secs(1);

/// A server whose listeners are bound.
pub struct Server {
    listeners: Listeners,
    service: Service,
    udp: datagram::Settings,
    bridges: Bridges,
    http: Http,
    info: Info,
    door: Door,
    drain: Duration,
}

impl Server {
    /// Binds every listener that `args` asks for, and makes what serves their clients.
    ///
    /// # Errors
    /// The first address that cannot be resolved or bound.
    pub async fn bind(args: ServeArgs, handed: Sockets) -> Result<Self, Error> {
        let max_connections = open_files::max_connections(args.max_connections)?;
        let listeners = Listeners::bind(&args, handed).await?;
        let info = Info::of(&listeners, &args)?;
        let stop = CancellationToken::new();
        let metrics = Arc::new(Metrics::new());
        let door = Door { guard: Arc::new(listeners.guard(&args)), metrics: Arc::clone(&metrics) };
        let introductions = Introductions::default();
        let per_address = PerAddress::new(args.max_per_ip.on().map(Into::into), Arc::clone(&metrics));
        let settings = Settings {
            gap: args.gap.on().map(|gap| gap.0),
            max_message: args.max_message.into(),
            stall_timeout: args.stall_timeout,
            idle_timeout: args.idle_timeout.on().map(|timeout| timeout.0),
            clock: if args.utc { clock::utc } else { clock::local },
            format: args.format,
            metrics: Arc::clone(&metrics),
        };
        let udp = datagram::Settings {
            clock: settings.clock,
            format: settings.format.clone(),
            rate: args.udp_rate.on(),
            metrics: Arc::clone(&metrics),
        };
        let bridges = Bridges {
            upstream: match args.upstream {
                Some(address) => Upstream::Elsewhere(address),
                None => Upstream::own(listeners.first_tcp()?, introductions.clone()),
            },
            max_message: settings.max_message,
            stall_timeout: settings.stall_timeout,
            metrics: Arc::clone(&metrics),
            tasks: TaskTracker::new(),
            stop: stop.clone(),
        };
        let http = Http {
            gate: Gate::new("http", max_connections, Arc::clone(&metrics)),
            per_address: per_address.clone(),
            metrics: Arc::clone(&metrics),
            close: CancellationToken::new(),
            connections: TaskTracker::new(),
        };
        let service = Service {
            settings,
            introductions,
            gate: Gate::new("stream", max_connections, metrics),
            per_address,
            stop,
            sessions: TaskTracker::new(),
        };
        Ok(Self { listeners, service, udp, bridges, http, info, door, drain: args.drain })
    }

    /// Says on standard output, and to systemd, that clients may come.
    pub fn announce(&self) {
        self.listeners.announce();
        systemd::ready();
    }

    /// Serves until `asked_to_stop` is cancelled, then lets the sessions end, for as long as the drain may take.
    pub async fn run(self, asked_to_stop: CancellationToken) {
        let Self { listeners, service, udp, bridges, http, info, door, drain } = self;
        let (stop, sessions) = (service.stop.clone(), service.sessions.clone());
        for (listener, format) in listeners.tcp {
            tokio::spawn(service.clone().run(listener, Transport::Tcp, format));
        }
        // Those that have something to do at their end: a path to remove, counts to log.
        let closing = TaskTracker::new();
        for (listener, format) in listeners.unix {
            closing.spawn(service.clone().run(listener, Transport::Unix, format));
        }
        for (socket, format) in listeners.udp {
            let settings = datagram::Settings { format, ..udp.clone() };
            closing.spawn(datagram::run(socket, settings, stop.clone()));
        }
        let metrics = health::metrics(Arc::clone(&http.metrics));
        let beside_the_page = listeners.metrics.is_empty().then(|| metrics.clone());
        let router = http::router(bridges.clone(), info::routes(&info), beside_the_page, door.clone());
        for listener in listeners.http {
            tokio::spawn(http.clone().run(listener, router.clone()));
        }
        let router = http::metrics_router(metrics, door);
        for listener in listeners.metrics {
            tokio::spawn(http.clone().run(listener, router.clone()));
        }

        asked_to_stop.cancelled().await;
        systemd::stopping();
        let before = (sessions.len(), bridges.tasks.len());
        stop.cancel();
        for tasks in [&sessions, &bridges.tasks, &closing] {
            tasks.close();
        }
        let ended = async { tokio::join!(sessions.wait(), bridges.tasks.wait(), closing.wait()) };
        let _ = timeout(drain, ended).await;
        let cut = (sessions.len(), bridges.tasks.len());
        tracing::info!(
            sessions_drained = before.0.saturating_sub(cut.0),
            sessions_cut = cut.0,
            bridges_drained = before.1.saturating_sub(cut.1),
            bridges_cut = cut.1,
            "stopped"
        );
        http.close.cancel();
        http.connections.close();
        let _ = timeout(HTTP_CLOSE, http.connections.wait()).await;
    }
}
