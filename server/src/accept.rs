//! Accepting, without ever giving up.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::reason;

/// How long to wait when the system has no more descriptors (EMFILE, ENFILE) or no memory: long enough not
/// to spin, short enough that nobody notices once there are some again.
const RETRY: Duration = Duration::from_millis(100);

/// Accepts until `stop` is cancelled, and runs `handle` for each connection in a task of its own.
pub(crate) async fn each<F, H>(listener: TcpListener, stop: CancellationToken, tasks: TaskTracker, handle: F)
where
    F: Fn(TcpStream, SocketAddr) -> H,
    H: Future<Output = ()> + Send + 'static,
{
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = stop.cancelled() => return,
        };
        // A reply is one write; holding it back for the ACK of the last one (Nagle) only delays it.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%peer, error = %reason(&error), "TCP_NODELAY refused");
        }
        tasks.spawn(handle(stream, peer));
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut refused = false;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_peers_fault(&error) => {
                tracing::debug!(error = %reason(&error), "a client was gone before it was accepted");
            }
            Err(error) => {
                if !refused {
                    tracing::warn!(error = %reason(&error), "cannot accept; clients wait in the backlog");
                    refused = true;
                }
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Linux hands errors of the new socket to `accept(2)`; they say nothing of the listener.
fn is_peers_fault(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
