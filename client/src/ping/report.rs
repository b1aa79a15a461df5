//! The output of ping: text for people, or JSON for programs.

use std::time::Duration;

use serde::Serialize;
use wirestamp_protocol::measure::{ClockComparison, OffsetEstimate};
use wirestamp_protocol::plural;

use super::statistics::{RoundTrip, Summary};
use crate::show::millis;

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Json,
}

/// A reply to report.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probe {
    pub(super) seq: u64,
    /// `None` for a duplicate.
    pub(super) round_trip: Option<Duration>,
}

/// The end of a run.
#[derive(Debug)]
pub(super) struct End<'a> {
    pub(super) target: &'a str,
    pub(super) summary: &'a Summary,
    pub(super) clocks: ClockComparison,
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
    pub(super) fn probe(self, probe: Probe) -> String {
        let Probe { seq, round_trip } = probe;
        match (self, round_trip) {
            (Self::Json, _) => line(&JsonProbe {
                kind: "probe",
                seq,
                time_ms: round_trip.map(ms),
                duplicate: round_trip.is_none(),
            }),
            (Self::Text, Some(time)) => format!("seq={seq} time={} ms\n", millis(time)),
            (Self::Text, None) => format!("seq={seq} duplicate\n"),
        }
    }

    /// Returns the line for a connection that was lost.
    pub(super) fn lost(self, how: &str) -> String {
        match self {
            Self::Json => line(&JsonLost { kind: "disconnected", reason: how }),
            Self::Text => format!("{how}; trying again\n"),
        }
    }

    /// Returns the line for a connection that was made again.
    pub(super) fn connected(self, peer: &str) -> String {
        match self {
            Self::Json => line(&JsonConnected { kind: "connected", peer }),
            Self::Text => format!("connected to {peer} again\n"),
        }
    }

    /// Returns the summary.
    pub(super) fn end(self, end: &End<'_>) -> String {
        match self {
            Self::Json => line(&JsonSummary::from(end)),
            Self::Text => in_words(end),
        }
    }
}

fn in_words(end: &End<'_>) -> String {
    let End { target, summary, clocks, disconnects } = end;
    let Summary { sent, received, lost, duplicates, out_of_order, round_trip } = summary;
    let disconnected = match disconnects {
        0 => String::new(),
        times => format!(", disconnected {times} {}", plural(*times, "time", "times")),
    };
    let percent = if *sent == 0 { 0.0 } else { *lost as f64 * 100.0 / *sent as f64 };
    let percent = (percent * 1e3).round() / 1e3;
    let mut text = format!(
        "\n--- {target} ping statistics ---\n\
         sent {sent}, received {received}, lost {lost} ({percent}%), duplicates {duplicates}, \
         out of order {out_of_order}{disconnected}\n"
    );
    if let Some(RoundTrip { min, mean, p50, p95, p99, max, jitter }) = *round_trip {
        let [min, mean, p50, p95, p99, max, jitter] = [min, mean, p50, p95, p99, max, jitter].map(millis);
        text += &format!(
            "round trip min {min} mean {mean} p50 {p50} p95 {p95} p99 {p99} max {max} ms\n\
             jitter {jitter} ms (RFC 3550, 6.4.1)\n"
        );
    }
    text + &match *clocks {
        ClockComparison::Unstamped => String::new(),
        ClockComparison::Coarse => {
            "clock: not compared, as the stamps are in whole seconds; ask for ?format=rfc3339\n".into()
        }
        ClockComparison::Compared(OffsetEstimate { offset, error }) => {
            let side = if offset < 0 { "behind" } else { "ahead of" };
            let [offset, error] = [offset.abs(), error].map(|nanos| format!("{:.3}", nanos as f64 / 1e6));
            format!(
                "clock: the service's is {offset} ms {side} this one, give or take {error} ms (Cristian's algorithm)\n"
            )
        }
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
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
    time_ms: Option<f64>,
    duplicate: bool,
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
    /// Positive if the service's clock is ahead.
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

    const US: Duration = Duration::from_micros(1);

    fn summary() -> Summary {
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

    fn end(form: Form, summary: &Summary, clocks: ClockComparison) -> String {
        form.end(&End { target: "tcp://localhost:7", summary, clocks, disconnects: 0 })
    }

    #[test]
    fn text_is_for_people() {
        let round_trip = Some(US * 123);
        assert_eq!(Form::Text.probe(Probe { seq: 1, round_trip }), "seq=1 time=0.123 ms\n");
        assert_eq!(Form::Text.probe(Probe { seq: 1, round_trip: None }), "seq=1 duplicate\n");
        let text = end(
            Form::Text,
            &summary(),
            ClockComparison::Compared(OffsetEstimate { offset: -1_234_567, error: 50_000 }),
        );
        assert_eq!(
            text,
            "\n--- tcp://localhost:7 ping statistics ---\n\
             sent 3, received 2, lost 1 (33.333%), duplicates 1, out of order 0\n\
             round trip min 0.100 mean 0.150 p50 0.140 p95 0.190 p99 0.200 max 0.201 ms\n\
             jitter 0.012 ms (RFC 3550, 6.4.1)\n\
             clock: the service's is 1.235 ms behind this one, give or take 0.050 ms (Cristian's algorithm)\n"
        );
        assert!(end(Form::Text, &summary(), ClockComparison::Coarse).contains("?format=rfc3339"));
    }

    #[test]
    fn a_lost_connection_is_reported_when_it_happens_and_in_the_summary() {
        assert_eq!(Form::Text.lost("it closed the connection"), "it closed the connection; trying again\n");
        assert_eq!(Form::Text.connected("127.0.0.1:7"), "connected to 127.0.0.1:7 again\n");
        assert_eq!(Form::Json.lost("gone"), "{\"type\":\"disconnected\",\"reason\":\"gone\"}\n");
        assert_eq!(Form::Json.connected("::1"), "{\"type\":\"connected\",\"peer\":\"::1\"}\n");
        let summary = summary();
        let clocks = ClockComparison::Unstamped;
        let twice = End { target: "tcp://localhost:7", summary: &summary, clocks, disconnects: 2 };
        assert!(Form::Text.end(&twice).contains("out of order 0, disconnected 2 times\n"));
    }

    #[test]
    fn json_is_an_object_per_line() {
        let probe = Form::Json.probe(Probe { seq: 7, round_trip: Some(US * 123) });
        assert_eq!(probe, "{\"type\":\"probe\",\"seq\":7,\"time_ms\":0.123,\"duplicate\":false}\n");
        let text = end(
            Form::Json,
            &summary(),
            ClockComparison::Compared(OffsetEstimate { offset: 5_000_000, error: 50_000 }),
        );
        assert_eq!(text.matches('\n').count(), 1);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&value["type"], &value["lost"]), (&"summary".into(), &1.into()));
        assert_eq!(value["round_trip_ms"]["jitter"], 0.012);
        assert_eq!(value["clock_offset_ms"]["offset"], 5.0);
    }

    #[test]
    fn there_is_a_summary_without_any_probe() {
        let nothing =
            Summary { sent: 0, received: 0, lost: 0, duplicates: 0, out_of_order: 0, round_trip: None };
        assert!(
            end(Form::Text, &nothing, ClockComparison::Unstamped).contains("sent 0, received 0, lost 0 (0%)")
        );
        let value: serde_json::Value =
            serde_json::from_str(&end(Form::Json, &nothing, ClockComparison::Unstamped)).unwrap();
        assert!(value["round_trip_ms"].is_null() && value["clock_offset_ms"].is_null());
    }
}
