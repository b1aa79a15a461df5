//! The chart of round trips over time.

use super::axis::{Scale, time_ticks};
use super::picture::{Size, Tick, pixels};
use super::window::TimeWindow;
use crate::measure::statistics::{Reading, RoundTrips};
use crate::text::between::between;

/// The scale becomes logarithmic if the longest round trip exceeds this many medians: the others would be
/// flattened.
const SPREAD: f64 = 20.0;

/// Marks are drawn larger if there are at least this many columns per mark.
const SPARSE: f64 = 8.0;

/// The readings in one pixel column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The middle of the column.
    pub x: f64,
    /// The height of the longest round trip.
    pub top: f64,
    /// The height of the shortest.
    pub bottom: f64,
}

/// Round trips over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// A mark for each column that has readings, from left to right.
    pub marks: Vec<Mark>,
    /// The time axis's ticks, from now backward.
    pub times: Vec<Tick>,
    /// The round trip axis's ticks, from the shortest up.
    pub round_trips: Vec<Tick>,
    size: Size,
    window: TimeWindow,
    scale: Scale,
    /// The index of the first reading shown.
    first: usize,
}

impl Series {
    /// Lays out the readings within `window` in this size.
    pub fn new(all: &RoundTrips, size: Size, window: TimeWindow) -> Self {
        let TimeWindow { from, to } = window;
        let first = all.readings().partition_point(|reading| reading.at < from);
        let mut rest = &all.readings()[first..];
        let columns = size.width.max(1.0).floor();
        let mut marks: Vec<Mark> = Vec::new();
        // Going column by column, only the duration of each reading has to be looked at.
        for column in 0..columns as u32 {
            let right = f64::from(column + 1) / columns;
            let end = from + right * (to - from);
            // A reading at the very end belongs to the last column.
            let is_inside = |reading: &Reading| if right < 1.0 { reading.at < end } else { reading.at <= to };
            let (inside, behind) = rest.split_at(rest.partition_point(is_inside));
            rest = behind;
            let Some(Reading { ms, .. }) = inside.first() else { continue };
            let (mut top, mut bottom) = (*ms, *ms);
            for Reading { ms, .. } in inside {
                top = if *ms > top { *ms } else { top };
                bottom = if *ms < bottom { *ms } else { bottom };
            }
            marks.push(Mark { x: f64::from(column) + 0.5, top, bottom });
        }
        let max = marks.iter().map(|mark| mark.top).fold(0.0, f64::max);
        let min = marks.iter().map(|mark| mark.bottom).filter(|ms| *ms > 0.0).fold(f64::INFINITY, f64::min);
        let scale = match all.percentile(50.0) {
            Some(median) if median > 0.0 && max / median > SPREAD => {
                Scale::logarithmic(min.max(all.timer_step() / 2.0), max)
            }
            Some(_) => Scale::linear(max.max(all.timer_step())),
            None => Scale::linear(1.0),
        };
        // So far the marks hold milliseconds.
        for mark in &mut marks {
            (mark.top, mark.bottom) = (scale.y(mark.top, size), scale.y(mark.bottom, size));
        }
        let (times, round_trips) = (time_ticks(window, size.width), scale.ticks(size));
        Self { marks, times, round_trips, size, window, scale, first }
    }

    /// The index of the reading closest to `x`, if any are shown.
    pub fn nearest(&self, readings: &[Reading], x: f64) -> Option<usize> {
        let TimeWindow { from, to } = self.window;
        let at = from + x / self.size.width * (to - from);
        let shown = readings.get(self.first..).unwrap_or_default();
        let behind = self.first + shown.partition_point(|reading| reading.at < at);
        let distance = |place: usize| (readings[place].at - at).abs();
        let is_before_nearer =
            |behind: usize| behind > self.first && distance(behind - 1) <= distance(behind);
        match behind {
            _ if shown.is_empty() => None,
            _ if behind == readings.len() => Some(behind - 1),
            _ if is_before_nearer(behind) => Some(behind - 1),
            _ => Some(behind),
        }
    }

    /// The position of a reading.
    pub fn place(&self, reading: Reading) -> (f64, f64) {
        let TimeWindow { from, to } = self.window;
        let share = between(0.0, (reading.at - from) / (to - from), 1.0);
        (share * self.size.width, self.scale.y(reading.ms, self.size))
    }

    /// Whether there are so few marks that they can be larger.
    pub fn is_sparse(&self) -> bool {
        self.marks.len() as f64 * SPARSE < self.size.width
    }

    /// The marks as an SVG path, a line each. Round line caps turn short ones into dots.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for mark in &self.marks {
            path.extend(["M", &pixels(mark.x), " ", &pixels(mark.top), "V", &pixels(mark.bottom)]);
        }
        path
    }
}
