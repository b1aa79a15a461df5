//! All that the server listens on: what systemd handed over, and the rest bound as the flags ask for.

use std::io::{self, Write};
use std::net::SocketAddr;

use tokio::net::{TcpListener, UdpSocket};
use wirestamp_protocol::Format;

use crate::args::{OrOff, ServeArgs};
use crate::datagram;
use crate::error::Error;
use crate::http::access::policy::Guard;
use crate::listen::address::Listen;
use crate::listen::systemd::Sockets;
use crate::listen::{bind, unix};

/// Every listener, those of the service each with the format of its stamps.
pub(crate) struct Listeners {
    pub(crate) tcp: Vec<(TcpListener, Format)>,
    pub(crate) unix: Vec<(unix::Bound, Format)>,
    pub(crate) udp: Vec<(UdpSocket, Format)>,
    pub(crate) http: Vec<TcpListener>,
    /// `/metrics` alone, if it has a listener of its own.
    pub(crate) metrics: Vec<TcpListener>,
}

impl Listeners {
    /// Takes the kinds of which systemd handed any over, and binds the others.
    ///
    /// # Errors
    /// The first address that cannot be resolved or bound.
    pub(crate) async fn bind(args: &ServeArgs, handed: Sockets) -> Result<Self, Error> {
        let adopt_tcp = |listeners: Vec<_>| listeners.into_iter().map(bind::adopt_tcp).collect();
        let mut all = Self {
            tcp: with_format(adopt(adopt_tcp(handed.tcp))?, &args.format),
            unix: with_format(adopt(handed.unix.into_iter().map(unix::adopt).collect())?, &args.format),
            udp: with_format(adopt(handed.udp.into_iter().map(bind::adopt_udp).collect())?, &args.format),
            http: adopt(adopt_tcp(handed.http))?,
            metrics: Vec::new(),
        };
        let format_of = |own: &Option<Format>| own.clone().unwrap_or_else(|| args.format.clone());
        if all.tcp.is_empty() {
            for Listen { at, format } in &args.tcp {
                all.tcp.extend(with_format(bind::tcp(at, "tcp").await?, &format_of(format)));
            }
        }
        if all.unix.is_empty() {
            for Listen { at, format } in &args.unix {
                all.unix.push((unix::bind(at, args.unix_mode)?, format_of(format)));
            }
        }
        if all.udp.is_empty() {
            for Listen { at, format } in args.udp.iter().cloned().filter_map(OrOff::on) {
                all.udp.extend(with_format(bind::udp(&at).await?, &format_of(&format)));
            }
        }
        for (socket, _) in &all.udp {
            datagram::warn_of_strangers(address_of(socket.local_addr())?, args.udp_rate.on());
        }
        if all.http.is_empty() {
            for address in &args.http {
                all.http.extend(bind::tcp(address, "http").await?);
            }
        }
        if let Some(address) = &args.metrics_addr {
            all.metrics = bind::tcp(address, "metrics-addr").await?;
        }
        Ok(all)
    }

    /// Where the service is to be found over TCP.
    ///
    /// # Errors
    /// [`Error::Start`] if the system does not tell.
    pub(crate) fn first_tcp(&self) -> Result<SocketAddr, Error> {
        address_of(self.tcp[0].0.local_addr())
    }

    /// Who is let in over HTTP: whoever asks for what is listened on by its name or address.
    pub(crate) fn guard(&self, args: &ServeArgs) -> Guard {
        let named: Vec<_> = args.http.iter().chain(&args.metrics_addr).cloned().collect();
        let bound: Vec<_> = self.http.iter().chain(&self.metrics).flat_map(TcpListener::local_addr).collect();
        Guard::new(&named, &bound, args.allow_host.clone(), args.allow_origin.clone())
    }

    /// Prints a line a listener to standard output: clients may come now.
    pub(crate) fn announce(&self) {
        // Whoever closed standard output does not want to know.
        let _ = self.write(&mut io::stdout().lock());
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for (listener, _) in &self.tcp {
            writeln!(out, "listening tcp {}", listener.local_addr()?)?;
        }
        for (listener, _) in &self.unix {
            writeln!(out, "listening unix {}", listener.path().display())?;
        }
        for (socket, _) in &self.udp {
            writeln!(out, "listening udp {}", socket.local_addr()?)?;
        }
        for listener in &self.metrics {
            writeln!(out, "listening metrics http://{}/metrics", listener.local_addr()?)?;
        }
        for listener in &self.http {
            writeln!(out, "listening http http://{}/", listener.local_addr()?)?;
        }
        out.flush()
    }
}

fn with_format<T>(listeners: Vec<T>, format: &Format) -> Vec<(T, Format)> {
    listeners.into_iter().map(|listener| (listener, format.clone())).collect()
}

fn adopt<T>(adopted: io::Result<Vec<T>>) -> Result<Vec<T>, Error> {
    adopted.map_err(|source| Error::Start { what: "use a socket from systemd", source })
}

/// Where a listener is.
///
/// # Errors
/// [`Error::Start`] if the system does not tell.
pub(crate) fn address_of(bound: io::Result<SocketAddr>) -> Result<SocketAddr, Error> {
    bound.map_err(|source| Error::Start { what: "read a listener's address", source })
}
