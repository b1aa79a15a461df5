//! Tests of the charts' layout.

use super::window::{MOMENT, PAST};
use super::*;
use crate::measure::{Reading, RoundTrips};

const SIZE: Size = Size { width: 400.0, height: 100.0 };

fn round_trips(all: &[(f64, f64)]) -> RoundTrips {
    let mut round_trips = RoundTrips::new(0.005);
    all.iter().for_each(|(at, ms)| round_trips.push(*at, *ms));
    round_trips
}

fn series(all: &[(f64, f64)]) -> Series {
    Series::new(&round_trips(all), SIZE, TimeWindow { from: 0.0, to: 4000.0 })
}

fn labels(ticks: &[Tick]) -> Vec<&str> {
    ticks.iter().map(|tick| tick.label.as_str()).collect()
}

#[test]
fn a_reading_is_a_mark_where_and_when_it_was() {
    let picture = series(&[(0.0, 0.0), (2000.0, 1.0), (4000.0, 4.0)]);
    let mark = |x, y| Mark { x, top: y, bottom: y };
    assert_eq!(picture.marks, [mark(0.5, 100.0), mark(200.5, 75.0), mark(399.5, 0.0)]);
    assert_eq!(picture.path(), "M0.5 100V100M200.5 75V75M399.5 0V0");
}

#[test]
fn a_column_has_one_mark_from_its_longest_to_its_shortest() {
    let picture = series(&[(1000.0, 2.0), (1001.0, 4.0), (1002.0, 1.0), (1010.0, 3.0)]);
    assert_eq!(picture.marks.len(), 2);
    assert_eq!(picture.marks[0], Mark { x: 100.5, top: 0.0, bottom: 75.0 });
}

#[test]
fn a_hundred_thousand_readings_are_a_mark_a_column() {
    let many: Vec<_> = (0..100_000).map(|n| (f64::from(n) / 25.0, 1.0 + f64::from(n % 7))).collect();
    let picture = series(&many);
    assert_eq!(picture.marks.len(), 400);
    assert!(picture.path().len() < 400 * 24);
}

#[test]
fn few_marks_have_much_room() {
    assert!(series(&[(1.0, 1.0), (2000.0, 1.0)]).is_sparse());
    let many: Vec<_> = (0..100).map(|n| (f64::from(n) * 40.0, 1.0)).collect();
    assert!(!series(&many).is_sparse());
}

#[test]
fn before_there_are_readings_there_is_an_axis() {
    assert_eq!(labels(&series(&[]).round_trips), ["0", "0.5", "1 ms"]);
}

#[test]
fn what_is_outside_the_window_is_not_shown() {
    let all = round_trips(&[(-1.0, 900.0), (5.0, 1.0), (4001.0, 900.0)]);
    let picture = Series::new(&all, SIZE, TimeWindow { from: 0.0, to: 4000.0 });
    assert_eq!(picture.marks.len(), 1);
    assert_eq!(labels(&picture.round_trips).last(), Some(&"1 ms"));
}

#[test]
fn the_axis_of_round_trips_has_three_to_five_round_ticks() {
    for (longest, expected) in [
        (1.0, &["0", "0.5", "1 ms"][..]),
        (3.9, &["0", "1", "2", "3", "4 ms"]),
        (4.1, &["0", "2", "4", "6 ms"]),
        (0.07, &["0", "0.02", "0.04", "0.06", "0.08 ms"]),
        (9000.0, &["0", "5\u{202f}000", "10\u{202f}000 ms"]),
        (0.0, &["0", "0.002", "0.004", "0.006 ms"]),
    ] {
        let picture = series(&[(1.0, longest)]);
        assert_eq!(labels(&picture.round_trips), expected, "{longest}");
        assert_eq!(picture.round_trips[0].at, 100.0);
        assert_eq!(picture.round_trips.last().map(|tick| tick.at), Some(0.0));
    }
}

