//! The WebSocket bridge: it talks to the timestamp service on behalf of its client, as netcat would.
//!
//! - [`frames`]: WebSocket frames.
//! - [`translate`]: translating the bytes, in both directions.
//! - [`pump`]: moving them between the client and the service.
//! - [`pipe`]: the stream between them, if the service is this server's own.
//! - [`arrivals`]: passing on the times at which bytes arrived.
//! - [`upstream`]: a service elsewhere.

mod arrivals;
pub(crate) mod frames;
mod pipe;
mod pump;
pub(crate) mod translate;
pub(crate) mod upstream;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, empty};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wirestamp_arrival::ReportsArrival;

use crate::ending::{Ending, How, Party};
use crate::journal::feed::Entrance;
use crate::journal::{Journal, OpenSession};
use crate::listen::profile::Profile;
use crate::peer::{Peer, Transport};
use crate::session::Service;
use arrivals::{LastArrival, Noted};
use frames::{Close, CloseCode};
use pipe::pipe;
use pump::Pump;
use translate::Translator;
use upstream::Upstream;

pub(crate) use translate::Mode;

/// The close code for a service that cannot be reached or breaks off: 1011, "unexpected condition". IANA has
/// 1014, "bad gateway", for just that, but tungstenite treats it as a protocol violation.
const SERVICE_FAILED: CloseCode = CloseCode::Error;

/// What all bridges of a server share.
#[derive(Clone)]
pub(crate) struct Bridges {
    pub(crate) backend: Backend,
    pub(crate) max_message: NonZeroUsize,
    pub(crate) stall_timeout: Duration,
    pub(crate) journal: Journal,
    /// The tasks of the bridges. To the HTTP server an upgraded connection is a finished one.
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

/// The service that bridges speak to.
#[derive(Clone)]
pub(crate) enum Backend {
    /// This server's own, reached in memory.
    Own {
        service: Service,
        /// Never cancelled. The bridge is told of the stop, and ends its stream once it has passed on all that it
        /// read. A service that stopped sooner would leave that without replies.
        stop: CancellationToken,
    },
    /// A service elsewhere, reached over TCP.
    Elsewhere(Upstream),
}

/// What a client asked for in its handshake.
pub(crate) struct Asked {
    pub(crate) mode: Mode,
    pub(crate) profile: Profile,
    /// The address of the listener that it came to.
    pub(crate) listener: Arc<str>,
    /// The name that it gave itself.
    pub(crate) label: Option<String>,
}

impl Asked {
    /// What is told of how the client came.
    fn entrance(&self, backend: &Backend) -> Entrance {
        let format = match backend {
            Backend::Own { .. } => Some(self.profile.format.clone()),
            Backend::Elsewhere(_) => None,
        };
        Entrance { listener: self.listener.to_string(), format, label: self.label.clone() }
    }
}

/// Counts what went through to a service elsewhere, even if the session is cut.
struct CountedOnDrop<'a> {
    talk: &'a mut Translator,
    session: &'a mut OpenSession,
}

impl Drop for CountedOnDrop<'_> {
    fn drop(&mut self) {
        self.session.counted(self.talk.counts());
    }
}

impl Bridges {
    /// Bridges one WebSocket until both sides have ended. `early` came right after its handshake.
    pub(crate) async fn run<C>(&self, socket: C, early: Bytes, peer: Peer, asked: Asked)
    where
        C: AsyncRead + AsyncWrite + ReportsArrival + Unpin,
    {
        let entrance = asked.entrance(&self.backend);
        let mut session = self.journal.opened(Transport::Ws, peer, Arc::new(entrance));
        let mut talk = Translator::new(asked.mode, self.max_message.get());
        let ending = match &self.backend {
            Backend::Own { service, stop } => {
                let (near, mut far) = pipe();
                let last_arrival = LastArrival::of(&socket);
                let client = Noted { stream: socket, last: &last_arrival };
                let driven = self.drive(client, near, early, &mut talk);
                let answered = async {
                    let mut conversation = service.conversation(&asked.profile, &mut session);
                    let ending = conversation.run(&mut far, |_| last_arrival.get(), stop).await;
                    drop(far);
                    ending
                };
                let (ending, answered) = pipe::run(driven, answered).await;
                // If the service ended first, it knows why.
                if ending.by == Party::Upstream { answered } else { ending }
            }
            Backend::Elsewhere(upstream) => {
                // Boxed, because a future reserves space for its largest branch, which this would be.
                Box::pin(self.relay(socket, early, upstream, &mut talk, &mut session)).await
            }
        };
        session.end(ending);
    }

