//! Sockets that systemd hands over (systemd.socket(5)). Without systemd, there are none.

use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixListener;

use listenfd::ListenFd;

use crate::error::Error;

/// Sockets that systemd bound, by the `FileDescriptorName=` in their unit.
#[derive(Debug, Default)]
pub struct Sockets {
    pub(crate) tcp: Vec<TcpListener>,
    pub(crate) unix: Vec<UnixListener>,
    pub(crate) udp: Vec<UdpSocket>,
    pub(crate) http: Vec<TcpListener>,
}

impl Sockets {
    /// Takes the sockets that were handed over. If there are any of one kind, they replace the listeners of that
    /// kind that the flags ask for. This must be called before there are threads, because it removes variables from
    /// the environment.
    ///
    /// # Errors
    /// [`Error::Inherit`] if a socket's name isn't tcp, unix, udp or http, or if the socket is of another kind than
    /// its name says.
    pub fn take() -> Result<Self, Error> {
        let mut handed = ListenFd::from_env();
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let names: Vec<&str> = names.split(':').collect();
        let mut sockets = Self::default();
        for index in 0..handed.len() {
            let name = names.get(index).copied().unwrap_or_default();
            let taken = match name {
                "tcp" => keep(handed.take_tcp_listener(index), &mut sockets.tcp),
                "http" => keep(handed.take_tcp_listener(index), &mut sockets.http),
                "unix" => keep(handed.take_unix_listener(index), &mut sockets.unix),
                "udp" => keep(handed.take_udp_socket(index), &mut sockets.udp),
                _ => Err(io::Error::other("FileDescriptorName= must be tcp, unix, udp or http")),
            };
            taken.map_err(|source| Error::Inherit { name: name.to_owned(), source })?;
        }
        Ok(sockets)
    }
}

fn keep<T>(taken: io::Result<Option<T>>, kept: &mut Vec<T>) -> io::Result<()> {
    kept.extend(taken?);
    Ok(())
}
