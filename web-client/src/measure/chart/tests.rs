//! Tests of the charts' layout.

use super::window::{MOMENT, PAST};
use super::*;
use crate::measure::{Reading, RoundTrips};

const SIZE: Size = Size { width: 400.0, height: 100.0 };

fn round_trips(all: &[(f64, f64)]) -> RoundTrips {
    let mut round_trips = RoundTrips::new(0.005);
    all.iter().for_each(|(at, ms)| round_trips.measure(*at, *ms));
    round_trips
}

fn series(all: &[(f64, f64)]) -> Series {
    Series::new(&round_trips(all), SIZE, TimeWindow { from: 0.0, to: 4000.0 }, None)
}

fn labels(ticks: &[Tick]) -> Vec<&str> {
    ticks.iter().map(|tick| tick.label.as_str()).collect()
}

#[test]
fn a_reading_is_a_mark_where_and_when_it_was() {
    let picture = series(&[(0.0, 0.0), (2000.0, 1.0), (4000.0, 4.0)]);
    let mark = |x, y| Mark { x, top: y, bottom: y, queued: false };
    assert_eq!(picture.marks, [mark(0.5, 100.0), mark(200.5, 75.0), mark(399.5, 0.0)]);
    assert_eq!(picture.dots(false), "M0.5 100h0M200.5 75h0M399.5 0h0");
    assert_eq!(picture.ranges(), "");
}

#[test]
fn readings_in_one_column_are_their_range_with_a_dot_at_both_ends() {
    let picture = series(&[(1000.0, 2.0), (1001.0, 4.0), (1002.0, 1.0), (1010.0, 3.0)]);
    assert_eq!(picture.marks.len(), 2);
    assert_eq!(picture.marks[0], Mark { x: 100.5, top: 0.0, bottom: 75.0, queued: false });
    assert_eq!(picture.dots(false), "M100.5 0h0M100.5 75h0M101.5 25h0");
    assert_eq!(picture.ranges(), "M100.5 0V75");
}

#[test]
fn a_hundred_thousand_readings_are_a_mark_a_column() {
    let many: Vec<_> = (0..100_000).map(|n| (f64::from(n) / 25.0, 1.0 + f64::from(n % 7))).collect();
    let picture = series(&many);
    assert_eq!(picture.marks.len(), 400);
    assert!(picture.dots(false).len() + picture.ranges().len() < 400 * 48);
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
    let picture = Series::new(&all, SIZE, TimeWindow { from: 0.0, to: 4000.0 }, None);
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
        (9000.0, &["0", "5", "10 s"]),
        (1200.0, &["0", "0.5", "1", "1.5 s"]),
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
    assert_eq!(labels(&with(1.0, 1e6).round_trips), ["1", "100 ms", "10", "1,000 s"]);
    let picture = with(0.5, 900.0);
    assert_eq!(labels(&picture.round_trips), ["0.1", "1", "10", "100 ms", "1 s"]);
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
        let picture = Series::new(&round_trips(&[]), SIZE, TimeWindow { from: 0.0, to: span }, None);
        assert_eq!(labels(&picture.times), expected);
        assert_eq!(picture.times[0].at, 400.0);
    }
}

