//! The chart of round trips over time.

use super::axis::time_ticks;
use super::picture::{Size, Tick, pixels};
use super::scale::{Extent, Scale};
use super::window::TimeWindow;
use crate::measure::readings::{Reading, RoundTrips};
use crate::text::between::between;

/// Marks are drawn larger if there are at least this many columns per mark.
const SPARSE: f64 = 8.0;

/// The readings of one kind in one pixel column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The middle of the column.
    pub x: f64,
    /// The height of the longest round trip.
    pub top: f64,
    /// The height of the shortest.
    pub bottom: f64,
    /// Whether they may include waiting for other messages of a burst.
    pub queued: bool,
}

/// Round trips over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The marks of each column that has readings, from left to right.
    pub marks: Vec<Mark>,
    /// The time axis's ticks, from now backward.
    pub times: Vec<Tick>,
    /// The round trip axis's ticks, from the shortest up.
    pub round_trips: Vec<Tick>,
    size: Size,
    window: TimeWindow,
    scale: Scale,
}

impl Series {
    /// Lays out the readings within `window` in this size, if possible with the scale of the previous picture.
    pub fn new(all: &RoundTrips, size: Size, window: TimeWindow, previous: Option<&Self>) -> Self {
        let mut marks = marks(all.readings(), size, window);
        let extent = Extent {
            max: marks.iter().map(|mark| mark.top).fold(all.timer_step(), f64::max),
            min: marks.iter().map(|mark| mark.bottom).filter(|ms| *ms > 0.0).fold(f64::INFINITY, f64::min),
            median: all.statistics().percentile(50.0).unwrap_or_default(),
        };
        let previous = previous.filter(|previous| !previous.marks.is_empty()).map(|previous| previous.scale);
        let scale = match marks.is_empty() {
            true => Scale::linear(1.0),
            false => Scale::fit(Extent { min: extent.min.max(all.timer_step() / 2.0), ..extent }, previous),
        };
        // So far the marks hold milliseconds.
        for mark in &mut marks {
            (mark.top, mark.bottom) = (scale.y(mark.top, size), scale.y(mark.bottom, size));
        }
        let (times, round_trips) = (time_ticks(window, size.width), scale.ticks(size));
        Self { marks, times, round_trips, size, window, scale }
    }

    /// The scale in words: `0 to 5 ms`, or `logarithmic`.
    pub fn scale(&self) -> String {
        self.scale.words(&self.round_trips)
    }

    /// The position of a reading, if it is shown.
    pub fn place(&self, reading: Reading) -> Option<(f64, f64)> {
        let TimeWindow { from, to } = self.window;
        let share = between(0.0, (reading.at - from) / (to - from), 1.0);
        let place = (share * self.size.width, self.scale.y(reading.ms, self.size));
        (reading.at >= from).then_some(place)
    }

    /// Whether there are so few marks that they can be larger.
    pub fn is_sparse(&self) -> bool {
        self.marks.len() as f64 * SPARSE < self.size.width
    }

    /// The longest and the shortest of each mark of one kind as an SVG path. The lines have no length, and round
    /// line caps turn them into dots.
    pub fn dots(&self, queued: bool) -> String {
        let mut path = String::new();
        for mark in self.marks.iter().filter(|mark| mark.queued == queued) {
            let (x, top, bottom) = (pixels(mark.x), pixels(mark.top), pixels(mark.bottom));
            path.extend(["M", &x, " ", &top, "h0"]);
            if bottom != top {
                path.extend(["M", &x, " ", &bottom, "h0"]);
            }
        }
        path
    }

    /// The lines between those, as an SVG path.
    pub fn ranges(&self) -> String {
        let mut path = String::new();
        for mark in self.marks.iter().filter(|mark| mark.bottom > mark.top) {
            path.extend(["M", &pixels(mark.x), " ", &pixels(mark.top), "V", &pixels(mark.bottom)]);
        }
        path
    }
}

/// The marks, with milliseconds in place of heights.
fn marks(readings: &[Reading], size: Size, window: TimeWindow) -> Vec<Mark> {
    let TimeWindow { from, to } = window;
    let mut rest = &readings[window.first(readings)..];
    let columns = size.width.max(1.0).floor();
    let mut marks = Vec::new();
    // Going column by column, only the duration of each reading has to be looked at.
    for column in 0..columns as u32 {
        let right = f64::from(column + 1) / columns;
        let end = from + right * (to - from);
        // A reading at the very end belongs to the last column.
        let is_inside = |reading: &Reading| if right < 1.0 { reading.at < end } else { reading.at <= to };
        let (inside, behind) = rest.split_at(rest.partition_point(is_inside));
        rest = behind;
        let mut both = [false, true].map(|queued| Mark {
            x: f64::from(column) + 0.5,
            top: f64::NEG_INFINITY,
            bottom: f64::INFINITY,
            queued,
        });
        for Reading { ms, queued, .. } in inside {
            let mark = &mut both[usize::from(*queued)];
            mark.top = if *ms > mark.top { *ms } else { mark.top };
            mark.bottom = if *ms < mark.bottom { *ms } else { mark.bottom };
        }
        marks.extend(both.into_iter().filter(|mark| mark.top >= mark.bottom));
    }
    marks
}
