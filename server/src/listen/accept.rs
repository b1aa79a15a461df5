//! Accepts connections, and keeps trying after errors.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admission::{Admission, Admitted};
use crate::error::reason;
use crate::journal::{Journal, SaidOnce};
use crate::listen::arrival::{Arrival, Connection, GREETING_TIMEOUT};
use crate::listen::bind::unpace_loopback;

/// How long to wait when the system is out of descriptors (EMFILE, ENFILE) or memory: long enough not to spin,
/// short enough that nobody notices once there are some again.
const RETRY: Duration = Duration::from_millis(100);

/// A socket that clients connect to.
pub(crate) trait Listener: Send + Sync + 'static {
    /// A client's connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Accepts the next connection.
    fn accept(&self) -> impl Future<Output = io::Result<Connection<Self::Stream>>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<Connection<TcpStream>> {
        let (stream, peer) = self.accept().await?;
        // A reply is one write. Nagle's algorithm would only hold it back until the last one is acknowledged.
        stream.set_nodelay(true)?;
        unpace_loopback(&stream, peer);
        Ok(Connection { stream, peer: peer.into() })
    }
}

/// Turns connections into clients that are served, each in a task of its own.
#[derive(Clone)]
pub(crate) struct Acceptor {
    pub(crate) admission: Admission,
    pub(crate) journal: Journal,
    /// Stops accepting. Connections that were accepted go on.
    pub(crate) stop: CancellationToken,
    /// The tasks of the connections.
    pub(crate) tasks: TaskTracker,
}

impl Acceptor {
    /// Accepts until the stop. `greet` handles what comes before the first message, and `serve` does the rest. Both
    /// run in the connection's task, so that a slow greeting never holds up the next accept. Clients are admitted
    /// by the address that the greeting found.
    pub(crate) async fn run<L, S, G, GF, H, HF>(self, listener: L, greet: G, serve: H)
    where
        L: Listener,
        S: Send + 'static,
        G: Fn(Connection<L::Stream>) -> GF,
        GF: Future<Output = io::Result<Arrival<S>>> + Send + 'static,
        H: Fn(Arrival<S>, Admitted) -> HF + Send + Sync + 'static,
        HF: Future<Output = ()> + Send,
    {
        // A place is taken after the accept. Taken before, an idle listener would keep one from the clients of
        // the other listeners for as long as nobody came.
        let next = async || {
            let connection = accept(&listener, &self.journal).await;
            (self.admission.place().await, connection)
        };
        let shared = Arc::new((self.admission.clone(), self.journal.clone(), serve));
        loop {
            let (place, connection) = tokio::select! {
                accepted = next() => accepted,
                () = self.stop.cancelled() => return,
            };
            let (peer, shared) = (connection.peer, Arc::clone(&shared));
            // Boxed, because a task reserves space for everything that it ever holds, and this is short-lived.
            let greeting = Box::pin(timeout(GREETING_TIMEOUT, greet(connection)));
            self.tasks.spawn(async move {
                let (admission, journal, serve) = &*shared;
                let arrival = match greeting.await {
                    Ok(Ok(arrival)) => arrival,
                    Ok(Err(error)) => return journal.greeting_failed(peer, &reason(&error)),
                    Err(_) => return journal.greeting_failed(peer, &"it took too long"),
                };
                if let Some(admitted) = admission.admit(arrival.peer, place) {
                    serve(arrival, admitted).await;
                }
            });
        }
    }
}

