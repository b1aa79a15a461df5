//! The server put together: bind everything, say so, run until told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::args::ServeArgs;
use crate::bridge::Bridges;
use crate::dial::Upstream;
use crate::error::Error;
use crate::session::Settings;
use crate::{clock, http, listen, service};

/// How long sessions may take to end once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// A server whose listeners are bound.
pub struct Server {
    tcp: Vec<TcpListener>,
    http: Vec<TcpListener>,
    settings: Settings,
    upstream: Upstream,
}

impl Server {
    /// Binds every listener that `args` asks for.
    ///
    /// # Errors
    /// The first address that cannot be resolved or bound.
    pub async fn bind(args: ServeArgs) -> Result<Self, Error> {
        let tcp = bind_all(&args.tcp, "tcp").await?;
        let http = bind_all(&args.http, "http").await?;
        let upstream = match args.upstream {
            Some(address) => Upstream::elsewhere(address),
            None => Upstream::own(address_of(&tcp[0])?),
        };
        let settings = Settings {
            gap: args.gap.into(),
            max_message: args.max_message.into(),
            clock: if args.utc { clock::utc } else { clock::local },
        };
        Ok(Self { tcp, http, settings, upstream })
    }

    /// Prints a line a listener to standard output: clients may come now.
    ///
    /// # Errors
    /// None that matter: whoever closed standard output does not want to know.
    pub fn announce(&self) {
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        for address in self.tcp.iter().flat_map(TcpListener::local_addr) {
            let _ = writeln!(out, "listening tcp {address}");
        }
        for address in self.http.iter().flat_map(TcpListener::local_addr) {
            let _ = writeln!(out, "listening http http://{address}/");
        }
        let _ = out.flush();
    }

    /// Serves until `stop` is cancelled, then lets the sessions end, for ten seconds at most.
    pub async fn run(self, stop: CancellationToken) {
        let tasks = TaskTracker::new();
        for listener in self.tcp {
            tasks.spawn(service::run(listener, self.settings.clone(), stop.clone(), tasks.clone()));
        }
        let bridges = Bridges {
            upstream: self.upstream,
            max_message: self.settings.max_message,
            tasks: tasks.clone(),
            stop: stop.clone(),
        };
        let router = http::router(bridges);
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

async fn bind_all(
    addresses: &[crate::address::Address],
    flag: &'static str,
) -> Result<Vec<TcpListener>, Error> {
    let mut listeners = Vec::new();
    for address in addresses {
        listeners.extend(listen::bind(address, flag).await?);
    }
    Ok(listeners)
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, Error> {
    listener.local_addr().map_err(|source| Error::Start { what: "read a listener's address", source })
}
