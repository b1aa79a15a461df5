//! Accepting, without ever giving up.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admission::{Gate, Place};
use crate::error::reason;
use crate::journal::metrics::{Fault, Metrics};
use crate::listen::bind::unpace_loopback;
use crate::peer::Peer;

/// How long to wait when the system has no more descriptors (EMFILE, ENFILE) or no memory: long enough not
/// to spin, short enough that nobody notices once there are some again.
const RETRY: Duration = Duration::from_millis(100);

/// A socket that clients connect to.
pub(crate) trait Listener: Send + Sync + 'static {
    /// What a client's connection is.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next client.
    fn accept(&self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Peer)> {
        let (stream, peer) = self.accept().await?;
        // A reply is one write; holding it back for the ACK of the last one (Nagle) only delays it.
        stream.set_nodelay(true)?;
        unpace_loopback(&stream, peer);
        Ok((stream, peer.into()))
    }
}

impl Listener for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<(UnixStream, Peer)> {
        let (stream, _unnamed) = self.accept().await?;
        let peer = stream.peer_cred()?.into();
        Ok((stream, peer))
    }
}

/// Accepts until `stop` is cancelled, and runs `handle` for each connection in a task of its own, with the
/// place that `gate` had for it.
pub(crate) async fn each<L, F, H>(
    listener: L,
    gate: Gate,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
    tasks: TaskTracker,
    handle: F,
) where
    L: Listener,
    F: Fn(L::Stream, Peer, Place) -> H,
    H: Future<Output = ()> + Send + 'static,
{
    // In this order: a listener that kept a place for whoever comes next would keep it from the clients of
    // the others that share the gate, for as long as nobody came.
    let next = async || {
        let (stream, peer) = accept(&listener, &metrics).await;
        (gate.place().await, stream, peer)
    };
    loop {
        let (place, stream, peer) = tokio::select! {
            accepted = next() => accepted,
            () = stop.cancelled() => return,
        };
        tasks.spawn(handle(stream, peer, place));
    }
}

async fn accept<L: Listener>(listener: &L, metrics: &Metrics) -> (L::Stream, Peer) {
    let mut refused = false;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_peers_fault(&error) => {
                metrics.fault(Fault::Lost);
                tracing::debug!(error = %reason(&error), "a client was gone before it was accepted");
            }
            Err(error) => {
                metrics.fault(Fault::Accept);
                if !refused {
                    tracing::warn!(error = %reason(&error), "cannot accept; clients wait in the backlog");
                    refused = true;
                }
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Linux hands errors of the new socket to `accept(2)`, and one that is gone again takes no options; neither
/// says anything of the listener.
fn is_peers_fault(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput | NotConnected
    )
}
