//! Counters, gauges and histograms in Prometheus's text format, named by its conventions. The server makes no
//! decisions based on them.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus::local::{LocalHistogram, LocalIntCounter};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use wirestamp_arrival::Reading;
use wirestamp_protocol::{Counts, Cut};

use crate::ending::{Ending, How, Party};
use crate::peer::Transport;

/// The bounds of the histogram, in seconds: 1, 2 and 5 times each power of ten, from 5 µs, which is fast on
/// loopback, to 10 s.
const REPLY_SECONDS: [f64; 20] = [
    5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1.0, 2.0,
    5.0, 10.0,
];

/// The media type of the text format, with its version.
pub(crate) const FORMAT: &str = prometheus::TEXT_FORMAT;

/// Every metric.
pub(super) struct Metrics {
    registry: Registry,
    transports: [TransportMetrics; Transport::ALL.len()],
    closed: IntCounterVec,
    probes: IntCounterVec,
    errors: IntCounterVec,
    refusals: IntCounterVec,
    dropped: IntCounterVec,
    at_limit: IntCounterVec,
    log_lines_dropped: IntCounter,
    watching: Watching,
}

/// What watching takes, and what it leaves out.
struct Watching {
    memory: IntGauge,
    left_out: IntCounter,
}

/// The metrics of one transport.
pub(super) struct TransportMetrics {
    open: IntGauge,
    opened: IntCounter,
    stalls: IntCounter,
    traffic: Mutex<Traffic>,
}

/// What each read adds to. It's added up here, under one lock, and told when the metrics are shown: a dozen atomic
/// operations a read would take longer.
struct Traffic {
    cuts: [LocalIntCounter; Cut::ALL.len()],
    datagrams: LocalIntCounter,
    received: LocalIntCounter,
    sent: LocalIntCounter,
    reply: LocalHistogram,
    read_delay: LocalHistogram,
}

/// Datagrams that were received together.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Batch {
    pub(crate) replies: u64,
    pub(crate) bytes_in: usize,
    pub(crate) bytes_out: usize,
}

/// The times of one turn of a session: a read and its replies.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Turn {
    /// How long the bytes waited in the kernel until they were read, if it tells.
    pub(crate) waited: Option<Duration>,
    /// The time from the read, or from the end of the gap, until its replies were written, if there were any.
    pub(crate) took: Option<Duration>,
    /// When the read returned, if the turn began with one.
    pub(crate) read: Option<Reading>,
}

/// The kinds of errors. None of them is this server's fault.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// Accepting failed, for lack of descriptors or memory.
    Accept,
    /// A connection broke.
    Lost,
    /// What comes before a connection's first message failed.
    Greeting,
    /// The bridge could not reach its upstream service, or lost it.
    Service,
    /// A WebSocket client violated the protocol or a limit.
    WebSocket,
    /// A WebSocket client stopped answering pings.
    Unanswered,
    /// An HTTP connection broke, or took too long.
    Http,
    /// A reply could not be sent over UDP.
    Datagram,
}

impl Fault {
    fn kind(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Lost => "lost",
            Self::Greeting => "greeting",
            Self::Service => "service",
            Self::WebSocket => "websocket",
            Self::Unanswered => "unanswered",
            Self::Http => "http",
            Self::Datagram => "datagram",
        }
    }
}

impl Metrics {
    pub(super) fn new() -> Self {
        let family = Family(Registry::new());
        let transports = TransportMetrics::all(&family);
        let help = "Sessions ended, by who ended them and how.";
        let closed = family.counters("wirestamp_sessions_closed_total", help, &["transport", "by", "how"]);
        let help = "Connections that their client ended within a second, without having sent anything.";
        let probes = family.counters("wirestamp_probes_total", help, &["transport"]);
        let errors = family.counters("wirestamp_errors_total", "Errors, by kind.", &["kind"]);
        let help = "Clients refused, by reason.";
        let refusals = family.counters("wirestamp_refusals_total", help, &["reason"]);
        let help = "Datagrams dropped without a reply, by reason; kernel: the receive buffer was full.";
        let dropped = family.counters("wirestamp_datagrams_dropped_total", help, &["reason"]);
        let help = "Clients that came when every place was taken, by kind of listener.";
        let at_limit = family.counters("wirestamp_connection_limit_reached_total", help, &["listener"]);
        let help = "Log lines dropped because the log was not read fast enough or could not be written.";
        let log_lines_dropped = family.counter("wirestamp_log_lines_dropped_total", help);
        Self {
            transports,
            closed,
            probes,
            errors,
            refusals,
            dropped,
            at_limit,
            log_lines_dropped,
            watching: Watching::new(&family),
            registry: family.0,
        }
    }

    pub(super) fn of(&self, transport: Transport) -> &TransportMetrics {
        &self.transports[transport as usize]
    }