#[test]
fn a_wide_spread_has_a_logarithmic_axis() {
    let with = |ms, longest| series(&[(1.0, ms), (2.0, ms), (3.0, longest)]);
    assert_eq!(labels(&with(1.0, 19.0).round_trips), ["0", "5", "10", "15", "20 ms"]);
    assert_eq!(labels(&with(1.0, 21.0).round_trips), ["1", "10", "100 ms"]);
    assert_eq!(labels(&with(0.2, 5.0).round_trips), ["0.1", "1", "10 ms"]);
    assert_eq!(
        labels(&with(1.0, 1e6).round_trips),
        ["1", "100", "10\u{202f}000", "1\u{202f}000\u{202f}000 ms"]
    );
    let picture = with(0.5, 900.0);
    assert_eq!(labels(&picture.round_trips), ["0.1", "1", "10", "100", "1\u{202f}000 ms"]);
    for (tick, y) in picture.round_trips.iter().zip([100.0, 75.0, 50.0, 25.0, 0.0]) {
        assert!((tick.at - y).abs() < 1e-9, "{tick:?}");
    }
}

#[test]
fn zero_is_at_the_bottom_of_a_logarithmic_axis() {
    let picture = series(&[(1.0, 0.0), (100.0, 1.0), (200.0, 1.0), (300.0, 100.0)]);
    assert_eq!(picture.marks[0].bottom, 100.0);
    assert!(picture.round_trips.len() >= 3);
}

#[test]
fn the_axis_of_time_has_three_to_five_round_ticks() {
    for (span, expected) in [
        (MOMENT, &["now", "50 ms", "100 ms"][..]),
        (1000.0, &["now", "500 ms", "1 s"]),
        (4000.0, &["now", "1 s", "2 s", "3 s", "4 s"]),
        (50_000.0, &["now", "15 s", "30 s", "45 s"]),
        (100_000.0, &["now", "30 s", "1 min", "90 s"]),
        (PAST, &["now", "2 min", "4 min"]),
        (7200e3, &["now", "30 min", "1 h", "90 min", "2 h"]),
        (1e9, &["now", "72 h", "144 h", "216 h"]),
    ] {
        let picture = Series::new(&round_trips(&[]), SIZE, TimeWindow { from: 0.0, to: span });
        assert_eq!(labels(&picture.times), expected);
        assert_eq!(picture.times[0].at, 400.0);
    }
}

#[test]
fn the_window_is_what_there_is_but_five_minutes_at_most() {
    let window = |at: &[f64], now| {
        let readings: Vec<_> = at.iter().map(|&at| Reading { at, ms: 1.0 }).collect();
        let TimeWindow { from, to } = TimeWindow::of(&readings, now);
        (from, to)
    };
    assert_eq!(window(&[], 1000.0), (900.0, 1000.0));
    assert_eq!(window(&[990.0], 1000.0), (900.0, 1000.0));
    assert_eq!(window(&[1000.0, 3000.0], 4000.0), (1000.0, 4000.0));
    assert_eq!(window(&[0.0, 999_000.0], 1_000_000.0), (700_000.0, 1_000_000.0));
    // Even long after, the last reading is in view.
    assert_eq!(window(&[0.0], 1_000_000.0), (-250_000.0, 1_000_000.0));
    // A reading that is newer than the given time.
    assert_eq!(window(&[0.0, 2000.0], 1000.0), (0.0, 2000.0));
}

#[test]
fn the_reading_nearest_to_the_pointer_is_found() {
    let all = [(-10.0, 1.0), (1000.0, 1.0), (2000.0, 2.0), (3000.0, 4.0)];
    let (picture, all) = (series(&all), round_trips(&all));
    for (x, place) in [(-50.0, 1), (0.0, 1), (149.0, 1), (151.0, 2), (200.0, 2), (400.0, 3), (1e9, 3)] {
        assert_eq!(picture.nearest(all.readings(), x), Some(place), "{x}");
    }
    assert_eq!(picture.place(all.readings()[2]), (200.0, 50.0));
    assert_eq!(series(&[]).nearest(&[], 5.0), None);
    assert_eq!(series(&[(-10.0, 1.0)]).nearest(&[Reading { at: -10.0, ms: 1.0 }], 5.0), None);
}

#[test]
fn a_chart_without_a_size_has_only_finite_numbers() {
    let nothing = Size { width: 0.0, height: 0.0 };
    let all = round_trips(&[(0.0, 1.0), (1.0, 2.0)]);
    let picture = Series::new(&all, nothing, TimeWindow { from: 0.0, to: 1.0 });
    assert_eq!(picture.path(), "M0.5 0V0");
    assert!(picture.nearest(all.readings(), 0.0).is_some());
    assert_eq!(Distribution::new(&all, nothing).bars.len(), 1);
}

