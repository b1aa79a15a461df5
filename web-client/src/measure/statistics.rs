//! Statistics of the round trips, and every single one for the chart.
//!
//! There may be hundreds of thousands, so the cost of adding one doesn't depend on their number.

use wirestamp_protocol::measure::Jitter;
use wirestamp_protocol::plural;

use super::round_trip::{grouped, round_trip};
use crate::text::between::between;

/// The bounds of the distribution, in milliseconds: a microsecond and a thousand seconds. Values beyond are
/// counted at the bound.
const SHORTEST: f64 = 0.001;
const LONGEST: f64 = 1_000_000.0;

/// How many bits of a float's mantissa select its bucket: 128 buckets per power of two, each less than 1 % wide.
const BITS: u32 = 7;

/// How far to shift to drop the remaining bits.
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - BITS;

/// One round trip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// When the reply arrived, in milliseconds of the page's monotonic clock.
    pub at: f64,
    /// How long it took, in milliseconds.
    pub ms: f64,
}

/// All round trips.
#[derive(Debug, Clone)]
pub struct RoundTrips {
    timer_step: f64,
    readings: Vec<Reading>,
    /// The number of round trips in each bucket, up to the last that isn't empty.
    buckets: Vec<u32>,
    min: f64,
    max: f64,
    jitter: Jitter,
}

impl RoundTrips {
    /// No round trips yet. `timer_step` is the resolution of the timer, in milliseconds.
    pub fn new(timer_step: f64) -> Self {
        Self {
            timer_step,
            readings: Vec::new(),
            buckets: Vec::new(),
            min: f64::INFINITY,
            max: 0.0,
            jitter: Jitter::default(),
        }
    }

    /// Adds a reply that arrived at `at` and took `ms` milliseconds.
    pub fn push(&mut self, at: f64, ms: f64) {
        if !ms.is_finite() || !at.is_finite() {
            return;
        }
        // The timer may run backward.
        let (ms, mut at) = (ms.max(0.0), at);
        if let Some(last) = self.readings.last() {
            at = at.max(last.at);
        }
        self.jitter.push(ms);
        self.readings.push(Reading { at, ms });
        (self.min, self.max) = (self.min.min(ms), self.max.max(ms));
        // A value the timer can't tell from zero counts as half a step, rather than decades below it.
        let bucket = bucket(ms.max(self.timer_step / 2.0));
        if self.buckets.len() <= bucket {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] = self.buckets[bucket].saturating_add(1);
    }

    /// Removes all round trips.
    pub fn clear(&mut self) {
        *self = Self::new(self.timer_step);
    }

    /// The resolution of the timer, in milliseconds.
    pub fn timer_step(&self) -> f64 {
        self.timer_step
    }

    /// The number of round trips.
    pub fn count(&self) -> usize {
        self.readings.len()
    }

    /// All round trips, in the order of their replies.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// The shortest.
    pub fn min(&self) -> Option<f64> {
        (self.count() > 0).then_some(self.min)
    }

    /// The longest.
    pub fn max(&self) -> Option<f64> {
        (self.count() > 0).then_some(self.max)
    }

    /// The given percentile, accurate to 1 %.
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        let count = self.count();
        let rank = ((percent / 100.0 * count as f64).ceil() as usize).clamp(1, count.max(1));
        let mut so_far = 0;
        let reaches = |count: &u32| {
            so_far += *count as usize;
            so_far >= rank
        };
        let bucket = self.buckets.iter().position(reaches)?;
        let middle = (bucket_start(bucket) + bucket_start(bucket + 1)) / 2.0;
        Some(between(self.min, middle, self.max))
    }

    /// By how much successive round trips differ, as RFC 3550 has it in 6.4.1.
    pub fn jitter(&self) -> Option<f64> {
        (self.count() > 1).then_some(self.jitter.value())
    }

    /// The number of round trips in each bucket. [`bucket_start`] gives a bucket's lower bound.
    pub(crate) fn buckets(&self) -> &[u32] {
        &self.buckets
    }

    /// The statistics in words, for people who can't see the chart.
    pub fn describe(&self) -> String {
        let mut text = grouped(self.count() as u64);
        text.push_str(plural(self.count() as u64, " round trip", " round trips"));
        for (percent, words) in [(50.0, ": 50% within "), (95.0, ", 95% within "), (99.0, ", 99% within ")] {
            if let Some(ms) = self.percentile(percent) {
                let took = round_trip(ms, self.timer_step);
                // "Within < 1 ms" would be odd: within 1 ms.
                text.extend([words, took.strip_prefix("< ").unwrap_or(&took)]);
            }
        }
        text
    }
}
/// The bucket of a round trip: the float's exponent and the first bits of its mantissa.
fn bucket(ms: f64) -> usize {
    ((between(SHORTEST, ms, LONGEST).to_bits() >> SHIFT) - (SHORTEST.to_bits() >> SHIFT)) as usize
}

