//! The chart of the distribution.

use wirestamp_protocol::plural;

use super::axis::{round_values, ticks_at};
use super::picture::{Size, Tick, pixels};
use super::pointing::Target;
use super::scale::logarithmic_share;
use crate::measure::readings::RoundTrips;
use crate::measure::round_trip::{grouped, round_trips_between};
use crate::measure::statistics::bucket_start;

/// The smallest width of a bar.
const BAR: f64 = 4.0;

/// The fewest buckets on the axis: half an octave.
const FEWEST_BUCKETS: usize = 64;

/// Fewer round trips than this have no shape yet, so each is a dot.
const FEW: usize = 30;

/// The distance between dots that are above each other.
const DOT: f64 = 6.0;

/// If a step of the timer is longer than this many buckets, the readings of each are in a bar of their own.
const COARSE: f64 = 8.0;

/// Round trips of similar length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The left edge.
    pub x: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
    /// How many round trips.
    pub count: u32,
    /// None is shorter, in milliseconds, but for rounding by 1 %.
    pub from: f64,
    /// None is longer, in milliseconds, but for rounding by 1 %.
    pub to: f64,
}

impl Bar {
    /// The middle.
    pub fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }
}

/// `0.31–0.33 ms: 1,204 round trips, 12 %`.
pub fn bar_words(bar: &Bar, all: &RoundTrips) -> String {
    let range = round_trips_between(bar.from, bar.to, all.timer_step());
    let (count, of) = (u64::from(bar.count), all.statistics().count().max(1) as u64);
    let percent = match (count * 200 + of) / (of * 2) {
        0 => "< 1".to_owned(),
        percent => percent.to_string(),
    };
    let what = plural(count, " round trip, ", " round trips, ");
    [&range, ": ", &grouped(count), what, &percent, " %"].concat()
}

/// The distribution of the round trips on a logarithmic axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distribution {
    /// The bars that aren't empty, from left to right.
    pub bars: Vec<Bar>,
    /// Whether there are so few round trips that each is a dot.
    pub is_few: bool,
    /// The axis's ticks.
    pub ticks: Vec<Tick>,
    /// Where p50, p95 and p99 are, if there are any round trips. Of a few only p50 means something.
    pub percentiles: Vec<Tick>,
}

impl Distribution {
    /// Lays the chart out in this size.
    pub fn new(all: &RoundTrips, size: Size) -> Self {
        let statistics = all.statistics();
        let buckets = statistics.buckets();
        let Some(first) = buckets.iter().position(|&count| count > 0) else { return Self::default() };
        let missing = FEWEST_BUCKETS.saturating_sub(buckets.len() - first);
        let first = first.saturating_sub(missing / 2);
        let span = (buckets.len() - first).max(FEWEST_BUCKETS);
        let (from, to) = (bucket_start(first), bucket_start(first + span));
        let x = |ms: f64| logarithmic_share(ms, from, to) * size.width;

        let bars = ((size.width / BAR) as usize).clamp(1, span / 2);
        let edge = |place: usize| logarithmic_share(bucket_start(place), from, to) * bars as f64;
        let is_few = statistics.count() < FEW;
        let width = |place: usize| bucket_start(place + 1) - bucket_start(place);
        let is_one = |place: usize| is_few || width(place) * COARSE < all.timer_step();
        let bars = with_heights(&filled(buckets, bars, edge, is_one), size, is_few);
        let mut percentiles = Vec::new();
        let names = [(50.0, "p50"), (95.0, "p95"), (99.0, "p99")];
        for (percent, label) in &names[..if is_few { 1 } else { 3 }] {
            if let Some(ms) = statistics.percentile(*percent) {
                let at = x(ms.max(all.timer_step() / 2.0));
                percentiles.push(Tick { at, label: (*label).to_owned() });
            }
        }
        Self { bars, is_few, ticks: ticks_at(&round_values(from, to), x), percentiles }
    }

