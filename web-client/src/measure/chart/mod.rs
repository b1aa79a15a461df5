//! The geometry of the chart's two pictures: round trips over time, and how they are distributed.
//!
//! Lengths are pixels, from a picture's upper left corner. However many readings there are, a picture has a
//! few marks for each column of pixels at most.

use crate::measure::round_trip::{fixed, power};
use crate::measure::statistics::{Reading, RoundTrips, bucket_start};
use crate::text::between::between;

/// The longest that is shown of the past, in milliseconds, while readings come in.
const PAST: f64 = 300_000.0;

/// The shortest.
const MOMENT: f64 = 100.0;

/// A longest round trip of so many medians leaves the others on the ground, unless the scale is logarithmic.
const SPREAD: f64 = 20.0;

/// So many columns to a mark are much room.
const SPARSE: f64 = 8.0;

/// How wide a bar is at least.
const BAR: f64 = 4.0;

/// How many buckets the distribution shows at least: half of a doubling.
const FEWEST_BUCKETS: usize = 64;

/// How much of a round trip a bar must have: less of one may be a rounding error.
const LEAST: f64 = 0.05;

/// What distances between times are round, in milliseconds.
const SPANS: [f64; 22] = [
    20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3,
    1800e3, 3600e3, 7200e3, 18_000e3, 36_000e3, 86_400e3,
];

/// What round trips are round, and what steps between them, in milliseconds.
const ROUND: [f64; 30] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0,
    500.0, 1e3, 2e3, 5e3, 10e3, 20e3, 50e3, 100e3, 200e3, 500e3, 1e6, 2e6, 5e6,
];

/// How large a picture is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From the top down.
    pub height: f64,
}

/// What time is shown, in milliseconds of the clock that the readings have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// At the left edge.
    pub from: f64,
    /// At the right edge.
    pub to: f64,
}

impl Window {
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

/// A mark at an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// How far along the axis.
    pub at: f64,
    /// What it stands for.
    pub label: String,
}

/// The readings in one column of pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The column's middle.
    pub x: f64,
    /// Where the longest round trip lies.
    pub top: f64,
    /// Where the shortest does.
    pub bottom: f64,
}

/// The round trips over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// A mark for each column that has readings, from left to right.
    pub marks: Vec<Mark>,
    /// Along the time's axis, from now on back.
    pub times: Vec<Tick>,
    /// Along the round trips' axis, from the shortest up.
    pub round_trips: Vec<Tick>,
    size: Size,
    window: Window,
    scale: Scale,
    /// The place of the first reading shown.
    first: usize,
}

impl Series {
    /// The picture of that size, of what came in that time.
    pub fn new(all: &RoundTrips, size: Size, window: Window) -> Self {
        let Window { from, to } = window;
        let first = all.readings().partition_point(|reading| reading.at < from);
        let mut rest = &all.readings()[first..];
        let columns = size.width.max(1.0).floor();
        let mut marks: Vec<Mark> = Vec::new();
        // Column by column, so that of each reading no more is looked at than how long it took.
        for column in 0..columns as u32 {
            let right = f64::from(column + 1) / columns;
            let end = from + right * (to - from);
            // What came at the last moment is in the last column.
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
        // Until here they had milliseconds.
        for mark in &mut marks {
            (mark.top, mark.bottom) = (scale.y(mark.top, size), scale.y(mark.bottom, size));
        }
        let (times, round_trips) = (time_ticks(window, size.width), scale.ticks(size));
        Self { marks, times, round_trips, size, window, scale, first }
    }

    /// The place of the reading that is nearest to `x`, if any is shown.
    pub fn nearest(&self, readings: &[Reading], x: f64) -> Option<usize> {
        let Window { from, to } = self.window;
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

    /// Where a reading lies.
    pub fn place(&self, reading: Reading) -> (f64, f64) {
        let Window { from, to } = self.window;
        let share = between(0.0, (reading.at - from) / (to - from), 1.0);
        (share * self.size.width, self.scale.y(reading.ms, self.size))
    }

    /// Whether the marks are so few that each may be larger.
    pub fn is_sparse(&self) -> bool {
        self.marks.len() as f64 * SPARSE < self.size.width
    }

    /// The marks as an SVG path: a line each, which round ends make a dot if it is short.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for mark in &self.marks {
            path.extend(["M", &pixels(mark.x), " ", &pixels(mark.top), "V", &pixels(mark.bottom)]);
        }
        path
    }
}

/// How a round trip becomes a height.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Scale {
    /// From nothing, in so many steps of that length.
    Linear { step: f64, steps: f64 },
    /// From one power of ten to another, a line at every so manieth.
    Logarithmic { from: i32, to: i32, every: i32 },
}

impl Scale {
    fn linear(max: f64) -> Self {
        let step = ROUND.into_iter().find(|step| max / step <= 4.0).unwrap_or(max / 4.0);
        Self::Linear { step, steps: (max / step).ceil().max(2.0) }
    }

    fn logarithmic(min: f64, max: f64) -> Self {
        let to = (-2..6).find(|&exponent| decade(exponent) >= max).unwrap_or(6);
        // Two decades at least, for there to be three lines.
        let from = (-3..to - 1).rev().find(|&exponent| decade(exponent) <= min).unwrap_or(-3);
        Self::Logarithmic { from, to, every: (to - from + 3) / 4 }
    }

    /// How high a round trip lies, from the top down.
    fn y(self, ms: f64, size: Size) -> f64 {
        let share = match self {
            Self::Linear { step, steps } => ms / (step * steps),
            Self::Logarithmic { from, to, .. } => logarithmic_share(ms, decade(from), decade(to)),
        };
        (1.0 - between(0.0, share, 1.0)) * size.height
    }

