//! The timestamp service over TCP.

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accept;
use crate::session::{Session, Settings, Transport};

/// Serves the clients of one listener until `stop` is cancelled; `tasks` tracks their sessions.
pub(crate) async fn run(
    listener: TcpListener,
    settings: Settings,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    accept::each(listener, stop.clone(), tasks, |stream, peer| {
        let session = Session::open(Transport::Tcp, peer, &settings);
        let stop = stop.clone();
        async move { session.run(stream, &stop).await }
    })
    .await;
}