    /// Counts a session that has ended. The end of a probe is never an error.
    pub(super) fn closed(&self, transport: Transport, ending: &Ending, is_probe: bool) {
        let metrics = self.of(transport);
        metrics.open.dec();
        self.closed.with_label_values(&[transport.name(), ending.by.name(), ending.how.name()]).inc();
        if is_probe {
            return self.probed(transport.name());
        }
        match (&ending.how, ending.by) {
            (How::Stalled, _) => metrics.stalls.inc(),
            (How::PingTimeout, _) => self.fault(Fault::Unanswered),
            (How::Violation(..), _) => self.fault(Fault::WebSocket),
            (How::Unreachable(_), _) | (How::Reset | How::Broken(_), Party::Upstream) => {
                self.fault(Fault::Service);
            }
            (How::Reset | How::Broken(_), _) => self.fault(Fault::Lost),
            _ => {}
        }
    }

    pub(super) fn probed(&self, transport: &str) {
        self.probes.with_label_values(&[transport]).inc();
    }

    pub(super) fn fault(&self, fault: Fault) {
        self.errors.with_label_values(&[fault.kind()]).inc();
    }

    pub(super) fn refused(&self, reason: &str) {
        self.refusals.with_label_values(&[reason]).inc();
    }

    pub(super) fn dropped(&self, reason: &str, datagrams: u64) {
        self.dropped.with_label_values(&[reason]).inc_by(datagrams);
    }

    pub(super) fn limit_reached(&self, listener: &str) {
        self.at_limit.with_label_values(&[listener]).inc();
    }

    pub(super) fn log_lines_dropped(&self, lines: u64) {
        self.log_lines_dropped.inc_by(lines);
    }

    /// Takes what watching uses now, and what it has left out since the start.
    pub(super) fn watching(&self, memory: usize, left_out: u64) {
        self.watching.memory.set(i64::try_from(memory).unwrap_or(i64::MAX));
        let counted = &self.watching.left_out;
        counted.inc_by(left_out.saturating_sub(counted.get()));
    }

    /// Every metric, in Prometheus's text format.
    pub(super) fn text(&self) -> Vec<u8> {
        self.transports.iter().for_each(|transport| transport.traffic().tell());
        let mut text = Vec::new();
        // Writing to a Vec never fails, and the families were checked when they were registered.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        text
    }
}

impl Watching {
    fn new(family: &Family) -> Self {
        let help = "Memory that events, and what they are made of, take, in bytes.";
        let memory = family.gauge("wirestamp_watch_memory_bytes", help);
        let help =
            "Reads and other records that those who watch are not told of, because there were too many.";
        Self { memory, left_out: family.counter("wirestamp_watch_left_out_total", help) }
    }
}

impl TransportMetrics {
    /// Those of each transport, in order.
    fn all(family: &Family) -> [Self; Transport::ALL.len()] {
        let by_transport = ["transport"];
        let open = family.gauges("wirestamp_sessions_open", "Sessions that are open now.", &by_transport);
        let opened =
            family.counters("wirestamp_sessions_total", "Sessions opened since the start.", &by_transport);
        let by_cut = ["transport", "cut"];
        let help = "Messages answered, by what ended them: lf, gap, eof, cap or datagram.";
        let messages = family.counters("wirestamp_messages_total", help, &by_cut);
        let received = family.counters("wirestamp_received_bytes_total", "Bytes received.", &by_transport);
        let sent = family.counters("wirestamp_sent_bytes_total", "Bytes of replies.", &by_transport);
        let help = "Sessions ended because the client did not read its replies.";
        let stalls = family.counters("wirestamp_stalls_total", help, &by_transport);
        let help = "Time from a read until its replies are written, in seconds.";
        let reply = family.histograms("wirestamp_reply_seconds", help, &by_transport);
        let help = "Time from the arrival of bytes until they are read, in seconds, where the kernel tells.";
        let read_delay = family.histograms("wirestamp_read_delay_seconds", help, &by_transport);
        Transport::ALL.map(|transport| {
            let name = transport.name();
            TransportMetrics {
                open: open.with_label_values(&[name]),
                opened: opened.with_label_values(&[name]),
                stalls: stalls.with_label_values(&[name]),
                traffic: Mutex::new(Traffic {
                    cuts: Cut::ALL.map(|cut| messages.with_label_values(&[name, cut_name(cut)]).local()),
                    datagrams: messages.with_label_values(&[name, "datagram"]).local(),
                    received: received.with_label_values(&[name]).local(),
                    sent: sent.with_label_values(&[name]).local(),
                    reply: reply.with_label_values(&[name]).local(),
                    read_delay: read_delay.with_label_values(&[name]).local(),
                }),
            }
        })
    }

    pub(super) fn opened(&self) {
        self.open.inc();
        self.opened.inc();
    }

    /// Adds what has passed through a session between `before` and `now`.
    pub(super) fn add(&self, now: &Counts, before: &Counts) {
        self.traffic().add(now, before);
    }

