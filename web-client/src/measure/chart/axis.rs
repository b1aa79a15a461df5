//! The axes of both charts: scales, ticks and labels.

use super::picture::{Size, Tick, short};
use super::window::TimeWindow;
use crate::measure::round_trip::power;
use crate::text::between::between;

/// Round distances between ticks of the time axis, in milliseconds.
const SPANS: [f64; 22] = [
    20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3,
    1800e3, 3600e3, 7200e3, 18_000e3, 36_000e3, 86_400e3,
];

/// Round values for ticks of round trips, and round steps between them, in milliseconds.
const ROUND: [f64; 30] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0,
    500.0, 1e3, 2e3, 5e3, 10e3, 20e3, 50e3, 100e3, 200e3, 500e3, 1e6, 2e6, 5e6,
];

/// How round trips map to heights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// From zero, in this many steps of this length.
    Linear { step: f64, steps: f64 },
    /// From one power of ten to another, with a tick at every `every`th power.
    Logarithmic { from: i32, to: i32, every: i32 },
}

impl Scale {
    pub(super) fn linear(max: f64) -> Self {
        let step = ROUND.into_iter().find(|step| max / step <= 4.0).unwrap_or(max / 4.0);
        Self::Linear { step, steps: (max / step).ceil().max(2.0) }
    }

    pub(super) fn logarithmic(min: f64, max: f64) -> Self {
        let to = (-2..6).find(|&exponent| decade(exponent) >= max).unwrap_or(6);
        // At least two decades, so that there are three ticks.
        let from = (-3..to - 1).rev().find(|&exponent| decade(exponent) <= min).unwrap_or(-3);
        Self::Logarithmic { from, to, every: (to - from + 3) / 4 }
    }

    /// The height of a round trip, measured from the top.
    pub(super) fn y(self, ms: f64, size: Size) -> f64 {
        let share = match self {
            Self::Linear { step, steps } => ms / (step * steps),
            Self::Logarithmic { from, to, .. } => logarithmic_share(ms, decade(from), decade(to)),
        };
        (1.0 - between(0.0, share, 1.0)) * size.height
    }

    pub(super) fn ticks(self, size: Size) -> Vec<Tick> {
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

/// The position on a logarithmic axis, from 0 to 1.
pub(super) fn logarithmic_share(ms: f64, from: f64, to: f64) -> f64 {
    between(0.0, (ms / from).ln() / (to / from).ln(), 1.0)
}

/// Ten to the power of `exponent`.
fn decade(exponent: i32) -> f64 {
    match exponent {
        0.. => power(exponent.unsigned_abs()),
        _ => 1.0 / power(exponent.unsigned_abs()),
    }
}

/// Ticks at these round trips. The last one shows the unit.
pub(super) fn ticks_at(values: &[f64], place: impl Fn(f64) -> f64) -> Vec<Tick> {
    let mut ticks = Vec::new();
    for &ms in values {
        ticks.push(Tick { at: place(ms), label: short(ms) });
    }
    if let Some(last) = ticks.last_mut() {
        last.label.push_str(" ms");
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
