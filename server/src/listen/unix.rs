//! Binds Unix stream sockets to paths.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use socket2::{Domain, SockAddr, Socket, Type};
use tokio::net::UnixListener;

use crate::error::Error;
use crate::listen::accept::Listener;
use crate::listen::arrival::Connection;
use crate::listen::bind::BACKLOG;

/// A listener on a path. If this program bound it, dropping it removes the path.
pub(crate) struct PathListener {
    listener: UnixListener,
    path: PathBuf,
    /// The device and inode of the path, which tell whether it still is this listener's. `None` if something else
    /// bound it.
    identity: Option<(u64, u64)>,
}

impl PathListener {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Listener for PathListener {
    type Stream = tokio::net::UnixStream;

    async fn accept(&self) -> io::Result<Connection<tokio::net::UnixStream>> {
        let (stream, _unnamed) = self.listener.accept().await?;
        let peer = stream.peer_cred()?.into();
        Ok(Connection { stream, peer })
    }
}

impl Drop for PathListener {
    fn drop(&mut self) {
        if self.identity.is_some() && identity(&self.path).ok() == self.identity {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Binds `path`. Whoever can write to it, according to `mode`, can connect (unix(7)). A socket that nobody listens
/// on is replaced; anything else is left alone.
///
/// # Errors
/// [`Error::ListenUnix`], with the reason.
pub(crate) fn bind(path: &Path, mode: u32) -> Result<PathListener, Error> {
    let failed = |why: String| Error::ListenUnix { path: path.to_owned(), why };
    remove_stale(path).map_err(failed)?;
    listen(path, mode).map_err(|error| failed(crate::error::reason(&error)))
}

/// Takes over a listener that something else bound and will remove.
pub(crate) fn adopt(listener: std::os::unix::net::UnixListener) -> io::Result<PathListener> {
    let path = listener.local_addr()?.as_pathname().map_or_else(|| "?".into(), Path::to_owned);
    listener.set_nonblocking(true)?;
    Ok(PathListener { listener: UnixListener::from_std(listener)?, path, identity: None })
}

/// Removes the socket at `path` if nobody listens on it.
///
/// # Errors
/// Why the path isn't free.
fn remove_stale(path: &Path) -> Result<(), String> {
    let kind = match path.symlink_metadata() {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(crate::error::reason(&error)),
    };
    if !kind.is_socket() {
        return Err("something other than a socket is there and was left alone".into());
    }
    match try_connect(path) {
        Ok(()) => Err("another program is listening there".into()),
        // Its backlog is full.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            Err("another program is listening there".into())
        }
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).map_err(|error| crate::error::reason(&error))
        }
        Err(error) => {
            Err(format!("cannot tell whether the socket there is in use: {}", crate::error::reason(&error)))
        }
    }
}

/// Connects without waiting for a program that doesn't accept (connect(2), `EAGAIN`).
fn try_connect(path: &Path) -> io::Result<()> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.connect(&SockAddr::unix(path)?)
}

fn listen(path: &Path, mode: u32) -> io::Result<PathListener> {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    // The path gets the socket's own mode, minus the umask. So it is never open to more users than `mode` allows.
    let socket = File::from(OwnedFd::from(socket));
    socket.set_permissions(Permissions::from_mode(mode))?;
    let socket = Socket::from(OwnedFd::from(socket));
    socket.bind(&SockAddr::unix(path)?)?;
    let identity = Some(identity(path)?);
    std::fs::set_permissions(path, Permissions::from_mode(mode))?;
    socket.listen(BACKLOG)?;
    let listener = UnixListener::from_std(OwnedFd::from(socket).into())?;
    Ok(PathListener { listener, path: path.to_owned(), identity })
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    path.symlink_metadata().map(|metadata| (metadata.dev(), metadata.ino()))
}
