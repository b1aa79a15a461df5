//! The output of ping: text for people, or JSON for programs.

mod json;
mod text;

use std::time::Duration;

use wirestamp_arrival::ArrivalTime;
use wirestamp_protocol::measure::{ClockComparison, Split};

use super::statistics::Summary;

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Json,
}

/// A reply to report.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probe<'a> {
    pub(super) seq: u64,
    pub(super) arrival: ArrivalTime,
    /// The reply's stamp, without its brackets.
    pub(super) stamp: Option<&'a [u8]>,
    /// `None` for a duplicate.
    pub(super) round_trip: Option<Duration>,
    /// `None` unless the stamp shows fractions of a second.
    pub(super) split: Option<Split>,
}

/// The end of a run.
#[derive(Debug)]
pub(super) struct End<'a> {
    pub(super) target: &'a str,
    pub(super) summary: &'a Summary,
    pub(super) clocks: ClockComparison,
    /// The most that a round trip's parts can be wrong by, in nanoseconds. `None` if none was split.
    pub(super) split_error: Option<u64>,
    /// How often the connection was lost.
    pub(super) disconnects: u64,
}

impl Form {
    /// Returns the line before the replies.
    pub(super) fn start(self, target: &str, peer: &str, size: usize) -> String {
        match self {
            Self::Json => String::new(),
            Self::Text => format!("PING {target} ({peer}) with {size} bytes a probe\n"),
        }
    }

    /// Returns the line for a reply.
    pub(super) fn probe(self, probe: &Probe<'_>) -> String {
        match self {
            Self::Json => json::probe(probe),
            Self::Text => text::probe(probe),
        }
    }

    /// Returns the line for a connection that was lost.
    pub(super) fn lost(self, how: &str) -> String {
        match self {
            Self::Json => json::lost(how),
            Self::Text => format!("{how}; trying again\n"),
        }
    }

    /// Returns the line for a connection that was made again.
    pub(super) fn connected(self, peer: &str) -> String {
        match self {
            Self::Json => json::connected(peer),
            Self::Text => format!("connected to {peer} again\n"),
        }
    }

    /// Returns the summary.
    pub(super) fn end(self, end: &End<'_>) -> String {
        match self {
            Self::Json => json::end(end),
            Self::Text => text::end(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::time::Instant;

    use wirestamp_arrival::{Reading, Source};

    use crate::ping::statistics::RoundTrip;

    const US: Duration = Duration::from_micros(1);

    /// The first reply to a probe, after 123 µs, with a stamp 23 µs after the send.
    pub(super) fn reply() -> Probe<'static> {
        let at = Duration::new(1_795_370_820, 123_456_789);
        let read = Reading { wall: at, monotonic: Instant::now() };
        Probe {
            seq: 7,
            arrival: ArrivalTime { at, source: Source::Kernel, read },
            stamp: Some(b"1795370820.123356789"),
            round_trip: Some(US * 123),
            split: Some(Split { there: 23_000, back: 100_000, error: 1_500 }),
        }
    }

    pub(super) fn duplicate() -> Probe<'static> {
        Probe { round_trip: None, split: None, ..reply() }
    }

    pub(super) fn summary() -> Summary {
        let round_trip = RoundTrip {
            min: US * 100,
            mean: US * 150,
            p50: US * 140,
            p95: US * 190,
            p99: US * 200,
            max: US * 201,
            jitter: US * 12,
        };
        Summary {
            sent: 3,
            received: 2,
            lost: 1,
            duplicates: 1,
            out_of_order: 0,
            round_trip: Some(round_trip),
        }
    }

    pub(super) fn end(summary: &Summary, clocks: ClockComparison, split_error: Option<u64>) -> End<'_> {
        End { target: "tcp://localhost:7", summary, clocks, split_error, disconnects: 0 }
    }

    #[test]
    fn a_lost_connection_is_reported_when_it_happens_and_in_the_summary() {
        assert_eq!(Form::Text.lost("it closed the connection"), "it closed the connection; trying again\n");
        assert_eq!(Form::Text.connected("127.0.0.1:7"), "connected to 127.0.0.1:7 again\n");
        assert_eq!(Form::Json.lost("gone"), "{\"type\":\"disconnected\",\"reason\":\"gone\"}\n");
        assert_eq!(Form::Json.connected("::1"), "{\"type\":\"connected\",\"peer\":\"::1\"}\n");
        let summary = summary();
        let twice = End { disconnects: 2, ..end(&summary, ClockComparison::Unstamped, None) };
        assert!(Form::Text.end(&twice).contains("out of order 0, disconnected 2 times\n"));
    }

    #[test]
    fn there_is_a_summary_without_any_probe() {
        let nothing =
            Summary { sent: 0, received: 0, lost: 0, duplicates: 0, out_of_order: 0, round_trip: None };
        let end = end(&nothing, ClockComparison::Unstamped, None);
        assert!(Form::Text.end(&end).contains("sent 0, received 0, lost 0 (0%)"));
        let value: serde_json::Value = serde_json::from_str(&Form::Json.end(&end)).unwrap();
        assert!(value["round_trip_ms"].is_null() && value["clock_offset_ms"].is_null());
    }
}
