//! The timestamp service over UDP: one datagram in, one out.
//!
//! A service that answers any datagram with a larger one can be made half of a loop with another such
//! service, or an amplifier, by whoever sends it datagrams with a false source address. So there are some
//! that get no answer; [`policy`] says which. What came at once is answered at once: [`batch`].

mod batch;
mod policy;
mod rate;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::task::yield_now;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wirestamp_protocol::{Format, Stamper};

use crate::clock::Clock;
use crate::error::reason;
use crate::journal::metrics::{Fault, Metrics};
use crate::peer::{Transport, canonical};
use batch::{Inbox, Outbox};
use policy::{Guard, Silence};

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
    let (mut inbox, mut outbox) = (Inbox::new(), Outbox::new());
    let mut stopped = pin!(stop.cancelled());
    loop {
        let more = tokio::select! {
            more = inbox.receive(&socket) => more,
            () = &mut stopped => return,
        };
        let more = match more {
            Ok(more) => more,
            Err(error) => {
                // The error of an earlier reply, told late (udp(7)).
                tracing::debug!(error = %reason(&error), "a datagram was lost");
                continue;
            }
        };
        let (began, since_start) = ((settings.clock)(), start.elapsed());
        let prefix = stamper.prefix(began);
        let (mut replies, mut received, mut sent) = (0, 0, 0);
        for (message, source) in inbox.datagrams() {
            let from = canonical(source);
            match guard.judge(message, prefix.len(), from, since_start) {
                Ok(()) => {
                    outbox.push(prefix, message, source);
                    replies += 1;
                    received += message.len();
                    sent += prefix.len() + message.len();
                }
                Err(silence) => {
                    counts.silences[silence as usize] += 1;
                    metrics.dropped(silence.label());
                    let (bytes, why) = (message.len(), silence.why());
                    tracing::debug!(%from, bytes, why, "a datagram gets no answer");
                }
            }
        }
        outbox
            .send(&socket, |count, to, error| {
                replies -= count as u64;
                metrics.fault(Fault::Datagram);
                tracing::debug!(to = %canonical(to), error = %reason(&error), "a reply was lost");
            })
            .await;
        counts.answered += replies;
        metrics.of(Transport::Udp).datagrams(replies, received, sent, (settings.clock)().since(began));
        if more {
            // Who sends faster than this takes turns with the others, a batch at a time.
            yield_now().await;
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
