//! The timestamp service over UDP: one datagram in, one out.
//!
//! A service that answers every datagram with a larger one can be abused. By sending it datagrams with a forged
//! source address, anyone can use it as an amplifier, or start a loop between it and another service that answers
//! anything. Some datagrams are therefore dropped, as [`policy`] decides. Datagrams that are received together are answered together, in a
//! [`batch`].

mod batch;
mod policy;
mod rate;

use std::pin::pin;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::task::yield_now;
use tokio_util::sync::CancellationToken;
use wirestamp_arrival::{ClockWatch, Datagram, Reading, Source};
use wirestamp_protocol::Stamper;

use crate::journal::{Batch, Journal};
use crate::listen::profile::Profile;
use crate::peer::canonical;
use crate::zone::Zone;
use batch::{ReceiveBatch, ReplyBatch};
use policy::ReplyPolicy;

pub(crate) use policy::Rates;

/// The longest payload of a datagram over IPv4, in bytes: 65,535 minus 20 for IP and 8 for UDP (RFC 768).
const MAX_DATAGRAM: usize = 65_507;

/// What all UDP listeners share.
#[derive(Clone)]
pub(crate) struct DatagramService {
    pub(crate) zone: Zone,
    pub(crate) rates: Rates,
    pub(crate) journal: Journal,
}

impl DatagramService {
    /// Answers the datagrams of one socket until `stop` is cancelled. `times` says where its times of arrival come
    /// from.
    pub(crate) async fn run(
        self,
        socket: UdpSocket,
        profile: Profile,
        times: Source,
        stop: CancellationToken,
    ) {
        let Self { zone, rates, journal } = self;
        let start = Reading::now();
        let mut watch = ClockWatch::new(start);
        let address = socket.local_addr().map_or_else(|_| "?".into(), |address| address.to_string());
        let mut policy = ReplyPolicy::new(profile.format.clone(), rates);
        let mut stamper = Stamper::new(profile.format.clone());
        let mut tally = journal.datagrams(address, profile.format);
        let (mut received, mut replies) = (ReceiveBatch::new(times), ReplyBatch::new());
        let mut stopped = pin!(stop.cancelled());
        loop {
            let more = tokio::select! {
                more = received.receive(&socket) => more,
                () = &mut stopped => return,
            };
            let more = match more {
                Ok(more) => more,
                Err(error) => {
                    tally.receive_failed(&error);
                    continue;
                }
            };
            if let overflowed @ 1.. = received.overflowed() {
                tally.overflowed(overflowed);
            }
            let read = watch.read_now();
            let since_start = read.at().monotonic - start.monotonic;
            let mut answered = Batch::default();
            for (message, Datagram { from: source, kernel, .. }) in received.datagrams() {
                // Datagrams of different clients may overtake each other, so none has to be later than the last.
                let arrival = read.arrival(*kernel, Duration::ZERO);
                let prefix = stamper.prefix(zone.at(arrival.at));
                let from = canonical(*source);
                tally.arrived(from, message, &arrival);
                match policy.judge(message, prefix.len(), from, since_start) {
                    Ok(()) => {
                        tally.heard(from, message, &arrival);
                        replies.push(prefix, message, *source);
                        answered.replies += 1;
                        answered.bytes_in += message.len();
                        answered.bytes_out += prefix.len() + message.len();
                    }
                    Err(reason) => tally.dropped(from, message, &arrival, reason),
                }
            }
            replies
                .send(&socket, |count, to, error| {
                    answered.replies -= count as u64;
                    tally.reply_lost(to, count, &error);
                })
                .await;
            tally.answered(answered, read.at());
            if more {
                // Yield, so that a flooding client can't starve the rest.
                yield_now().await;
            }
        }
    }
}
