//! How late stamps are, with the kernel's times of arrival and with those of the reads.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::load::{self, Load, WARM_UP, no_round_trips};
use crate::probe::{Exchange, Probe, STAMP};
use crate::support::Server;
use crate::wire::Wire;
use crate::{datagrams, peers};

/// How often the client sends a message.
const EVERY: Duration = Duration::from_millis(5);

/// What else the server has to do in the rows under load.
const LOAD: Load = Load { clients: 50, in_flight: 64 };

/// How much longer the load runs than the client.
const MARGIN: Duration = Duration::from_millis(500);

/// Messages before the measurement. The kernel turns its times on in the background, and the first message of
/// a connection takes longer.
const FIRST: usize = 20;

/// The values of `--arrival`.
pub(crate) const ARRIVALS: [&str; 2] = ["kernel", "read"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Transport {
    Tcp,
    Udp,
    WebSocket,
}

impl Transport {
    fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::WebSocket => "WebSocket",
        }
    }
}

/// What happens between the messages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// Nothing: each message follows the last reply. The processor then never sleeps, and its caches hold what a send
    /// needs.
    Busy,
    /// Nothing, and everything sleeps.
    Idle,
    /// A load on the same server.
    Loaded,
}

impl Condition {
    fn name(self) -> &'static str {
        match self {
            Self::Busy => "one after the other",
            Self::Idle => "idle",
            Self::Loaded => "under load",
        }
    }
}

/// A server whose stamps have nanoseconds.
struct Stamper {
    server: Server,
    arrival: &'static str,
}

impl Stamper {
    async fn start(arrival: &'static str) -> Self {
        let flags = ["--arrival", arrival, "--utc", "--format", "unix", "--udp-loopback-rate", "off"];
        // The load expects the short stamps of the default format. Over UDP, it takes any.
        let listeners = ["--udp", "127.0.0.1:0", "--tcp", "127.0.0.1:0?format=ctime"];
        Self { server: peers::ours(&[&flags[..], &listeners].concat()).await, arrival }
    }

    fn address(&self, kind: &str, nth: usize) -> SocketAddr {
        self.server.addresses(kind)[nth].parse().expect("the server prints its addresses")
    }

    fn probe(&self, transport: Transport) -> Probe {
        let probe = match transport {
            Transport::Tcp => Probe::connect(self.server.tcp, Wire::Raw { stamped: true }),
            Transport::Udp => Probe::datagrams(self.address("udp", 0)),
            Transport::WebSocket => Probe::connect(self.server.http, Wire::Messages),
        };
        probe.unwrap()
    }

    /// Loads the server over UDP, or else over TCP.
    fn load(&self, transport: Transport, time: Duration) {
        match transport {
            Transport::Udp => datagrams::run(self.address("udp", 0), STAMP, LOAD, time),
            Transport::Tcp | Transport::WebSocket => {
                load::run(self.address("tcp", 1), Wire::Raw { stamped: true }, LOAD, time)
            }
        }
        .unwrap();
    }

    /// Sends messages for `time` and adds up what it took.
    fn measure(&self, transport: Transport, condition: Condition, time: Duration, delays: &mut Delays) {
        thread::scope(|scope| {
            let load = (condition == Condition::Loaded).then(|| {
                let load = scope.spawn(|| self.load(transport, time + MARGIN));
                thread::sleep(WARM_UP);
                load
            });
            let mut probe = self.probe(transport);
            for _ in 0..FIRST {
                probe.exchange().unwrap();
            }
            let (start, mut next) = (Instant::now(), Instant::now());
            while start.elapsed() < time {
                delays.add(probe.exchange().unwrap(), &format!("{}, {}", transport.name(), self.arrival));
                next += EVERY;
                if condition != Condition::Busy {
                    thread::sleep(next.saturating_duration_since(Instant::now()));
                }
            }
            assert!(load.is_none_or(|load| !load.is_finished()), "the load ended first");
        });
    }
}

/// What the messages of one row and one server took, in nanoseconds.
struct Delays {
    /// The stamp minus the clock before the send.
    stamp: Histogram<u64>,
    /// The system call that sends.
    send: Histogram<u64>,
    dropped: u64,
}

impl Delays {
    fn new() -> Self {
        Self { stamp: no_round_trips(), send: no_round_trips(), dropped: 0 }
    }

    /// Adds an exchange. Ends the bench if its stamp is impossible.
    fn add(&mut self, exchange: Option<Exchange>, what: &str) {
        let Some(exchange) = exchange else {
            self.dropped += 1;
            return;
        };
        let Exchange { sent, returned, stamp, received } = exchange;
        assert!(sent <= stamp, "{what}: stamped before it was sent: {exchange:?}");
        assert!(stamp <= received, "{what}: stamped after the reply was received: {exchange:?}");
        self.stamp.saturating_record((stamp - sent).as_nanos() as u64);
        self.send.saturating_record(returned.saturating_sub(sent).as_nanos() as u64);
    }
}

/// The 50th, 99th and 99.9th percentile and the maximum, in microseconds.
fn shown(delays: &Histogram<u64>) -> String {
    let figures = [0.5, 0.99, 0.999, 1.0].map(|quantile| {
        let micros = delays.value_at_quantile(quantile) as f64 / 1e3;
        if micros < 100.0 { format!("{micros:.1}") } else { format!("{micros:.0}") }
    });
    figures.join(" / ")
}

pub(crate) async fn table(rounds: usize, time: Duration) -> String {
    let mut out = String::from(
        "### How late stamps are\n\n\
         | stamp minus the clock before the send, p50 / p99 / p99.9 / maximum in µs | kernel | read | the send itself |\n\
         | --- | --- | --- | --- |\n",
    );
    let stampers = [Stamper::start(ARRIVALS[0]).await, Stamper::start(ARRIVALS[1]).await];
    let (mut messages, mut dropped) = (u64::MAX, 0);
    for transport in [Transport::Tcp, Transport::Udp, Transport::WebSocket] {
        for condition in [Condition::Busy, Condition::Idle, Condition::Loaded] {
            let row = format!("{}, {}", transport.name(), condition.name());
            let mut delays = [Delays::new(), Delays::new()];
            for round in 1..=rounds {
                eprint!("\rHow late stamps are: {row}, round {round} of {rounds}    ");
                for (stamper, delays) in stampers.iter().zip(&mut delays) {
                    stamper.measure(transport, condition, time, delays);
                }
            }
            for delays in &delays {
                messages = messages.min(delays.stamp.len());
                dropped += delays.dropped;
            }
            let [kernel, read] = &delays;
            let mut send = kernel.send.clone();
            send.add(&read.send).expect("their bounds are the same");
            let shown = [&kernel.stamp, &read.stamp, &send].map(shown);
            let _ = writeln!(out, "| {row} | {} |", shown.join(" | "));
        }
    }
    eprintln!();
    let _ = writeln!(
        out,
        "\nIdle and under load, one message every {} ms; at least {messages} for each figure, and none is left out. No stamp was before the send \
         or after the reply's receipt. {dropped} datagrams were dropped. Under load, {} clients with {} lines in flight \
         each use the same server: over UDP and the same socket in the row for UDP, and over TCP in the others.\n",
        EVERY.as_millis(),
        LOAD.clients,
        LOAD.in_flight
    );
    out
}
