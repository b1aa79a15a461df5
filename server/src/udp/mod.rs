//! The timestamp service over UDP: one datagram in, one out.
//!
//! A service that answers any datagram with a larger one can be made half of a loop with another such
//! service, or an amplifier, by whoever sends it datagrams with a false source address. So there are some
//! that get no answer; [`guard`] says which.

mod guard;
mod rate;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wirestamp_protocol::{Format, Stamper};

use crate::clock::Clock;
use crate::error::reason;
use crate::metrics::{Fault, Metrics};
use crate::peer::{Transport, canonical};
use guard::{Guard, Silence};

/// The most that a datagram carries over IPv4, in bytes: 65,535 less 20 of IP and 8 of UDP (RFC 768).
const MAX_DATAGRAM: usize = 65_507;

/// What a UDP listener does.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    pub(crate) format: Format,
    /// Replies a second to one source address beyond loopback; `None`: any number.
    pub(crate) rate: Option<NonZeroU32>,
    pub(crate) metrics: Arc<Metrics>,
}

/// What became of the datagrams of a listener. Logged on drop.
#[derive(Debug)]
struct Counts {
    address: String,
    answered: u64,
    silences: [u64; Silence::ALL.len()],
}

impl Drop for Counts {
    fn drop(&mut self) {
        let [low_port, stamped, too_large, over_rate] = self.silences;
        let Self { address, answered, .. } = self;
        tracing::info!(
            transport = %Transport::Udp,
            %address,
            answered,
            low_port,
            stamped,
            too_large,
            over_rate,
            "listener closed"
        );
    }
}

/// Answers the datagrams of one socket until `stop` is cancelled.
pub(crate) async fn run(socket: UdpSocket, settings: Settings, stop: CancellationToken) {
    let start = Instant::now();
    let address = socket.local_addr().map_or_else(|_| "?".into(), |address| address.to_string());
    let mut guard = Guard::new(settings.format.clone(), settings.rate);
    let mut stamper = Stamper::new(settings.format);
    let metrics = settings.metrics;
    let mut counts = Counts { address, answered: 0, silences: [0; Silence::ALL.len()] };
    let mut datagram = vec![0; MAX_DATAGRAM];
    let mut reply = Vec::new();
    let mut stopped = pin!(stop.cancelled());
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut datagram) => received,
            () = &mut stopped => return,
        };
        let (len, source) = match received {
            Ok(received) => received,
            Err(error) => {
                // The error of an earlier reply, told late (udp(7)).
                tracing::debug!(error = %reason(&error), "a datagram was lost");
                continue;
            }
        };
        let began = Instant::now();
        let (message, from) = (&datagram[..len], canonical(source));
        let prefix = stamper.prefix((settings.clock)());
        match guard.judge(message, prefix.len(), from, began - start) {
            Ok(()) => {
                reply.clear();
                reply.extend_from_slice(prefix);
                reply.extend_from_slice(message);
                match socket.send_to(&reply, source).await {
                    Ok(_) => {
                        counts.answered += 1;
                        metrics.of(Transport::Udp).datagram(len, reply.len(), began.elapsed());
                    }
                    Err(error) => {
                        metrics.fault(Fault::Datagram);
                        tracing::debug!(%from, error = %reason(&error), "a reply was lost");
                    }
                }
            }
            Err(silence) => {
                counts.silences[silence as usize] += 1;
                metrics.dropped(silence.label());
                tracing::debug!(%from, bytes = len, why = silence.why(), "a datagram gets no answer");
            }
        }
    }
}

/// Says what it means that strangers can send datagrams here.
pub(crate) fn warn_of_strangers(address: SocketAddr, rate: Option<NonZeroU32>) {
    if address.ip().to_canonical().is_loopback() {
        return;
    }
    let rate = rate.map_or_else(|| "any number of".to_owned(), |rate| rate.to_string());
    tracing::warn!(
        %address,
        "UDP is open beyond this computer: whoever reaches it can have up to {rate} replies a second sent to \
         an address that is not theirs, each a stamp longer than what they sent"
    );
}
