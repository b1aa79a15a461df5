//! The small chart in the log's head.

use super::picture::{Size, pixels};
use crate::measure::readings::{Reading, RoundTrips};

/// How far apart the readings are, in pixels.
const STEP: f64 = 2.0;

/// The latest readings that the statistics are of, as an SVG path in this size, the last one at the right edge.
pub fn sparkline(all: &RoundTrips, size: Size) -> String {
    let most = (size.width / STEP) as usize;
    let is_shown = |reading: &&Reading| reading.queued == all.are_queued();
    let shown: Vec<_> = all.readings().iter().rev().filter(is_shown).take(most).collect();
    let max = shown.iter().map(|reading| reading.ms).fold(f64::MIN_POSITIVE, f64::max);
    let mut path = String::new();
    for (at, reading) in shown.iter().enumerate() {
        // Half a pixel keeps the line's width inside.
        let x = size.width - 0.5 - at as f64 * STEP;
        let y = 0.5 + (1.0 - reading.ms / max) * (size.height - 1.0);
        path.extend([if at == 0 { "M" } else { "L" }, &pixels(x), " ", &pixels(y)]);
    }
    if shown.len() == 1 {
        // A line of no length is a dot.
        path.push_str("h0");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 8.0, height: 21.0 };

    fn readings(all: &[f64]) -> RoundTrips {
        let mut round_trips = RoundTrips::new(0.005);
        all.iter().for_each(|ms| round_trips.measure(0.0, *ms));
        round_trips
    }

    #[test]
    fn the_latest_readings_end_at_the_right_edge() {
        assert_eq!(sparkline(&readings(&[]), SIZE), "");
        assert_eq!(sparkline(&readings(&[0.0, 4.0]), SIZE), "M7.5 0.5L5.5 20.5");
    }

    #[test]
    fn a_single_reading_is_a_dot() {
        assert_eq!(sparkline(&readings(&[4.0]), SIZE), "M7.5 0.5h0");
        assert_eq!(sparkline(&readings(&[0.0]), SIZE), "M7.5 20.5h0");
    }

    #[test]
    fn what_queued_in_a_burst_is_left_out() {
        let mut some = readings(&[4.0]);
        some.measure_queued(0.0, 900.0);
        assert_eq!(sparkline(&some, SIZE), "M7.5 0.5h0");
    }

    #[test]
    fn older_readings_have_no_room() {
        assert_eq!(sparkline(&readings(&[900.0, 1.0, 1.0, 1.0, 1.0]), SIZE).matches('L').count(), 3);
    }
}
