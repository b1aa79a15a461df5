//! Which time a picture shows.

use crate::measure::statistics::Reading;

/// The longest that is shown of the past, in milliseconds, while readings come in.
pub(super) const PAST: f64 = 300_000.0;

/// The shortest.
pub(super) const MOMENT: f64 = 100.0;

/// What time is shown, in milliseconds of the clock that the readings have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeWindow {
    /// At the left edge.
    pub from: f64,
    /// At the right edge.
    pub to: f64,
}

impl TimeWindow {
    /// All there is up to `now`, or the last five minutes of it. If nothing came since, then as much as it
    /// takes to show the last.
    pub fn of(readings: &[Reading], now: f64) -> Self {
        let (first, last) = match readings {
            [] => (now, now),
            [first, ..] => (first.at, readings.last().map_or(now, |last| last.at)),
        };
        let to = now.max(last);
        let span = (to - first).min(PAST).max((to - last) * 1.25).max(MOMENT);
        Self { from: to - span, to }
    }
}