#[test]
fn the_distribution_of_nothing_is_empty() {
    assert_eq!(Distribution::new(&round_trips(&[]), SIZE), Distribution::default());
}

#[test]
fn one_round_trip_is_in_the_middle() {
    let picture = Distribution::new(&round_trips(&[(0.0, 3.0)]), SIZE);
    assert!((1..=2).contains(&picture.bars.len()), "{:?}", picture.bars);
    assert!(picture.bars.iter().any(|bar| bar.height == 100.0));
    for x in picture.bars.iter().map(|bar| bar.x).chain(picture.percentiles.iter().map(|tick| tick.at)) {
        assert!((x - 200.0).abs() < 20.0, "{picture:?}");
    }
    assert!(labels(&picture.ticks).iter().any(|label| label.starts_with('3')), "{:?}", picture.ticks);
}

#[test]
fn bars_are_as_high_as_they_are_many_and_lie_side_by_side() {
    let mut all = RoundTrips::new(0.005);
    for n in 0..10_000 {
        all.push(f64::from(n), 1.0);
    }
    all.push(1e5, 3.0);
    all.push(1e5, 100.0);
    let picture = Distribution::new(&all, SIZE);
    assert_eq!(picture.bars.iter().map(|bar| bar.height).fold(0.0, f64::max), 100.0);
    assert!(picture.bars.iter().filter(|bar| bar.x > 10.0).all(|bar| bar.height == 1.0));
    for bar in &picture.bars {
        assert!(bar.x >= 0.0 && bar.x + bar.width <= 400.1 && bar.width >= 4.0, "{bar:?}");
        let places = bar.x / bar.width;
        assert!((places - places.round()).abs() < 1e-6, "{bar:?}");
    }
    assert_eq!(labels(&picture.ticks), ["1", "10", "100 ms"]);
}

#[test]
fn a_smooth_distribution_has_smooth_bars() {
    // Evenly spread over the axis, across four powers of two.
    let all = (0..100_000).map(|n| (f64::from(n), 0.3 * (f64::from(n) / 100_000.0 * 3.0).exp()));
    let picture = Distribution::new(&round_trips(&all.collect::<Vec<_>>()), SIZE);
    assert!(picture.bars.len() > 90);
    let inner = &picture.bars[1..picture.bars.len() - 1];
    assert!(inner.iter().all(|bar| bar.height > 90.0), "{inner:?}");
}

#[test]
fn every_round_trip_is_in_a_bar() {
    for ms in [0.0, 0.001, 0.4999, 0.5, 0.5001, 7.3, 999_999.0, 1e9] {
        let picture = Distribution::new(&round_trips(&[(0.0, ms)]), SIZE);
        assert!(picture.bars.iter().any(|bar| bar.height == 100.0), "{ms}: {picture:?}");
    }
}

#[test]
fn percentiles_lie_in_their_order() {
    let all: Vec<_> = (1..=1000).map(|n| (f64::from(n), f64::from(n))).collect();
    let picture = Distribution::new(&round_trips(&all), SIZE);
    assert_eq!(labels(&picture.percentiles), ["p50", "p95", "p99"]);
    assert!(picture.percentiles.windows(2).all(|pair| pair[0].at < pair[1].at));
    assert!(picture.bars.len() <= 100);
}

#[test]
fn the_distributions_axis_has_five_round_ticks_at_most() {
    for (from, to) in [(0.2, 0.25), (0.9, 1.1), (1.0, 3.0), (0.1, 5.0), (0.002, 900_000.0), (99.0, 1001.0)] {
        let picture = Distribution::new(&round_trips(&[(0.0, from), (1.0, to)]), SIZE);
        assert!((2..=5).contains(&picture.ticks.len()), "{from} to {to}: {:?}", picture.ticks);
        assert!(picture.ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
    }
}

#[test]
fn a_bar_is_a_path() {
    let bars = vec![Bar { x: 4.0, width: 4.0, height: 30.25 }];
    assert_eq!(Distribution { bars, ..Distribution::default() }.path(100.0), "M4 100V69.8H7V100Z");
}

#[test]
fn lengths_have_a_tenth_at_most() {
    for (length, text) in
        [(0.0, "0"), (12.0, "12"), (12.34, "12.3"), (-0.26, "-0.3"), (-0.04, "0"), (999.96, "1000")]
    {
        assert_eq!(pixels(length), text);
    }
}