    /// Bridges a WebSocket to a service elsewhere.
    async fn relay<C>(
        &self,
        socket: C,
        early: Bytes,
        upstream: &Upstream,
        talk: &mut Translator,
        session: &mut OpenSession,
    ) -> Ending
    where
        C: AsyncRead + AsyncWrite + Unpin,
    {
        match upstream.dial().await {
            Ok(service) => {
                let counted = CountedOnDrop { talk, session };
                self.drive(socket, service, early, counted.talk).await
            }
            Err(reason) => {
                session.unreachable(&reason);
                let ending = Ending { by: Party::Upstream, how: How::Unreachable(reason.clone()) };
                let mut pump = Pump::new(socket, empty(), self.stall_timeout, talk);
                pump.stop(ending, Close::new(SERVICE_FAILED, reason));
                pump.run().await
            }
        }
    }

    /// Moves bytes between a client and a service until both have ended.
    async fn drive<C, S>(&self, client: C, service: S, early: Bytes, talk: &mut Translator) -> Ending
    where
        C: AsyncRead + AsyncWrite + Unpin,
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut pump = Pump::new(client, service, self.stall_timeout, talk);
        pump.feed(&early);
        // It shares its memory with the whole buffer that the handshake was read into.
        drop(early);
        // Poll the pump first, so that bytes already here beat the stop.
        tokio::select! {
            biased;
            ending = pump.run() => return ending,
            () = self.stop.cancelled() => {}
        }
        let close = Close::new(CloseCode::Away, "the server is stopping");
        pump.stop(Ending::by_server(How::Stop), close);
        pump.run().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    fn bridges() -> Bridges {
        Bridges {
            backend: Backend::Elsewhere(Upstream("service.invalid:1".parse().unwrap())),
            max_message: NonZeroUsize::new(100).unwrap(),
            stall_timeout: Duration::from_secs(60),
            journal: Journal::new(false),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }
    }

    #[tokio::test]
    async fn what_the_client_sent_before_the_stop_is_passed_on() {
        let bridges = bridges();
        let ((mut client, clients_end), (mut service, services_end)) = (duplex(100), duplex(100));
        // A frame whose mask is all zeros.
        client.write_all(b"\x81\x85\0\0\0\0hello").await.unwrap();
        bridges.stop.cancel();
        let driven = tokio::spawn(async move {
            let mut talk = Translator::new(Mode::Lines, 100);
            bridges.drive(clients_end, services_end, Bytes::new(), &mut talk).await
        });
        let mut line = String::new();
        service.read_to_string(&mut line).await.unwrap();
        assert_eq!(line, "hello\n");
        drop(service);
        let mut close = [0; 4];
        client.read_exact(&mut close).await.unwrap();
        assert_eq!((close[0], &close[2..]), (0x88, &1001_u16.to_be_bytes()[..]));
        drop(client);
        assert_eq!(driven.await.unwrap(), Ending::by_server(How::Stop));
    }

    #[tokio::test]
    async fn what_went_through_is_counted_even_if_the_session_is_cut() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Upstream(listener.local_addr().unwrap().to_string().parse().unwrap());
        let (bridges, (mut client, clients_end)) = (bridges(), duplex(100));
        let journal = bridges.journal.clone();
        client.write_all(b"\x81\x85\0\0\0\0hello").await.unwrap();
        let session = tokio::spawn(async move {
            let peer = Peer::Process { pid: None, uid: 0 };
            let mut session = bridges.journal.opened(Transport::Ws, peer, Entrance::test());
            let mut talk = Translator::new(Mode::Lines, 100);
            bridges.relay(clients_end, Bytes::new(), &upstream, &mut talk, &mut session).await
        });
        let (mut service, _) = listener.accept().await.unwrap();
        service.write_all(b"[then] hello\n").await.unwrap();
        let mut reply = [0; 14];
        client.read_exact(&mut reply).await.unwrap();
        session.abort();
        assert!(session.await.unwrap_err().is_cancelled());
        let shown = String::from_utf8(journal.metrics()).unwrap();
        for line in ["received_bytes_total{transport=\"ws\"} 5", "sent_bytes_total{transport=\"ws\"} 12"] {
            assert!(shown.contains(line), "{line}: {shown}");
        }
    }
}