    /// The bars as an SVG path, standing on `ground`. Each round trip of a few is a line of no length, which round
    /// line caps turn into a dot.
    pub fn path(&self, ground: f64) -> String {
        let mut path = String::new();
        for bar in &self.bars {
            if self.is_few {
                let step = bar.height / f64::from(bar.count);
                for n in 0..bar.count {
                    let y = ground - (f64::from(n) + 0.5) * step;
                    path.extend(["M", &pixels(bar.middle()), " ", &pixels(y), "h0"]);
                }
                continue;
            }
            // Leaves a gap of one pixel between bars.
            let (left, right) = (pixels(bar.x), pixels(bar.x + (bar.width - 1.0).max(1.0)));
            let (ground, top) = (pixels(ground), pixels(ground - bar.height));
            path.extend(["M", &left, " ", &ground, "V", &top, "H", &right, "V", &ground, "Z"]);
        }
        path
    }

    /// The bar closest to `x`.
    pub fn bar(&self, x: f64) -> Option<&Bar> {
        self.bars.get(self.nearest(x)?)
    }

    /// The middle of the bar that `target` means. Keys move on from `current`.
    pub fn find(&self, current: Option<f64>, target: Target) -> Option<f64> {
        let last = self.bars.len().checked_sub(1)?;
        let current = current.and_then(|x| self.nearest(x));
        let place = match (target, current) {
            (Target::Nothing, _) => return None,
            (Target::At(x), _) => self.nearest(x)?,
            (Target::First, _) | (Target::Previous | Target::Next, None) => 0,
            (Target::Last, _) => last,
            (Target::Previous, Some(place)) => place.saturating_sub(1),
            (Target::Next, Some(place)) => (place + 1).min(last),
        };
        self.bars.get(place).map(Bar::middle)
    }

    fn nearest(&self, x: f64) -> Option<usize> {
        let mut nearest = None;
        let mut least = f64::INFINITY;
        for (place, bar) in self.bars.iter().enumerate() {
            let distance = (bar.middle() - x).abs();
            if distance < least {
                (nearest, least) = (Some(place), distance);
            }
        }
        nearest
    }
}

/// The count of each bar, and its first and last bucket.
type Filled = (u32, usize, usize);

/// Fills this many bars from the buckets, whose lower bounds are at `edge`, in bars from the left.
///
/// Bars are wider than buckets. A bucket that straddles two bars counts toward both in proportion. Buckets double
/// in width at powers of two, which would otherwise show. Those that are one value aren't divided.
fn filled(
    buckets: &[u32],
    bars: usize,
    edge: impl Fn(usize) -> f64,
    is_one: impl Fn(usize) -> bool,
) -> Vec<Filled> {
    let mut filled = vec![(0, 0, 0); bars];
    for (place, &count) in buckets.iter().enumerate() {
        if count == 0 {
            continue;
        }
        let (left, right) = (edge(place), edge(place + 1));
        let is_one = is_one(place);
        let bar = (if is_one { (left + right) / 2.0 } else { left } as usize).min(bars - 1);
        let share = ((bar as f64 + 1.0).min(right) - left) / (right - left);
        let is_whole = is_one || bar + 1 == bars;
        let here = if is_whole { count } else { (f64::from(count) * share).round() as u32 };
        for (bar, count) in [(bar, here), (bar + 1, count - here)] {
            if count > 0 {
                let (sum, first, last) = &mut filled[bar];
                (*first, *last) = (if *sum == 0 { place } else { *first }, place);
                *sum += count;
            }
        }
    }
    filled
}

fn with_heights(filled: &[Filled], size: Size, is_few: bool) -> Vec<Bar> {
    let highest = f64::from(filled.iter().map(|(count, ..)| *count).fold(1, u32::max));
    let full = if is_few { size.height.min(highest * DOT) } else { size.height };
    let width = size.width / filled.len() as f64;
    let mut bars = Vec::new();
    for (place, &(count, first, last)) in filled.iter().enumerate() {
        if count > 0 {
            bars.push(Bar {
                x: place as f64 * width,
                width,
                // Even the smallest bar must be visible.
                height: (f64::from(count) / highest * full).max(1.0),
                count,
                from: bucket_start(first),
                to: bucket_start(last + 1),
            });
        }
    }
    bars
}
