//! The period that is shown.

use crate::measure::statistics::Reading;

/// The longest period shown while readings come in, in milliseconds.
pub(super) const PAST: f64 = 300_000.0;

/// The shortest period.
pub(super) const MOMENT: f64 = 100.0;

/// The period shown, in milliseconds of the page's clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeWindow {
    /// The left edge.
    pub from: f64,
    /// The right edge.
    pub to: f64,
}

impl TimeWindow {
    /// Everything up to `now`, but at most the last five minutes. If the last reading is older than that, the
    /// period reaches back to it.
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
