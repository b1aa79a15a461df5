//! How round trips over time map to heights.

use super::axis::{ROUND, ticks_at};
use super::picture::{Size, Tick};
use crate::measure::round_trip::power;
use crate::text::between::between;

/// The scale becomes logarithmic if the longest round trip exceeds this many medians: the others would be
/// flattened.
const SPREAD: f64 = 20.0;

/// The scale becomes linear again if it doesn't exceed this many.
const NARROW: f64 = 10.0;

/// How round trips map to heights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// From zero, in this many steps of this length.
    Linear { step: f64, steps: f64 },
    /// From one power of ten to another, with a tick at every `every`th power.
    Logarithmic { from: i32, to: i32, every: i32 },
}

/// The round trips in view, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// The shortest, but not zero.
    pub(super) min: f64,
    /// The longest.
    pub(super) max: f64,
    /// The median of all, in view or not; zero if there are none.
    pub(super) median: f64,
}

impl Scale {
    /// The scale that fits. So that the chart can be read while it moves, the previous scale stays until something
    /// is outside it, or until nothing in view reaches half of it.
    pub(super) fn fit(of: Extent, previous: Option<Self>) -> Self {
        let was_logarithmic = matches!(previous, Some(Self::Logarithmic { .. }));
        let spread = if was_logarithmic { NARROW } else { SPREAD };
        if of.median <= 0.0 || of.max <= of.median * spread {
            return match previous {
                Some(Self::Linear { step, steps }) if reaches_half(of.max, step * steps) => {
                    Self::Linear { step, steps }
                }
                _ => Self::linear(of.max),
            };
        }
        let (mut min, mut max) = (of.min, of.max);
        if let Some(Self::Logarithmic { from, to, .. }) = previous {
            if decade(to - 1) <= max * 2.0 && max <= decade(to) {
                max = decade(to);
            }
            if decade(from) <= min && min <= decade(from + 1) * 2.0 {
                min = decade(from);
            }
        }
        Self::logarithmic(min, max)
    }

    /// In words: `0 to 5 ms`, or `logarithmic`.
    pub(super) fn words(self, ticks: &[Tick]) -> String {
        match (self, ticks.last()) {
            (Self::Linear { .. }, Some(last)) => ["0 to ", &last.label].concat(),
            _ => "logarithmic".to_owned(),
        }
    }

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

/// Whether something is within a limit and reaches half of it.
fn reaches_half(ms: f64, limit: f64) -> bool {
    ms <= limit && limit <= ms * 2.0
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
