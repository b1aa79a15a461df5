//! The figures below the chart, as text.

use super::chart::short;
use super::readings::{Reading, RoundTrips};
use super::round_trip::{grouped, round_trip};

/// Timers that step by at least this many milliseconds get a note.
const COARSE: f64 = 0.05;

/// The figures' names, in the order of [`figures`].
pub const FIGURES: [&str; 7] = ["p50", "p95", "p99", "min", "max", "jitter", "count"];

/// The values of [`FIGURES`], with a dash for those that don't exist yet.
pub fn figures(all: &RoundTrips) -> [String; 7] {
    let of = all.statistics();
    let took = |ms: Option<f64>| ms.map_or_else(|| "–".to_owned(), |ms| round_trip(ms, all.timer_step()));
    [
        took(of.percentile(50.0)),
        took(of.percentile(95.0)),
        took(of.percentile(99.0)),
        took(of.min()),
        took(of.max()),
        took(of.jitter()),
        grouped(of.count() as u64),
    ]
}

/// The most important figures, as in `p50 0.31 ms · p95 0.44 ms · 1,234`. Says how many there are in all if the
/// figures leave some out, and that they queued if all did.
pub fn strip_text(all: &RoundTrips) -> String {
    if all.readings().is_empty() {
        return "Round trips".to_owned();
    }
    let [p50, p95, .., count] = figures(all);
    let what = match all.left_out() {
        0 if all.are_queued() => " queued".to_owned(),
        0 => String::new(),
        _ => [" of ", &grouped(all.readings().len() as u64)].concat(),
    };
    ["p50 ", &p50, " · p95 ", &p95, " · ", &count, &what].concat()
}

/// Says which round trips the figures are of, where there was a burst.
pub fn burst_note(all: &RoundTrips) -> Option<String> {
    let left_out = all.left_out() as u64;
    if left_out > 0 {
        let parts = ["Figures without the ", &grouped(left_out), " (pale) that queued in a burst"];
        return Some(parts.concat());
    }
    all.are_queued().then(|| "All were sent in bursts, so they include queueing".to_owned())
}

/// Names the timer's resolution where that limits the figures to fewer than three digits.
pub fn timer_note(all: &RoundTrips) -> Option<String> {
    let step = all.timer_step();
    let is_bound = |median: f64| step >= COARSE || median < step * 100.0;
    all.statistics()
        .percentile(50.0)
        .is_some_and(is_bound)
        .then(|| ["This browser's timer has a resolution of ", &short(step), " ms"].concat())
}

/// `#12 4.57 ms`, or `#12 4.57 ms (queued)` if it waited for others of a burst.
pub fn reading_words(reading: Reading, timer_step: f64) -> String {
    let queued = if reading.queued { " (queued)" } else { "" };
    let number = grouped(reading.exchange as u64 + 1);
    ["#", &number, " ", &round_trip(reading.ms, timer_step), queued].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trips(timer_step: f64, all: &[f64]) -> RoundTrips {
        let mut round_trips = RoundTrips::new(timer_step);
        all.iter().for_each(|ms| round_trips.measure(0.0, *ms));
        round_trips
    }

    #[test]
    fn there_is_a_figure_for_each_name() {
        assert_eq!(figures(&round_trips(0.005, &[])), ["–", "–", "–", "–", "–", "–", "0"]);
        let some = figures(&round_trips(0.005, &[2.0, 2.0]));
        assert_eq!(some, ["2.00 ms", "2.00 ms", "2.00 ms", "2.00 ms", "2.00 ms", "< 0.01 ms", "2"]);
    }

    #[test]
    fn the_timer_is_named_where_it_costs_digits() {
        assert_eq!(timer_note(&round_trips(1.0, &[])), None);
        assert_eq!(timer_note(&round_trips(0.005, &[2.0])), None);
        assert_eq!(
            timer_note(&round_trips(1.0, &[2.0])).unwrap(),
            "This browser's timer has a resolution of 1 ms"
        );
        assert!(timer_note(&round_trips(0.005, &[0.2])).is_some());
    }

    #[test]
    fn a_reading_is_named_by_the_number_of_its_exchange() {
        let reading = Reading { at: 0.0, ms: 4.567, exchange: 10_999, queued: false };
        assert_eq!(reading_words(reading, 0.005), "#11,000 4.57 ms");
        let queued = Reading { queued: true, ..reading };
        assert_eq!(reading_words(queued, 0.005), "#11,000 4.57 ms (queued)");
    }

    #[test]
    fn the_strip_has_the_most_important_figures() {
        let mut some = round_trips(0.005, &[]);
        assert_eq!(strip_text(&some), "Round trips");
        some.measure_queued(0.0, 8.0);
        assert_eq!(strip_text(&some), "p50 8.00 ms · p95 8.00 ms · 1 queued");
        some.measure(0.0, 2.0);
        assert_eq!(strip_text(&some), "p50 2.00 ms · p95 2.00 ms · 1 of 2");
        let some = round_trips(0.005, &[2.0; 1234]);
        assert_eq!(strip_text(&some), "p50 2.00 ms · p95 2.00 ms · 1,234");
    }

    #[test]
    fn where_there_was_a_burst_it_is_said_what_the_figures_are_of() {
        let mut some = round_trips(0.005, &[2.0]);
        assert_eq!(burst_note(&some), None);
        some.measure_queued(0.0, 8.0);
        assert_eq!(burst_note(&some).unwrap(), "Figures without the 1 (pale) that queued in a burst");
        let mut all = round_trips(0.005, &[]);
        all.measure_queued(0.0, 8.0);
        assert_eq!(burst_note(&all).unwrap(), "All were sent in bursts, so they include queueing");
    }
}
