//! The period that is shown.

use super::pointing::Target;
use crate::measure::readings::Reading;

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

    /// The index of the first reading shown.
    pub(super) fn first(self, readings: &[Reading]) -> usize {
        readings.partition_point(|reading| reading.at < self.from)
    }

    /// The index of the reading that `target` means on a chart of this width in pixels, if any are shown. Keys move
    /// on from `current`, by a pixel at least: readings may be so dense that single steps would lead nowhere.
    pub fn find(
        self,
        readings: &[Reading],
        current: Option<usize>,
        target: Target,
        width: f64,
    ) -> Option<usize> {
        let first = self.first(readings);
        let last = readings.len().checked_sub(1).filter(|last| *last >= first)?;
        let pixel = (self.to - self.from) / width.max(1.0);
        let current = current.and_then(|place| readings.get(place)).map(|reading| reading.at);
        match (target, current) {
            (Target::Nothing, _) => None,
            (Target::First, _) => Some(first),
            (Target::Last, _) | (Target::Previous | Target::Next, None) => Some(last),
            (Target::At(x), _) => Some(nearest(readings, self.from + x * pixel).clamp(first, last)),
            (Target::Previous, Some(at)) => {
                let behind = readings.partition_point(|reading| reading.at <= at - pixel);
                Some(behind.saturating_sub(1).max(first))
            }
            (Target::Next, Some(at)) => {
                let next = readings.partition_point(|reading| reading.at < at + pixel);
                Some(next.min(last))
            }
        }
    }
}

/// The index of the reading closest to this time. There must be one.
fn nearest(readings: &[Reading], at: f64) -> usize {
    let behind = readings.partition_point(|reading| reading.at < at);
    match (behind.checked_sub(1), readings.get(behind)) {
        (Some(before), None) => before,
        (Some(before), Some(next)) if at - readings[before].at <= next.at - at => before,
        _ => behind,
    }
}
