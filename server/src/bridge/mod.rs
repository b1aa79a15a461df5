//! The WebSocket bridge: for each WebSocket a TCP connection to the timestamp service, as netcat would open
//! it.
//!
//! - [`frames`]: WebSocket frames.
//! - [`translate`]: what becomes of the bytes, in both directions.
//! - [`pump`]: moving them between the two sockets.

pub(crate) mod frames;
pub(crate) mod introduce;
mod pump;
pub(crate) mod translate;
pub(crate) mod upstream;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, empty};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bridge::introduce::Client;
use crate::bridge::upstream::Upstream;
use crate::journal::metrics::{Fault, Metrics};
use crate::peer::Transport;
use frames::{Close, CloseCode};
use pump::{GivenUp, Pump};
use translate::Translator;

pub(crate) use translate::Mode;

/// The close code for a service that cannot be reached or breaks off: 1011, "unexpected condition". IANA has
/// 1014, "bad gateway", for just that, but clients made with tungstenite take it for a protocol violation.
const SERVICE_FAILED: CloseCode = CloseCode::Error;

/// What all bridges of a server share.
#[derive(Clone)]
pub(crate) struct Bridges {
    pub(crate) upstream: Upstream,
    pub(crate) max_message: NonZeroUsize,
    pub(crate) stall_timeout: Duration,
    pub(crate) metrics: Arc<Metrics>,
    /// Bridges are tracked here: to the HTTP server an upgraded connection is a finished one.
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Bridges {
    /// Bridges one WebSocket until both sides have ended. `early` came from the client behind its handshake.
    pub(crate) async fn run<C>(&self, socket: C, early: &[u8], mode: Mode, client: Client)
    where
        C: AsyncRead + AsyncWrite + Unpin,
    {
        let (peer, transport) = (client.peer, Transport::Ws);
        tracing::debug!(%transport, %peer, ?mode, upstream = %self.upstream, "bridge opened");
        let mut talk = Translator::new(mode, self.max_message.get());
        let (farewell, given_up) = match self.upstream.dial(client).await {
            Ok(dialled) => {
                let mut pump = Pump::new(socket, dialled.stream, self.stall_timeout, &mut talk);
                pump.feed(early);
                self.drive(pump).await
            }
            Err(reason) => {
                self.metrics.fault(Fault::Service);
                tracing::warn!(%peer, "{reason}");
                let mut pump = Pump::new(socket, empty(), self.stall_timeout, &mut talk);
                pump.stop(Close::new(SERVICE_FAILED, reason));
                self.drive(pump).await
            }
        };
        let (messages_in, messages_out) = talk.counts();
        let (code, reason) = match &farewell {
            Some(close) => (Some(u16::from(close.code)), Some(close.reason.as_str())),
            None => (None, None),
        };
        if matches!(code, Some(1002 | 1007 | 1009)) {
            self.metrics.fault(Fault::WebSocket);
        }
        match given_up {
            Some(GivenUp::Stalled) => self.metrics.of(transport).stalls.inc(),
            Some(GivenUp::Unanswered) => self.metrics.fault(Fault::Unanswered),
            Some(GivenUp::Farewell) | None => {}
        }
        tracing::info!(%transport, %peer, messages_in, messages_out, code, reason, ?given_up, "bridge closed");
    }

    async fn drive<C, S>(&self, mut pump: Pump<'_, C, S>) -> (Option<Close>, Option<GivenUp>)
    where
        C: AsyncRead + AsyncWrite + Unpin,
        S: AsyncRead + AsyncWrite + Unpin,
    {
        // Moving comes first, so that what is there already outruns the stop.
        tokio::select! {
            biased;
            () = pump.run() => {}
            () = self.stop.cancelled() => {
                pump.stop(Close::new(CloseCode::Away, "the server is stopping"));
                pump.run().await;
            }
        }
        (pump.farewell().cloned(), pump.given_up())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use crate::bridge::introduce::Introductions;

    #[tokio::test]
    async fn what_the_client_sent_before_the_stop_is_passed_on() {
        let bridges = Bridges {
            upstream: Upstream::own("127.0.0.1:1".parse().unwrap(), Introductions::default()),
            max_message: NonZeroUsize::new(100).unwrap(),
            stall_timeout: Duration::from_secs(60),
            metrics: Arc::new(Metrics::new()),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        };
        let ((mut client, clients_end), (mut service, services_end)) = (duplex(100), duplex(100));
        // A frame whose mask is all noughts.
        client.write_all(b"\x81\x85\0\0\0\0hello").await.unwrap();
        bridges.stop.cancel();
        let driven = tokio::spawn(async move {
            let mut talk = Translator::new(Mode::Lines, 100);
            let pump = Pump::new(clients_end, services_end, bridges.stall_timeout, &mut talk);
            bridges.drive(pump).await
        });
        let mut line = String::new();
        service.read_to_string(&mut line).await.unwrap();
        assert_eq!(line, "hello\n");
        drop((client, service));
        let (farewell, _) = driven.await.unwrap();
        assert_eq!(farewell.map(|close| close.code), Some(CloseCode::Away));
    }
}
