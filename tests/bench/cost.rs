//! What the kernel's times of arrival cost.

use std::time::Duration;

use crate::arrival::ARRIVALS;
use crate::load::Load;
use crate::peers::{self, Peer};
use crate::table::{Contest, Sample};
use crate::wire::Wire;
use crate::{Drive, datagrams_over, lines_over};

/// How many times as many turns there are as in the other tables, and how many times as short each is.
const SHORTER: usize = 4;

/// A column: its name, whether it's over UDP, and its load.
const CELLS: [(&str, bool, Load); 4] = [
    ("TCP, 1 × 1", false, Load { clients: 1, in_flight: 1 }),
    ("TCP, 50 × 1", false, Load { clients: 50, in_flight: 1 }),
    ("UDP, 1 × 1", true, Load { clients: 1, in_flight: 1 }),
    ("UDP, 50 × 64", true, Load { clients: 50, in_flight: 64 }),
];

/// Compares the two values of `--arrival`.
///
/// Each turn has a server of its own, because a single socket that asks for the times makes the kernel stamp every
/// packet of the computer. A server that only waits for its turn would slow down the other.
///
/// The turns are short and many: the two differ by a few percent, and a shared computer by more from second to second.
/// The two begin a round by turns.
pub(crate) async fn table(rounds: usize, time: Duration) -> String {
    let (rounds, time) = (rounds * SHORTER, time / SHORTER as u32);
    let mut samples = Vec::new();
    for (cell, (name, over_udp, load)) in CELLS.into_iter().enumerate() {
        for round in 1..=rounds {
            for turn in 0..ARRIVALS.len() {
                let arrival = ARRIVALS[(round + turn) % ARRIVALS.len()];
                eprint!("\rWhat the kernel's times cost: {name}, round {round} of {rounds}, {arrival:6}");
                let flags = ["--arrival", arrival, "--udp", "127.0.0.1:0", "--udp-loopback-rate", "off"];
                let server = peers::ours(&flags).await;
                let (peer, drive): (_, Drive) = if over_udp {
                    (Peer::our_datagrams(&server), datagrams_over)
                } else {
                    (Peer::ours(&server, Wire::Raw { stamped: true }), lines_over)
                };
                let peer = peer.named(arrival);
                samples.push(Sample::take(&peer, cell, || drive(&peer, load, time)));
            }
        }
    }
    eprintln!();
    let cells = CELLS.map(|(name, ..)| name.to_owned()).to_vec();
    let title = "What the kernel's times cost";
    Contest { title, peers: ARRIVALS.to_vec(), cells, samples }.markdown(ARRIVALS[0])
}