async fn accept<L: Listener>(listener: &L, journal: &Journal) -> Connection<L::Stream> {
    let said = SaidOnce::default();
    loop {
        match listener.accept().await {
            Ok(connection) => return connection,
            Err(error) if is_peers_fault(&error) => journal.gone_before_accept(&error),
            Err(error) => {
                journal.cannot_accept(&error, &said);
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Linux reports errors of the new connection from `accept(2)`, and setting options fails on a connection that is
/// already gone. Neither says anything about the listener.
fn is_peers_fault(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput | NotConnected
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::net::SocketAddr;
    use std::sync::atomic::{AtomicU16, Ordering};

    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
    use tokio::sync::{Mutex, mpsc};

    use crate::listen::arrival;
    use crate::peer::{Peer, Transport};

    /// A listener whose clients the test hands in. Each seems to come from a proxy, 192.0.2.1.
    struct Clients(Mutex<mpsc::UnboundedReceiver<DuplexStream>>, AtomicU16);

    impl Listener for Clients {
        type Stream = DuplexStream;

        async fn accept(&self) -> io::Result<Connection<DuplexStream>> {
            let Some(stream) = self.0.lock().await.recv().await else { std::future::pending().await };
            let port = self.1.fetch_add(1, Ordering::Relaxed);
            Ok(Connection { stream, peer: SocketAddr::from(([192, 0, 2, 1], port)).into() })
        }
    }

    struct Accepting {
        clients: mpsc::UnboundedSender<DuplexStream>,
        served: mpsc::UnboundedReceiver<Peer>,
        journal: Journal,
    }

    impl Accepting {
        fn connect(&self) -> DuplexStream {
            let (client, servers_end) = duplex(64);
            self.clients.send(servers_end).unwrap();
            client
        }

        fn metrics(&self) -> String {
            String::from_utf8(self.journal.metrics()).unwrap()
        }
    }

    /// Accepts clients whose greeting is one byte, the last of their true address 198.51.100.x.
    fn accepting(places: usize, per_address: Option<usize>) -> Accepting {
        let journal = Journal::new(false);
        let (clients, incoming) = mpsc::unbounded_channel();
        let (tell, served) = mpsc::unbounded_channel();
        let acceptor = Acceptor {
            admission: Admission::new("stream", places, per_address, journal.clone()),
            journal: journal.clone(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        let greet = |mut connection: Connection<DuplexStream>| async move {
            let last = tokio::io::AsyncReadExt::read_u8(&mut connection.stream).await?;
            let peer = SocketAddr::from(([198, 51, 100, last], 1)).into();
            Ok(Arrival { stream: connection.stream, peer, transport: Transport::Tcp })
        };
        let serve = move |arrival: Arrival<DuplexStream>, admitted| {
            let tell = tell.clone();
            async move {
                let _ = tell.send(arrival.peer);
                let _served_until_the_end = (arrival, admitted);
                std::future::pending().await
            }
        };
        let clients_come = Clients(Mutex::new(incoming), AtomicU16::new(1));
        tokio::spawn(acceptor.run(clients_come, greet, serve));
        Accepting { clients, served, journal }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_greeting_does_not_hold_up_the_next_client() {
        let mut accepting = accepting(10, None);
        let _silent = accepting.connect();
        let mut quick = accepting.connect();
        quick.write_u8(7).await.unwrap();
        assert_eq!(accepting.served.recv().await.unwrap().to_string(), "198.51.100.7:1");
    }

    #[tokio::test(start_paused = true)]
    async fn a_greeting_that_never_ends_gives_its_place_back_and_is_counted() {
        let mut accepting = accepting(1, None);
        let _silent = accepting.connect();
        let mut waiting = accepting.connect();
        waiting.write_u8(7).await.unwrap();
        let began = tokio::time::Instant::now();
        assert_eq!(accepting.served.recv().await.unwrap().to_string(), "198.51.100.7:1");
        assert_eq!(began.elapsed(), arrival::GREETING_TIMEOUT);
        let metrics = accepting.metrics();
        assert!(metrics.contains("wirestamp_errors_total{kind=\"greeting\"} 1"), "{metrics}");
    }

    #[tokio::test(start_paused = true)]
    async fn clients_are_judged_by_the_address_that_their_greeting_tells() {
        let mut accepting = accepting(10, Some(1));
        let mut clients = Vec::new();
        for last in [7, 7, 8] {
            let mut client = accepting.connect();
            client.write_u8(last).await.unwrap();
            clients.push(client);
        }
        let served = [accepting.served.recv().await.unwrap(), accepting.served.recv().await.unwrap()];
        assert_eq!(served.map(|peer| peer.to_string()), ["198.51.100.7:1", "198.51.100.8:1"]);
        assert!(accepting.metrics().contains("wirestamp_refusals_total{reason=\"per_ip\"} 1"));
    }
}