#[test]
fn the_window_is_what_there_is_but_five_minutes_at_most() {
    let window = |at: &[f64], now| {
        let readings: Vec<_> =
            at.iter().map(|&at| Reading { at, ms: 1.0, exchange: 0, queued: false }).collect();
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
    let all = round_trips(&[(-10.0, 1.0), (1000.0, 1.0), (2000.0, 2.0), (3000.0, 4.0)]);
    let window = TimeWindow { from: 0.0, to: 4000.0 };
    let at = |x| window.find(all.readings(), None, Target::At(x), 400.0);
    for (x, place) in [(-50.0, 1), (0.0, 1), (149.0, 1), (151.0, 2), (200.0, 2), (400.0, 3), (1e9, 3)] {
        assert_eq!(at(x), Some(place), "{x}");
    }
    let picture = Series::new(&all, SIZE, window, None);
    assert_eq!(picture.place(all.readings()[2]), Some((200.0, 50.0)));
    assert_eq!(picture.place(all.readings()[0]), None, "it has left");
    assert_eq!(window.find(&[], None, Target::At(5.0), 400.0), None);
    assert_eq!(window.find(&all.readings()[..1], None, Target::At(5.0), 400.0), None);
}

#[test]
fn keys_move_by_a_pixel_at_least() {
    let all: Vec<_> = (0..100_000).map(|n| (f64::from(n) / 25.0, 1.0)).collect();
    let (all, window) = (round_trips(&all), TimeWindow { from: 0.0, to: 4000.0 });
    let find = |current, target| window.find(all.readings(), current, target, 400.0);
    assert_eq!(find(None, Target::Previous), Some(99_999));
    assert_eq!(find(Some(99_999), Target::Previous), Some(99_749));
    assert_eq!(find(Some(99_749), Target::Next), Some(99_999));
    assert_eq!(find(Some(99_999), Target::Next), Some(99_999));
    assert_eq!((find(Some(5), Target::Previous), find(None, Target::First)), (Some(0), Some(0)));
}

#[test]
fn the_scale_grows_at_once_and_shrinks_when_all_is_below_half_of_it() {
    let mut picture = series(&[(1.0, 3.0)]);
    let mut after = |longest: f64| {
        let all = round_trips(&[(1.0, longest)]);
        picture = Series::new(&all, SIZE, TimeWindow { from: 0.0, to: 4000.0 }, Some(&picture));
        picture.scale()
    };
    assert_eq!([3.9, 4.1, 3.9, 3.1].map(&mut after), ["0 to 4 ms", "0 to 6 ms", "0 to 6 ms", "0 to 6 ms"]);
    assert_eq!([2.9, 2.0, 1.4].map(&mut after), ["0 to 3 ms", "0 to 3 ms", "0 to 1.5 ms"]);
}

#[test]
fn a_scale_at_the_limit_does_not_go_back_and_forth() {
    let mut picture = series(&[(1.0, 1.0)]);
    let mut after = |longest: f64| {
        let all = round_trips(&[(1.0, 1.0), (2.0, 1.0), (3.0, longest)]);
        picture = Series::new(&all, SIZE, TimeWindow { from: 0.0, to: 4000.0 }, Some(&picture));
        (picture.scale(), picture.round_trips.last().unwrap().label.clone())
    };
    assert_eq!(after(19.0).0, "0 to 20 ms");
    for longest in [21.0, 19.0, 11.0] {
        assert_eq!(after(longest), ("logarithmic".into(), "100 ms".into()), "{longest}");
    }
    assert_eq!(after(9.0).0, "0 to 10 ms");
    assert_eq!(after(101.0).1, "1 s");
    assert_eq!(after(60.0).1, "1 s");
    assert_eq!(after(40.0).1, "100 ms");
}

#[test]
fn what_queued_in_a_burst_has_marks_of_its_own() {
    let mut all = round_trips(&[(1000.0, 1.0)]);
    all.measure_queued(1001.0, 4.0);
    let picture = Series::new(&all, SIZE, TimeWindow { from: 0.0, to: 4000.0 }, None);
    assert_eq!((picture.dots(false), picture.dots(true)), ("M100.5 75h0".into(), "M100.5 0h0".into()));
    let heights: Vec<_> = Distribution::new(&all, SIZE).bars.iter().map(|bar| bar.count).collect();
    assert_eq!(heights, [1]);
}

#[test]
fn a_chart_without_a_size_has_only_finite_numbers() {
    let nothing = Size { width: 0.0, height: 0.0 };
    let all = round_trips(&[(0.0, 1.0), (1.0, 2.0)]);
    let picture = Series::new(&all, nothing, TimeWindow { from: 0.0, to: 1.0 }, None);
    assert_eq!(picture.dots(false).matches('M').count(), 1);
    let window = TimeWindow { from: 0.0, to: 1.0 };
    assert!(window.find(all.readings(), None, Target::At(0.0), 0.0).is_some());
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
    for x in picture.bars.iter().map(|bar| bar.x).chain(picture.percentiles.iter().map(|tick| tick.at)) {
        assert!((x - 200.0).abs() < 20.0, "{picture:?}");
    }
    assert!(labels(&picture.ticks).iter().any(|label| label.starts_with('3')), "{:?}", picture.ticks);
}

#[test]
fn bars_are_as_high_as_they_are_many_and_lie_side_by_side() {
    let mut all = RoundTrips::new(0.005);
    for n in 0..10_000 {
        all.measure(f64::from(n), 1.0);
    }
    all.measure(1e5, 3.0);
    all.measure(1e5, 100.0);
    let picture = Distribution::new(&all, SIZE);
    assert_eq!(picture.bars.iter().map(|bar| bar.height).fold(0.0, f64::max), 100.0);
    assert!(picture.bars.iter().filter(|bar| bar.x > 10.0).all(|bar| bar.height == 1.0));
    for bar in &picture.bars {
        assert!(bar.x >= 0.0 && bar.x + bar.width <= 400.1 && bar.width >= 4.0, "{bar:?}");
        let places = bar.x / bar.width;
        assert!((places - places.round()).abs() < 1e-6, "{bar:?}");
    }
    assert_eq!(labels(&picture.ticks), ["1", "10", "100 ms"]);
    assert_eq!(picture.bars.iter().map(|bar| bar.count).sum::<u32>(), 10_002);
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
        assert_eq!(picture.bars.iter().map(|bar| bar.count).sum::<u32>(), 1, "{ms}: {picture:?}");
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
    let bars = vec![Bar { x: 4.0, width: 4.0, height: 30.25, count: 40, from: 1.0, to: 1.1 }];
    assert_eq!(Distribution { bars, ..Distribution::default() }.path(100.0), "M4 100V69.8H7V100Z");
}

#[test]
fn fewer_than_thirty_are_dots_above_each_other() {
    let dots = |count| Distribution::new(&round_trips(&vec![(0.0, 1.0); count]), SIZE);
    assert_eq!(dots(1).path(100.0), "M143.8 97h0");
    assert_eq!(dots(2).path(100.0), "M143.8 97h0M143.8 91h0");
    assert_eq!(dots(29).path(100.0).matches("h0").count(), 29);
    assert_eq!(dots(29).bars[0].height, 100.0, "more than fit are closer together");
    assert_eq!(labels(&dots(29).percentiles), ["p50"]);
    assert!(!dots(30).is_few);
}

#[test]
fn readings_of_a_coarse_timer_are_one_bar_each() {
    let mut all = RoundTrips::new(0.1);
    (0..900).for_each(|n| all.measure(0.0, f64::from(n % 3 + 2) / 10.0));
    let bars = Distribution::new(&all, SIZE).bars;
    assert_eq!(bars.iter().map(|bar| bar.count).collect::<Vec<_>>(), [300; 3]);
}

#[test]
fn a_bar_says_its_range_its_count_and_its_share() {
    let mut all = round_trips(&[(0.0, 5.0); 1204]);
    let words = |all: &RoundTrips| bar_words(&Distribution::new(all, SIZE).bars[0], all);
    assert_eq!(words(&all), "5.00–5.03 ms: 1,204 round trips, 100 %");
    all.measure(0.0, 0.5);
    assert_eq!(words(&all), "0.50 ms: 1 round trip, < 1 %");
}

#[test]
fn lengths_have_a_tenth_at_most() {
    for (length, text) in
        [(0.0, "0"), (12.0, "12"), (12.34, "12.3"), (-0.26, "-0.3"), (-0.04, "0"), (999.96, "1000")]
    {
        assert_eq!(pixels(length), text);
    }
}
