//! The output for programs: an object per line.

use std::time::Duration;

use serde::Serialize;
use wirestamp_protocol::measure::{ClockComparison, OffsetEstimate};

use super::{End, Probe};
use crate::ping::statistics::{RoundTrip, Summary};

pub(super) fn probe(probe: &Probe<'_>) -> String {
    let Probe { seq, arrival, stamp, round_trip, split } = *probe;
    line(&JsonProbe {
        kind: "probe",
        seq,
        time_ms: round_trip.map(ms),
        duplicate: round_trip.is_none(),
        sent: round_trip.and_then(|round_trip| arrival.at.checked_sub(round_trip)).map(since_1970),
        received: since_1970(arrival.at),
        source: arrival.source.name(),
        stamp: stamp.map(|stamp| String::from_utf8_lossy(stamp).into_owned()),
        there_ms: split.map(|split| nanos_as_ms(split.there)),
        back_ms: split.map(|split| nanos_as_ms(split.back)),
        clock_error_ms: split.map(|split| nanos_as_ms(split.error)),
    })
}

pub(super) fn lost(reason: &str) -> String {
    line(&JsonLost { kind: "disconnected", reason })
}

pub(super) fn connected(peer: &str) -> String {
    line(&JsonConnected { kind: "connected", peer })
}

pub(super) fn end(end: &End<'_>) -> String {
    line(&JsonSummary::from(end))
}

fn ms(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}

fn nanos_as_ms(nanos: u64) -> f64 {
    nanos as f64 / 1e6
}

/// Returns the seconds since 1970 as the stamp format `unix` writes them. A JSON number would lose the last digits.
fn since_1970(time: Duration) -> String {
    format!("{}.{:09}", time.as_secs(), time.subsec_nanos())
}

fn line(value: &impl Serialize) -> String {
    // Can't fail: numbers and strings are always valid JSON.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct JsonProbe {
    #[serde(rename = "type")]
    kind: &'static str,
    seq: u64,
    /// Null for a duplicate, as are `sent` and the parts of the time.
    time_ms: Option<f64>,
    duplicate: bool,
    /// By the same reading of the clock as `received`, so that their difference is the time.
    sent: Option<String>,
    received: String,
    source: &'static str,
    /// Null if the reply has none.
    stamp: Option<String>,
    /// Null unless the stamp shows fractions of a second.
    there_ms: Option<f64>,
    back_ms: Option<f64>,
    clock_error_ms: Option<f64>,
}

#[derive(Serialize)]
struct JsonLost<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct JsonConnected<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    peer: &'a str,
}

#[derive(Serialize)]
struct JsonSummary<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
    sent: u64,
    received: u64,
    lost: u64,
    duplicates: u64,
    out_of_order: u64,
    /// Null if no reply came.
    round_trip_ms: Option<JsonRoundTrip>,
    /// Null unless the stamps show fractions of a second.
    clock_offset_ms: Option<JsonOffset>,
    /// How often the connection was lost.
    disconnects: u64,
}

#[derive(Serialize)]
struct JsonRoundTrip {
    min: f64,
    mean: f64,
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
    /// As in RFC 3550, section 6.4.1.
    jitter: f64,
}

#[derive(Serialize)]
struct JsonOffset {
    /// Positive if the service's clock is ahead. 0 if both sides read one clock, as is the error.
    offset: f64,
    error: f64,
}

impl<'a> From<&End<'a>> for JsonSummary<'a> {
    fn from(end: &End<'a>) -> Self {
        let Summary { sent, received, lost, duplicates, out_of_order, round_trip } = *end.summary;
        let round_trip_ms = round_trip.map(|RoundTrip { min, mean, p50, p95, p99, max, jitter }| {
            let [min, mean, p50, p95, p99, max, jitter] = [min, mean, p50, p95, p99, max, jitter].map(ms);
            JsonRoundTrip { min, mean, p50, p95, p99, max, jitter }
        });
        let clock_offset_ms = match end.clocks {
            ClockComparison::Compared(OffsetEstimate { offset, error }) => {
                Some(JsonOffset { offset: offset as f64 / 1e6, error: error as f64 / 1e6 })
            }
            ClockComparison::Unstamped | ClockComparison::Coarse => None,
        };
        Self {
            kind: "summary",
            url: end.target,
            sent,
            received,
            lost,
            duplicates,
            out_of_order,
            round_trip_ms,
            clock_offset_ms,
            disconnects: end.disconnects,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::Value;

    use crate::ping::report::tests::{self, duplicate, reply, summary};

    fn parsed(probe: &Probe<'_>) -> Value {
        serde_json::from_str(&super::probe(probe)).unwrap()
    }

    #[test]
    fn a_reply_has_its_times_to_the_nanosecond() {
        assert_eq!(
            probe(&reply()),
            "{\"type\":\"probe\",\"seq\":7,\"time_ms\":0.123,\"duplicate\":false,\
             \"sent\":\"1795370820.123333789\",\"received\":\"1795370820.123456789\",\"source\":\"kernel\",\
             \"stamp\":\"1795370820.123356789\",\
             \"there_ms\":0.023,\"back_ms\":0.1,\"clock_error_ms\":0.0015}\n"
        );
    }

    #[test]
    fn what_is_not_known_is_null() {
        let value = parsed(&duplicate());
        for field in ["time_ms", "sent", "there_ms", "back_ms", "clock_error_ms"] {
            assert_eq!(value.get(field), Some(&Value::Null), "{field} in {value}");
        }
        assert_eq!((&value["duplicate"], &value["source"]), (&true.into(), &"kernel".into()));
        assert_eq!(parsed(&Probe { stamp: None, ..reply() }).get("stamp"), Some(&Value::Null));
    }

    #[test]
    fn a_stamp_of_any_bytes_is_a_string() {
        let value = parsed(&Probe { stamp: Some(b"\xff\"\x1b"), ..reply() });
        assert_eq!(value["stamp"], "\u{fffd}\"\u{1b}");
    }

    #[test]
    fn the_summary_is_one_line() {
        let summary = summary();
        let compared = ClockComparison::Compared(OffsetEstimate { offset: 5_000_000, error: 50_000 });
        let text = end(&tests::end(&summary, compared, None));
        assert_eq!(text.matches('\n').count(), 1);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&value["type"], &value["lost"]), (&"summary".into(), &1.into()));
        assert_eq!(value["round_trip_ms"]["jitter"], 0.012);
        assert_eq!(value["clock_offset_ms"]["offset"], 5.0);
    }
}
