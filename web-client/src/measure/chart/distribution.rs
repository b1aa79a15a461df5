//! The chart of the distribution.

use super::axis::{logarithmic_share, round_values, ticks_at};
use super::picture::{Size, Tick, pixels};
use crate::measure::statistics::{RoundTrips, bucket_start};

/// The smallest width of a bar.
const BAR: f64 = 4.0;

/// The fewest buckets on the axis: half an octave.
const FEWEST_BUCKETS: usize = 64;

/// The smallest count that gets a bar. Anything less may be a rounding error.
const LEAST: f64 = 0.05;

/// Round trips of similar length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The left edge.
    pub x: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// The distribution of the round trips on a logarithmic axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distribution {
    /// The bars that aren't empty, from left to right.
    pub bars: Vec<Bar>,
    /// The axis's ticks.
    pub ticks: Vec<Tick>,
    /// Where p50, p95 and p99 are, if there are any round trips.
    pub percentiles: Vec<Tick>,
}

impl Distribution {
    /// Lays the chart out in this size.
    pub fn new(all: &RoundTrips, size: Size) -> Self {
        let buckets = all.buckets();
        let Some(first) = buckets.iter().position(|&count| count > 0) else { return Self::default() };
        let missing = FEWEST_BUCKETS.saturating_sub(buckets.len() - first);
        let first = first.saturating_sub(missing / 2);
        let span = (buckets.len() - first).max(FEWEST_BUCKETS);
        let (from, to) = (bucket_start(first), bucket_start(first + span));
        let x = |ms: f64| logarithmic_share(ms, from, to) * size.width;

        // Bars are wider than buckets. A bucket that straddles two bars counts toward both in proportion.
        // Buckets double in width at powers of two, which would otherwise show.
        let bars = ((size.width / BAR) as usize).clamp(1, span / 2);
        let width = size.width / bars as f64;
        let edge = |place: usize| logarithmic_share(bucket_start(place), from, to) * bars as f64;
        let mut counts = vec![0.0; bars];
        for (place, &count) in buckets.iter().enumerate() {
            if count == 0 {
                continue;
            }
            let (left, right) = (edge(place), edge(place + 1));
            let (bar, count) = (left as usize, f64::from(count));
            let share = ((bar as f64 + 1.0).min(right) - left) / (right - left);
            for (bar, share) in [(bar, share), (bar + 1, 1.0 - share)] {
                if let Some(sum) = counts.get_mut(bar) {
                    *sum += count * share;
                }
            }
        }
        let highest = counts.iter().copied().fold(LEAST, f64::max);
        let mut picture = Self { ticks: ticks_at(&round_values(from, to), x), ..Self::default() };
        for (place, &count) in counts.iter().enumerate() {
            if count >= LEAST {
                // Even the smallest bar must be visible.
                let height = (count / highest * size.height).max(1.0);
                picture.bars.push(Bar { x: place as f64 * width, width, height });
            }
        }
        for (percent, label) in [(50.0, "p50"), (95.0, "p95"), (99.0, "p99")] {
            if let Some(ms) = all.percentile(percent) {
                let at = x(ms.max(all.timer_step() / 2.0));
                picture.percentiles.push(Tick { at, label: label.to_owned() });
            }
        }
        picture
    }

    /// The bars as an SVG path, standing on `ground`.
    pub fn path(&self, ground: f64) -> String {
        let mut path = String::new();
        for bar in &self.bars {
            // Leaves a gap of one pixel between bars.
            let (left, right) = (pixels(bar.x), pixels(bar.x + (bar.width - 1.0).max(1.0)));
            let (ground, top) = (pixels(ground), pixels(ground - bar.height));
            path.extend(["M", &left, " ", &ground, "V", &top, "H", &right, "V", &ground, "Z"]);
        }
        path
    }
}
