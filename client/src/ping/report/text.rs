//! The output for people.

use std::time::Duration;

use wirestamp_protocol::measure::{ClockComparison, OffsetEstimate, Split};
use wirestamp_protocol::plural;

use super::{End, Probe};
use crate::ping::statistics::{RoundTrip, Summary};
use crate::show::millis;

/// Returns the line for a reply.
pub(super) fn probe(probe: &Probe<'_>) -> String {
    let seq = probe.seq;
    match (probe.round_trip, probe.split) {
        (None, _) => format!("seq={seq} duplicate\n"),
        (Some(time), None) => format!("seq={seq} time={} ms\n", millis(time)),
        (Some(time), Some(Split { there, .. })) => {
            // Rounded first, so that the parts add up.
            let (time, there) = (rounded(time), rounded(Duration::from_nanos(there)));
            let [time, there, back] = [time, there, time.saturating_sub(there)].map(millis);
            format!("seq={seq} time={time} ms, {there} there, {back} back\n")
        }
    }
}

/// Rounds to microseconds.
fn rounded(duration: Duration) -> Duration {
    let micros = (duration.as_nanos() + 500) / 1000;
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

/// Returns the summary.
pub(super) fn end(end: &End<'_>) -> String {
    let Summary { sent, received, lost, duplicates, out_of_order, round_trip } = end.summary;
    let disconnected = match end.disconnects {
        0 => String::new(),
        times => format!(", disconnected {times} {}", plural(times, "time", "times")),
    };
    let percent = if *sent == 0 { 0.0 } else { *lost as f64 * 100.0 / *sent as f64 };
    let percent = (percent * 1e3).round() / 1e3;
    let mut text = format!(
        "\n--- {} ping statistics ---\n\
         sent {sent}, received {received}, lost {lost} ({percent}%), duplicates {duplicates}, \
         out of order {out_of_order}{disconnected}\n",
        end.target
    );
    if let Some(RoundTrip { min, mean, p50, p95, p99, max, jitter }) = *round_trip {
        let [min, mean, p50, p95, p99, max, jitter] = [min, mean, p50, p95, p99, max, jitter].map(millis);
        text += &format!(
            "round trip min {min} mean {mean} p50 {p50} p95 {p95} p99 {p99} max {max} ms\n\
             jitter {jitter} ms (RFC 3550, 6.4.1)\n"
        );
    }
    text + &clocks(end.clocks, end.split_error)
}

/// Returns what the stamps say about the clocks, and how exact the round trips' parts are.
fn clocks(clocks: ClockComparison, split_error: Option<u64>) -> String {
    let split_error = split_error.unwrap_or_default();
    match clocks {
        ClockComparison::Unstamped => String::new(),
        ClockComparison::Coarse => {
            "clock: not compared, as the stamps are in whole seconds; ask for ?format=rfc3339\n".into()
        }
        ClockComparison::Compared(OffsetEstimate::ONE_CLOCK) => {
            let exact = match split_error {
                0 => "no clock error".into(),
                error => format!("an error of at most {} ms, as the stamps are cut off", in_ms(error)),
            };
            format!("clock: this computer's on both sides, so there and back have {exact}\n")
        }
        ClockComparison::Compared(OffsetEstimate { offset, error }) => {
            let side = if offset < 0 { "behind" } else { "ahead of" };
            let (offset, error) = (in_ms(offset.unsigned_abs()), in_ms(error.unsigned_abs()));
            let split_error = in_ms(split_error);
            format!(
                "clock: the service's is {offset} ms {side} this one, give or take {error} ms (Cristian's algorithm)\n\
                 there and back: give or take {split_error} ms, as they are by two clocks\n"
            )
        }
    }
}

fn in_ms(nanos: u64) -> String {
    millis(Duration::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::ping::report::tests::{self, duplicate, reply, summary};

    #[test]
    fn a_reply_is_a_line_with_its_time_and_the_parts_of_it() {
        assert_eq!(probe(&reply()), "seq=7 time=0.123 ms, 0.023 there, 0.100 back\n");
        assert_eq!(probe(&Probe { split: None, ..reply() }), "seq=7 time=0.123 ms\n");
        assert_eq!(probe(&duplicate()), "seq=7 duplicate\n");
    }

    #[test]
    fn the_parts_add_up_as_they_are_shown() {
        for (there, back, shown) in [
            (1_500, 1_500, "0.003 ms, 0.002 there, 0.001 back"),
            (1_400, 1_400, "0.003 ms, 0.001 there, 0.002 back"),
            (499, 0, "0.000 ms, 0.000 there, 0.000 back"),
            (0, 2_000_500_000, "2000.500 ms, 0.000 there, 2000.500 back"),
        ] {
            let round_trip = Some(Duration::from_nanos(there + back));
            let split = Some(Split { there, back, error: 0 });
            assert_eq!(probe(&Probe { round_trip, split, ..reply() }), format!("seq=7 time={shown}\n"));
        }
    }

    #[test]
    fn the_summary_says_how_far_the_clocks_are_apart() {
        let summary = summary();
        let compared = ClockComparison::Compared(OffsetEstimate { offset: -1_234_567, error: 50_000 });
        assert_eq!(
            end(&tests::end(&summary, compared, Some(61_600))),
            "\n--- tcp://localhost:7 ping statistics ---\n\
             sent 3, received 2, lost 1 (33.333%), duplicates 1, out of order 0\n\
             round trip min 0.100 mean 0.150 p50 0.140 p95 0.190 p99 0.200 max 0.201 ms\n\
             jitter 0.012 ms (RFC 3550, 6.4.1)\n\
             clock: the service's is 1.235 ms behind this one, give or take 0.050 ms (Cristian's algorithm)\n\
             there and back: give or take 0.062 ms, as they are by two clocks\n"
        );
        let coarse = end(&tests::end(&summary, ClockComparison::Coarse, None));
        assert!(coarse.ends_with("whole seconds; ask for ?format=rfc3339\n"), "{coarse}");
    }

    #[test]
    fn one_clock_has_no_error_but_a_stamp_may_be_cut_off() {
        let (summary, one) = (summary(), ClockComparison::Compared(OffsetEstimate::ONE_CLOCK));
        for (error, exact) in
            [(0, "no clock error"), (50_000, "an error of at most 0.050 ms, as the stamps are cut off")]
        {
            let text = end(&tests::end(&summary, one, Some(error)));
            let line = format!("clock: this computer's on both sides, so there and back have {exact}\n");
            assert!(text.ends_with(&line), "{text}");
        }
    }
}
