//! The statistics of a run of probes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use wirestamp_arrival::Reading;
use wirestamp_protocol::measure::Jitter;

/// The longest round trip for the percentiles, in nanoseconds: an hour. Longer ones count as that.
const LONGEST: u64 = 3_600_000_000_000;

/// The precision of the percentiles in decimal digits: they're off by at most a thousandth.
const FIGURES: u8 = 3;

/// The most unanswered probes that are remembered. With an interval of a millisecond, a reply may be a quarter of an hour
/// late.
const WAITING_MAX: u64 = 1_000_000;

/// Counts probes and replies, and measures round trips.
#[derive(Debug)]
pub(super) struct Statistics {
    sent: u64,
    received: u64,
    duplicates: u64,
    out_of_order: u64,
    /// When the unanswered probes were sent, by sequence number.
    waiting: HashMap<u64, Reading>,
    /// The highest sequence number in a reply.
    newest: u64,
    round_trips: Histogram<u64>,
    least: Duration,
    most: Duration,
    total: Duration,
    /// In nanoseconds.
    jitter: Jitter,
}

/// What a reply means to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// The first reply to its probe.
    First {
        /// When the probe was sent.
        sent: Reading,
        round_trip: Duration,
    },
    /// Another reply to a probe.
    Duplicate,
    /// A reply to a probe that was never sent, or was forgotten.
    Strange,
}

/// The statistics to report.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Summary {
    pub(super) sent: u64,
    pub(super) received: u64,
    pub(super) lost: u64,
    pub(super) duplicates: u64,
    pub(super) out_of_order: u64,
    /// `None` if no reply came.
    pub(super) round_trip: Option<RoundTrip>,
}

/// The distribution of the round trips.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RoundTrip {
    pub(super) min: Duration,
    pub(super) mean: Duration,
    pub(super) p50: Duration,
    pub(super) p95: Duration,
    pub(super) p99: Duration,
    pub(super) max: Duration,
    pub(super) jitter: Duration,
}

impl Statistics {
    pub(super) fn new() -> Self {
        Self {
            sent: 0,
            received: 0,
            duplicates: 0,
            out_of_order: 0,
            waiting: HashMap::new(),
            newest: 0,
            round_trips: histogram(),
            least: Duration::MAX,
            most: Duration::ZERO,
            total: Duration::ZERO,
            jitter: Jitter::default(),
        }
    }

    /// Records that the next probe was sent at the time `at`. Probes are numbered from 1 in that order.
    pub(super) fn sent(&mut self, at: Reading) {
        self.sent += 1;
        self.waiting.insert(self.sent, at);
        if let Some(forgotten) = self.sent.checked_sub(WAITING_MAX) {
            self.waiting.remove(&forgotten);
        }
    }

    /// Records that a reply to the probe with this number came at the time `at`.
    pub(super) fn received(&mut self, seq: u64, at: Instant) -> Reply {
        let Some(sent) = self.waiting.remove(&seq) else {
            // Nobody knows whether a forgotten probe was answered before.
            if seq <= self.sent.saturating_sub(WAITING_MAX) || seq > self.sent {
                return Reply::Strange;
            }
            self.duplicates += 1;
            return Reply::Duplicate;
        };
        let round_trip = at.saturating_duration_since(sent.monotonic);
        self.received += 1;
        self.out_of_order += u64::from(seq < self.newest);
        self.newest = self.newest.max(seq);
        self.round_trips.saturating_record(u64::try_from(round_trip.as_nanos()).unwrap_or(u64::MAX));
        self.least = self.least.min(round_trip);
        self.most = self.most.max(round_trip);
        self.total += round_trip;
        self.jitter.push(round_trip.as_nanos() as f64);
        Reply::First { sent, round_trip }
    }

    /// Returns the number of unanswered probes.
    pub(super) fn waiting(&self) -> u64 {
        self.sent - self.received
    }

    /// Returns the number of probes sent.
    pub(super) fn count(&self) -> u64 {
        self.sent
    }

    /// Returns the summary, in which unanswered probes are lost.
    pub(super) fn summary(&self) -> Summary {
        // The histogram returns the upper end of a bucket, which can be above the longest round trip.
        let percentile = |quantile| {
            Duration::from_nanos(self.round_trips.value_at_quantile(quantile)).clamp(self.least, self.most)
        };
        let round_trip = (self.received > 0).then(|| RoundTrip {
            min: self.least,
            mean: Duration::from_secs_f64(self.total.as_secs_f64() / self.received as f64),
            p50: percentile(0.50),
            p95: percentile(0.95),
            p99: percentile(0.99),
            max: self.most,
            jitter: Duration::from_nanos(self.jitter.value().round() as u64),
        });
        Summary {
            sent: self.sent,
            received: self.received,
            lost: self.waiting(),
            duplicates: self.duplicates,
            out_of_order: self.out_of_order,
            round_trip,
        }
    }
}