    fn ticks(self, size: Size) -> Vec<Tick> {
        let mut values = Vec::new();
        match self {
            Self::Linear { step, steps } => {
                for n in 0..=steps as u32 {
                    values.push(f64::from(n) * step);
                }
            }
            Self::Logarithmic { from, to, every } => {
                let mut exponent = from;
                while exponent <= to {
                    values.push(decade(exponent));
                    exponent += every;
                }
            }
        }
        ticks_at(&values, |ms| self.y(ms, size))
    }
}

/// How far along a logarithmic axis it lies, of one.
fn logarithmic_share(ms: f64, from: f64, to: f64) -> f64 {
    between(0.0, (ms / from).ln() / (to / from).ln(), 1.0)
}

/// Ten to that power.
fn decade(exponent: i32) -> f64 {
    match exponent {
        0.. => power(exponent.unsigned_abs()),
        _ => 1.0 / power(exponent.unsigned_abs()),
    }
}

/// Ticks at these round trips, of which the last says what unit they have.
fn ticks_at(values: &[f64], place: impl Fn(f64) -> f64) -> Vec<Tick> {
    let mut ticks = Vec::new();
    for &ms in values {
        ticks.push(Tick { at: place(ms), label: short(ms) });
    }
    if let Some(last) = ticks.last_mut() {
        last.label.push_str(" ms");
    }
    ticks
}

fn time_ticks(window: Window, width: f64) -> Vec<Tick> {
    let span = window.to - window.from;
    let last = SPANS[SPANS.len() - 1];
    let step = SPANS.into_iter().find(|step| span / step < 5.0).unwrap_or((span / last / 4.0).ceil() * last);
    let mut ticks = Vec::new();
    for n in 0..=(span / step) as u32 {
        let ago = f64::from(n) * step;
        ticks.push(Tick { at: (1.0 - ago / span) * width, label: ago_label(ago) });
    }
    ticks
}

/// How long before now, in the largest unit of which it is a whole number, or in seconds.
fn ago_label(ms: f64) -> String {
    let whole = |unit: f64| (ms / unit).fract() == 0.0;
    let (unit, name) = match ms {
        0.0 => return "now".to_owned(),
        ..1e3 => (1.0, " ms"),
        _ if whole(3600e3) => (3600e3, " h"),
        _ if whole(60e3) => (60e3, " min"),
        _ => (1e3, " s"),
    };
    [&short(ms / unit), name].concat()
}

/// A number with three decimals, of which those are left out that say nothing.
pub fn short(number: f64) -> String {
    let text = fixed((number * 1000.0).round() as u64, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A length as SVG has it, to a tenth of a pixel.
pub fn pixels(length: f64) -> String {
    let tenths = (length * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    let (whole, tenth) = ((tenths / 10).to_string(), tenths % 10);
    match tenth {
        0 => [sign, &whole].concat(),
        _ => [sign, &whole, ".", &tenth.to_string()].concat(),
    }
}

/// Round trips of about one length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Where it begins.
    pub x: f64,
    /// How wide it is.
    pub width: f64,
    /// How high.
    pub height: f64,
}

/// How the round trips are distributed, from the shortest to the longest on a logarithmic axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distribution {
    /// Where there are some, from left to right.
    pub bars: Vec<Bar>,
    /// Along the axis.
    pub ticks: Vec<Tick>,
    /// Where p50, p95 and p99 lie, if there are any.
    pub percentiles: Vec<Tick>,
}

impl Distribution {
    /// The picture of that size.
    pub fn new(all: &RoundTrips, size: Size) -> Self {
        let buckets = all.buckets();
        let Some(first) = buckets.iter().position(|&count| count > 0) else { return Self::default() };
        let missing = FEWEST_BUCKETS.saturating_sub(buckets.len() - first);
        let first = first.saturating_sub(missing / 2);
        let span = (buckets.len() - first).max(FEWEST_BUCKETS);
        let (from, to) = (bucket_start(first), bucket_start(first + span));
        let x = |ms: f64| logarithmic_share(ms, from, to) * size.width;

        // No bar is as narrow as a bucket. Where one bar ends and the next begins within a bucket, both have
        // their share of it: buckets double in width at powers of two, and that is not to be seen.
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
                // What is there is seen, however little it is beside the rest.
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
            // A pixel is left between one and the next.
            let (left, right) = (pixels(bar.x), pixels(bar.x + (bar.width - 1.0).max(1.0)));
            let (ground, top) = (pixels(ground), pixels(ground - bar.height));
            path.extend(["M", &left, " ", &ground, "V", &top, "H", &right, "V", &ground, "Z"]);
        }
        path
    }
}

/// Five round trips at most that are round numbers, between these two, for a logarithmic axis.
fn round_values(from: f64, to: f64) -> Vec<f64> {
    const MOST: usize = 5;
    let mut values = Vec::new();
    if to / from < 10.0 {
        for step in ROUND {
            values.clear();
            let mut n = (from / step).ceil();
            // One more than are wanted is too many, and the rest need not be made.
            while n * step <= to && values.len() <= MOST {
                values.push(n * step);
                n += 1.0;
            }
            if values.len() <= MOST {
                break;
            }
        }
        return values;
    }
    // Of three in a decade all, or the first of each decade, or of every second or third one.
    for every in [1, 3, 6, 9] {
        values.clear();
        for &value in ROUND.iter().step_by(every) {
            if from <= value && value <= to {
                values.push(value);
            }
        }
        if values.len() <= MOST {
            break;
        }
    }
    values
}

#[cfg(test)]
mod tests;