/// The lower bound of a bucket, in milliseconds.
pub(crate) fn bucket_start(place: usize) -> f64 {
    f64::from_bits(((SHORTEST.to_bits() >> SHIFT) + place as u64) << SHIFT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trips(all: impl IntoIterator<Item = f64>) -> RoundTrips {
        let mut round_trips = RoundTrips::new(0.005);
        for (n, ms) in all.into_iter().enumerate() {
            round_trips.push(n as f64, ms);
        }
        round_trips
    }

    #[track_caller]
    fn assert_close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found / expected - 1.0).abs() < 0.01, "{found} is not {expected}");
    }

    #[test]
    fn without_round_trips_there_are_no_figures() {
        let none = round_trips([]);
        assert_eq!((none.count(), none.min(), none.max(), none.jitter()), (0, None, None, None));
        assert_eq!(none.percentile(50.0), None);
        assert_eq!(none.describe(), "0 round trips");
    }

    #[test]
    fn the_shortest_and_the_longest_are_exact() {
        let some = round_trips([1.234_567, 0.7, 98.765_432_1]);
        assert_eq!((some.count(), some.min(), some.max()), (3, Some(0.7), Some(98.765_432_1)));
    }

    #[test]
    fn percentiles_are_within_one_percent() {
        for scale in [0.001, 0.1, 1.0, 100.0] {
            let some = round_trips((1..=10_000).rev().map(|n| f64::from(n) * scale));
            for percent in [1.0, 50.0, 95.0, 99.0, 99.9] {
                assert_close(some.percentile(percent), percent * 100.0 * scale);
            }
        }
    }

    #[test]
    fn percentiles_lie_between_the_shortest_and_the_longest() {
        let one = round_trips([3.0]);
        for percent in [0.0, 50.0, 100.0] {
            assert_eq!(one.percentile(percent), Some(3.0));
        }
    }

    #[test]
    fn every_bucket_is_less_than_one_percent_wide() {
        for place in 0..=bucket(LONGEST) {
            let (from, to) = (bucket_start(place), bucket_start(place + 1));
            assert_eq!(bucket(from.max(SHORTEST)), place);
            assert!(to > from && to / from < 1.01, "{from} to {to}");
        }
    }

    #[test]
    fn the_distributions_memory_is_bounded() {
        let some = round_trips([0.0, 1e-9, 1e300, LONGEST]);
        assert!(some.buckets().len() < 4000);
        assert_eq!((some.min(), some.max()), (Some(0.0), Some(1e300)));
    }

    #[test]
    fn invalid_times_are_ignored_and_negative_ones_count_as_zero() {
        let some = round_trips([f64::NAN, f64::INFINITY, -1.0]);
        assert_eq!((some.count(), some.max()), (1, Some(0.0)));
        assert_eq!(some.percentile(50.0), Some(0.0));
    }

    #[test]
    fn readings_never_go_back_in_time() {
        let mut some = round_trips([1.0]);
        some.push(50.0, 1.0);
        some.push(40.0, 2.0);
        assert_eq!(some.readings()[2], Reading { at: 50.0, ms: 2.0 });
    }

    #[test]
    fn the_jitter_moves_a_sixteenth_toward_each_difference() {
        assert_eq!(round_trips([5.0]).jitter(), None);
        assert_eq!(round_trips([5.0, 5.0, 5.0]).jitter(), Some(0.0));
        assert_eq!(round_trips([5.0, 21.0]).jitter(), Some(1.0));
        assert_eq!(round_trips([5.0, 21.0, 5.0]).jitter(), Some(1.0 + 15.0 / 16.0));
    }

    #[test]
    fn clearing_forgets_all() {
        let mut some = round_trips([1.0, 2.0]);
        some.clear();
        assert_eq!((some.count(), some.max(), some.percentile(50.0)), (0, None, None));
        some.push(9.0, 3.0);
        assert_eq!((some.min(), some.jitter()), (Some(3.0), None));
    }

    #[test]
    fn in_words_they_are_what_most_took() {
        assert_eq!(
            round_trips([4.0]).describe(),
            "1 round trip: 50% within 4.00 ms, 95% within 4.00 ms, 99% within 4.00 ms"
        );
        let mut coarse = RoundTrips::new(1.0);
        (0..1200).for_each(|n| coarse.push(f64::from(n), 0.0));
        let words = "1\u{202f}200 round trips: 50% within 1 ms, 95% within 1 ms, 99% within 1 ms";
        assert_eq!(coarse.describe(), words);
    }
}