fn histogram() -> Histogram<u64> {
    // These bounds are valid, as the tests show.
    Histogram::new_with_bounds(1, LONGEST, FIGURES).unwrap_or_else(|_| unreachable!("the bounds are valid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Sends probes a second apart, and answers them in this order, each after its number of milliseconds.
    fn run(sent: u64, replies: &[(u64, u32)]) -> (Statistics, Vec<Reply>) {
        let start = Instant::now();
        let mut statistics = Statistics::new();
        let goes = |seq: u64| start + Duration::from_secs(seq);
        for seq in 1..=sent {
            statistics.sent(Reading { wall: Duration::from_secs(seq), monotonic: goes(seq) });
        }
        let kinds =
            replies.iter().map(|(seq, ms)| statistics.received(*seq, goes(*seq) + MS * *ms)).collect();
        (statistics, kinds)
    }

    #[test]
    fn the_jitter_is_a_sixteenth_of_each_difference() {
        // |D| is 16, 0 and 32 ms: J is 1, then 1 - 1/16 = 0.9375, then 0.9375 + 31.0625/16 = 2.87890625 ms.
        let (statistics, _) = run(4, &[(1, 10), (2, 26), (3, 26), (4, 58)]);
        let round_trip = statistics.summary().round_trip.unwrap();
        assert_eq!(round_trip.jitter, Duration::from_nanos(2_878_906));
    }

    #[test]
    fn one_reply_has_no_jitter() {
        let round_trip = run(1, &[(1, 10)]).0.summary().round_trip.unwrap();
        let all = [round_trip.min, round_trip.mean, round_trip.p50, round_trip.p99, round_trip.max];
        assert_eq!(all, [MS * 10; 5]);
        assert_eq!(round_trip.jitter, Duration::ZERO);
    }

    #[test]
    fn round_trips_are_summarized() {
        let replies: Vec<_> = (1..=100).map(|seq| (seq, seq as u32)).collect();
        let round_trip = run(100, &replies).0.summary().round_trip.unwrap();
        assert_eq!((round_trip.min, round_trip.max), (MS, MS * 100));
        assert_eq!(round_trip.mean, Duration::from_micros(50_500));
        for (value, expected) in [(round_trip.p50, 50.0), (round_trip.p95, 95.0), (round_trip.p99, 99.0)] {
            let off = (value.as_secs_f64() * 1e3 / expected - 1.0).abs();
            assert!(off < 0.001, "{value:?} is {expected} ms to three figures");
        }
    }

    #[test]
    fn lost_duplicate_and_late_replies_are_counted() {
        let (statistics, kinds) = run(5, &[(1, 1), (3, 1), (2, 1200), (3, 2), (9, 1), (0, 1)]);
        let first = |reply: &Reply| match reply {
            Reply::First { sent, round_trip } => Some((sent.wall.as_secs(), round_trip.as_millis())),
            Reply::Duplicate | Reply::Strange => None,
        };
        assert_eq!(kinds.iter().filter_map(first).collect::<Vec<_>>(), [(1, 1), (3, 1), (2, 1200)]);
        assert_eq!(kinds[3..], [Reply::Duplicate, Reply::Strange, Reply::Strange]);
        let summary = statistics.summary();
        let counts = (summary.sent, summary.received, summary.lost, summary.duplicates, summary.out_of_order);
        assert_eq!(counts, (5, 3, 2, 1, 1));
        assert_eq!(statistics.waiting(), 2);
    }

    #[test]
    fn without_replies_there_are_no_round_trips() {
        assert_eq!(run(3, &[]).0.summary().round_trip, None);
    }

    #[test]
    fn the_oldest_of_too_many_unanswered_probes_are_forgotten_and_lost() {
        let (mut statistics, at) = (Statistics::new(), Reading::now());
        for _ in 0..WAITING_MAX + 1000 {
            statistics.sent(at);
        }
        assert_eq!(statistics.waiting.len() as u64, WAITING_MAX);
        assert_eq!(statistics.received(1000, at.monotonic), Reply::Strange);
        assert!(matches!(statistics.received(1001, at.monotonic), Reply::First { .. }));
        assert_eq!(statistics.received(1001, at.monotonic), Reply::Duplicate);
        let summary = statistics.summary();
        assert_eq!((summary.lost, summary.duplicates), (WAITING_MAX + 999, 1));
    }

    #[test]
    fn a_round_trip_can_be_longer_than_an_hour() {
        let round_trip = run(1, &[(1, 7_200_000)]).0.summary().round_trip.unwrap();
        assert_eq!(round_trip.max, Duration::from_secs(7200));
    }
}
