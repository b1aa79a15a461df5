//! The figures below the chart, as text.

use super::chart::short;
use super::round_trip::{grouped, round_trip};
use super::statistics::{Reading, RoundTrips};

/// Timers that step by at least this many milliseconds get a note.
const COARSE: f64 = 0.05;

/// The figures' names, in the order of [`figures`].
pub const FIGURES: [&str; 7] = ["p50", "p95", "p99", "min", "max", "jitter", "count"];

/// The values of [`FIGURES`], with a dash for those that don't exist yet.
pub fn figures(all: &RoundTrips) -> [String; 7] {
    let took = |ms: Option<f64>| ms.map_or_else(|| "–".to_owned(), |ms| round_trip(ms, all.timer_step()));
    [
        took(all.percentile(50.0)),
        took(all.percentile(95.0)),
        took(all.percentile(99.0)),
        took(all.min()),
        took(all.max()),
        took(all.jitter()),
        grouped(all.count() as u64),
    ]
}

/// Names the timer's resolution where that limits the figures to fewer than three digits.
pub fn timer_note(all: &RoundTrips) -> Option<String> {
    let step = all.timer_step();
    let is_bound = |median: f64| step >= COARSE || median < step * 100.0;
    all.percentile(50.0)
        .is_some_and(is_bound)
        .then(|| ["This browser's timer has a resolution of ", &short(step), " ms"].concat())
}

/// `#12 4.57 ms`, for the reading at this index.
pub fn reading(place: usize, reading: Reading, timer_step: f64) -> String {
    ["#", &grouped(place as u64 + 1), " ", &round_trip(reading.ms, timer_step)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trips(timer_step: f64, all: &[f64]) -> RoundTrips {
        let mut round_trips = RoundTrips::new(timer_step);
        all.iter().for_each(|ms| round_trips.push(0.0, *ms));
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
    fn a_reading_is_named_by_its_number() {
        assert_eq!(reading(11, Reading { at: 0.0, ms: 4.567 }, 0.005), "#12 4.57 ms");
    }
}
