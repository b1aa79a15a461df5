//! The axes of both charts: ticks and labels.

use super::picture::{Tick, short};
use super::window::TimeWindow;
use crate::measure::round_trip::SECOND;

/// Round distances between ticks of the time axis, in milliseconds.
const SPANS: [f64; 22] = [
    20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3,
    1800e3, 3600e3, 7200e3, 18_000e3, 36_000e3, 86_400e3,
];

/// Round values for ticks of round trips, and round steps between them, in milliseconds.
pub(super) const ROUND: [f64; 30] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0,
    500.0, 1e3, 2e3, 5e3, 10e3, 20e3, 50e3, 100e3, 200e3, 500e3, 1e6, 2e6, 5e6,
];

/// Ticks at these round trips. Where the unit changes and at the end, it is shown.
pub(super) fn ticks_at(values: &[f64], place: impl Fn(f64) -> f64) -> Vec<Tick> {
    let first = values.iter().find(|ms| **ms > 0.0);
    let is_long = |ms: &f64| *ms >= SECOND;
    // 0.5, 1 and 1.5 s read better than 500 ms, 1 and 1.5 s.
    let only_seconds = values.last().is_some_and(is_long) && first.is_some_and(|ms| *ms >= SECOND / 10.0);
    let mut ticks = Vec::new();
    for (n, &ms) in values.iter().enumerate() {
        let in_seconds = only_seconds || is_long(&ms);
        let (number, unit) = if in_seconds { (ms / SECOND, " s") } else { (ms, " ms") };
        let mut label = short(number);
        if values.get(n + 1).is_none_or(|next| !in_seconds && is_long(next)) {
            label.push_str(unit);
        }
        ticks.push(Tick { at: place(ms), label });
    }
    ticks
}

pub(super) fn time_ticks(window: TimeWindow, width: f64) -> Vec<Tick> {
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

/// The time before now, in the largest unit that gives a whole number, or in seconds.
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

/// At most five round values between these two, for a logarithmic axis.
pub(super) fn round_values(from: f64, to: f64) -> Vec<f64> {
    const MOST: usize = 5;
    let mut values = Vec::new();
    if to / from < 10.0 {
        for step in ROUND {
            values.clear();
            let mut n = (from / step).ceil();
            // One too many is enough to reject this step.
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
    // All three values of a decade, then only the first, then that of every second or third decade.
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
