//! The round trips of a quiet client beside flooding clients.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::load::{self, Load, no_round_trips};
use crate::peers::{self, Peer};
use crate::wire::{LINE, Wire};

/// How often the quiet client sends a line.
const EVERY: Duration = Duration::from_millis(1);

/// The duration of each row.
const TIME: Duration = Duration::from_secs(2);

pub(crate) async fn table(floor: &PathBuf) -> String {
    let mut out = String::from(
        "### A quiet client beside flooding clients\n\n\
         | flooding clients, 1,024 lines in flight each | wirestamp, p50 / p99 / maximum in ms | floor |\n\
         | --- | --- | --- |\n",
    );
    let server = peers::ours(&[]).await;
    let ours = Peer::ours(&server, Wire::Raw { stamped: true });
    let floor = peers::floor(floor, "tcp").await;
    for clients in [0, 1, 8] {
        let shown = [&ours, &floor].map(|peer| {
            let took = beside(peer, clients);
            let at = |quantile| took.value_at_quantile(quantile) as f64 / 1e6;
            format!("{:.2} / {:.2} / {:.2}", at(0.5), at(0.99), at(1.0))
        });
        let _ = writeln!(out, "| {clients} | {} |", shown.join(" | "));
    }
    out.push('\n');
    out
}

/// The round trips of the quiet client beside this many flooding clients.
fn beside(peer: &Peer, clients: usize) -> Histogram<u64> {
    let flooding = AtomicBool::new(clients > 0);
    thread::scope(|scope| {
        if clients > 0 {
            scope.spawn(|| {
                let load = Load { clients, in_flight: 1024 };
                load::run(peer.address, peer.wire, load, TIME + Duration::from_secs(1)).unwrap();
                flooding.store(false, Ordering::Relaxed);
            });
            thread::sleep(load::WARM_UP);
        }
        let took = quiet(peer.address, peer.wire == (Wire::Raw { stamped: true }));
        assert_eq!(clients > 0, flooding.load(Ordering::Relaxed), "the flood ended first");
        took
    })
}

fn quiet(address: SocketAddr, stamped: bool) -> Histogram<u64> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reply = vec![0; LINE + if stamped { crate::support::STAMP } else { 0 }];
    let mut line = [b'q'; LINE];
    line[LINE - 1] = b'\n';
    let mut round_trips = no_round_trips();
    let start = Instant::now();
    while start.elapsed() < TIME {
        let sent_at = Instant::now();
        stream.write_all(&line).unwrap();
        stream.read_exact(&mut reply).unwrap();
        round_trips.saturating_record(sent_at.elapsed().as_nanos() as u64);
        assert!(reply.ends_with(&line), "a wrong reply");
        thread::sleep(EVERY);
    }
    round_trips
}