    /// Adds the same, and what a turn of the session took.
    pub(super) fn add_turn(&self, now: &Counts, before: &Counts, turn: Turn) {
        let traffic = self.traffic();
        traffic.add(now, before);
        if let Some(waited) = turn.waited {
            traffic.read_delay.observe(waited.as_secs_f64());
        }
        if let Some(took) = turn.took {
            traffic.reply.observe(took.as_secs_f64());
        }
    }

    /// Adds a batch of datagrams that took `took` to answer. Before, they had waited in the kernel, where it tells.
    pub(super) fn datagrams(&self, batch: Batch, waited: impl Iterator<Item = Duration>, took: Duration) {
        let traffic = self.traffic();
        traffic.datagrams.inc_by(batch.replies);
        traffic.received.inc_by(batch.bytes_in as u64);
        traffic.sent.inc_by(batch.bytes_out as u64);
        for _ in 0..batch.replies {
            traffic.reply.observe(took.as_secs_f64());
        }
        for waited in waited {
            traffic.read_delay.observe(waited.as_secs_f64());
        }
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Traffic {
    fn add(&self, now: &Counts, before: &Counts) {
        for (counter, (now, before)) in self.cuts.iter().zip(now.cuts.iter().zip(before.cuts)) {
            if *now != before {
                counter.inc_by(now - before);
            }
        }
        self.received.inc_by(now.bytes_in - before.bytes_in);
        self.sent.inc_by(now.bytes_out - before.bytes_out);
    }

    /// Moves everything to the metrics that are shown.
    fn tell(&self) {
        let Self { cuts, datagrams, received, sent, reply, read_delay } = self;
        cuts.iter().chain([datagrams, received, sent]).for_each(LocalIntCounter::flush);
        reply.flush();
        read_delay.flush();
    }
}

fn cut_name(cut: Cut) -> &'static str {
    match cut {
        Cut::Lf => "lf",
        Cut::Gap => "gap",
        Cut::Eof => "eof",
        Cut::Cap => "cap",
    }
}

/// Creates metric families and registers them.
struct Family(Registry);

/// The names are constants in this file, and a test creates all of them.
const REGISTERED: &str = "every metric has a valid and unique name";

impl Family {
    fn counter(&self, name: &str, help: &str) -> IntCounter {
        let counter = IntCounter::new(name, help).expect(REGISTERED);
        self.0.register(Box::new(counter.clone())).expect(REGISTERED);
        counter
    }

    fn gauge(&self, name: &str, help: &str) -> IntGauge {
        let gauge = IntGauge::new(name, help).expect(REGISTERED);
        self.0.register(Box::new(gauge.clone())).expect(REGISTERED);
        gauge
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
        let family = IntCounterVec::new(Opts::new(name, help), labels).expect(REGISTERED);
        self.0.register(Box::new(family.clone())).expect(REGISTERED);
        family
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
        let family = IntGaugeVec::new(Opts::new(name, help), labels).expect(REGISTERED);
        self.0.register(Box::new(family.clone())).expect(REGISTERED);
        family
    }

    fn histograms(&self, name: &str, help: &str, labels: &[&str]) -> HistogramVec {
        let options = HistogramOpts::new(name, help).buckets(REPLY_SECONDS.to_vec());
        let family = HistogramVec::new(options, labels).expect(REGISTERED);
        self.0.register(Box::new(family.clone())).expect(REGISTERED);
        family
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_shown_by_transport_and_cut() {
        let metrics = Metrics::new();
        let tcp = metrics.of(Transport::Tcp);
        tcp.opened();
        let before = Counts::default();
        let now = Counts { reads: 1, cuts: [3, 0, 1, 0], bytes_in: 10, bytes_out: 118 };
        let turn =
            Turn { waited: Some(Duration::from_micros(3)), took: Some(Duration::from_micros(7)), read: None };
        tcp.add_turn(&now, &before, turn);
        tcp.add(&now, &now);
        metrics.refused("origin");
        let text = String::from_utf8(metrics.text()).unwrap();
        for line in [
            "wirestamp_sessions_open{transport=\"tcp\"} 1",
            "wirestamp_messages_total{cut=\"lf\",transport=\"tcp\"} 3",
            "wirestamp_messages_total{cut=\"eof\",transport=\"tcp\"} 1",
            "wirestamp_messages_total{cut=\"lf\",transport=\"ws\"} 0",
            "wirestamp_received_bytes_total{transport=\"tcp\"} 10",
            "wirestamp_sent_bytes_total{transport=\"tcp\"} 118",
            "wirestamp_reply_seconds_bucket{transport=\"tcp\",le=\"0.00001\"} 1",
            "wirestamp_reply_seconds_bucket{transport=\"tcp\",le=\"0.000005\"} 0",
            "wirestamp_read_delay_seconds_bucket{transport=\"tcp\",le=\"0.000005\"} 1",
            "wirestamp_refusals_total{reason=\"origin\"} 1",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} in {text}");
        }
    }
}
