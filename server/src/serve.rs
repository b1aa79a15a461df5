//! The server put together: bind everything, say so, run until told to stop.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wirestamp_protocol::Format;

use crate::args::{OrOff, ServeArgs};
use crate::bridge::Bridges;
use crate::dial::Upstream;
use crate::error::Error;
use crate::guard::Guard;
use crate::introduce::Introductions;
use crate::peer::Transport;
use crate::service::Service;
use crate::session::Settings;
use crate::{clock, http, listen, udp, unix};

/// How long sessions may take to end once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// A server whose listeners are bound.
pub struct Server {
    tcp: Vec<(TcpListener, Format)>,
    unix: Vec<(unix::Bound, Format)>,
    udp: Vec<(UdpSocket, Format)>,
    http: Vec<TcpListener>,
    guard: Guard,
    settings: Settings,
    udp_rate: Option<NonZeroU32>,
    upstream: Upstream,
    introductions: Introductions,
}

impl Server {
    /// Binds every listener that `args` asks for.
    ///
    /// # Errors
    /// The first address that cannot be resolved or bound.
    pub async fn bind(args: ServeArgs) -> Result<Self, Error> {
        let format_of = |own: &Option<Format>| own.clone().unwrap_or_else(|| args.format.clone());
        let mut tcp = Vec::new();
        for wanted in &args.tcp {
            let bound = listen::tcp(&wanted.at, "tcp").await?;
            tcp.extend(bound.into_iter().map(|listener| (listener, format_of(&wanted.format))));
        }
        let mut unix = Vec::new();
        for wanted in &args.unix {
            unix.push((unix::bind(&wanted.at, args.unix_mode)?, format_of(&wanted.format)));
        }
        let udp_rate = args.udp_rate.on();
        let mut udp = Vec::new();
        for wanted in args.udp.iter().cloned().filter_map(OrOff::on) {
            for socket in listen::udp(&wanted.at).await? {
                udp::warn_of_strangers(address_of(socket.local_addr())?, udp_rate);
                udp.push((socket, format_of(&wanted.format)));
            }
        }
        let mut http = Vec::new();
        for wanted in &args.http {
            http.extend(listen::tcp(wanted, "http").await?);
        }
        let bound: Vec<SocketAddr> = http.iter().flat_map(TcpListener::local_addr).collect();
        let guard = Guard::new(&args.http, &bound, args.allow_host, args.allow_origin);
        let introductions = Introductions::default();
        let upstream = match args.upstream {
            Some(address) => Upstream::Elsewhere(address),
            None => Upstream::own(address_of(tcp[0].0.local_addr())?, introductions.clone()),
        };
        let settings = Settings {
            gap: args.gap.on().map(|gap| gap.0),
            max_message: args.max_message.into(),
            clock: if args.utc { clock::utc } else { clock::local },
            format: args.format,
        };
        Ok(Self { tcp, unix, udp, http, guard, settings, udp_rate, upstream, introductions })
    }

    /// Prints a line a listener to standard output: clients may come now.
    ///
    /// # Errors
    /// None that matter: whoever closed standard output does not want to know.
    pub fn announce(&self) {
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        for address in self.tcp.iter().flat_map(|(listener, _)| listener.local_addr()) {
            let _ = writeln!(out, "listening tcp {address}");
        }
        for path in self.unix.iter().map(|(listener, _)| Path::display(listener.path())) {
            let _ = writeln!(out, "listening unix {path}");
        }
        for address in self.udp.iter().flat_map(|(socket, _)| socket.local_addr()) {
            let _ = writeln!(out, "listening udp {address}");
        }
        for address in self.http.iter().flat_map(TcpListener::local_addr) {
            let _ = writeln!(out, "listening http http://{address}/");
        }
        let _ = out.flush();
    }

    /// Serves until `stop` is cancelled, then lets the sessions end, for ten seconds at most.
    pub async fn run(self, stop: CancellationToken) {
        let tasks = TaskTracker::new();
        let service = Service {
            settings: self.settings.clone(),
            introductions: self.introductions,
            stop: stop.clone(),
            tasks: tasks.clone(),
        };
        for (listener, format) in self.tcp {
            service.start(listener, Transport::Tcp, format);
        }
        for (listener, format) in self.unix {
            service.start(listener, Transport::Unix, format);
        }
        for (socket, format) in self.udp {
            let settings = udp::Settings { clock: self.settings.clock, format, rate: self.udp_rate };
            tasks.spawn(udp::run(socket, settings, stop.clone()));
        }
        let bridges = Bridges {
            upstream: self.upstream,
            max_message: self.settings.max_message,
            tasks: tasks.clone(),
            stop: stop.clone(),
        };
        let router = http::router(bridges, self.guard);
        for listener in self.http {
            tasks.spawn(http::run(listener, router.clone(), stop.clone(), tasks.clone()));
        }
        stop.cancelled().await;
        tasks.close();
        match timeout(DRAIN, tasks.wait()).await {
            Ok(()) => tracing::info!("stopped"),
            Err(_) => tracing::warn!(left = tasks.len(), "stopped with sessions cut off"),
        }
    }
}

fn address_of(bound: std::io::Result<SocketAddr>) -> Result<SocketAddr, Error> {
    bound.map_err(|source| Error::Start { what: "read a listener's address", source })
}
