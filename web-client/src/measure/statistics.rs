//! Statistics of round trips.
//!
//! There may be hundreds of thousands, so the cost of adding one doesn't depend on their number.

use wirestamp_protocol::measure::Jitter;

use crate::text::between::between;

/// The bounds of the distribution, in milliseconds: a microsecond and a thousand seconds. Values beyond are
/// counted at the bound.
const SHORTEST: f64 = 0.001;
const LONGEST: f64 = 1_000_000.0;

/// How many bits of a float's mantissa select its bucket: 128 buckets per power of two, each less than 1 % wide.
const BITS: u32 = 7;

/// How far to shift to drop the remaining bits.
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - BITS;

/// The figures of some round trips.
#[derive(Debug, Clone)]
pub struct Statistics {
    count: usize,
    /// The number of round trips in each bucket, up to the last that isn't empty.
    buckets: Vec<u32>,
    min: f64,
    max: f64,
    jitter: Jitter,
}

impl Default for Statistics {
    fn default() -> Self {
        let (buckets, jitter) = (Vec::new(), Jitter::default());
        Self { count: 0, buckets, min: f64::INFINITY, max: 0.0, jitter }
    }
}

impl Statistics {
    /// Adds a round trip of `ms` milliseconds, measured with a timer of this resolution in milliseconds.
    pub fn push(&mut self, ms: f64, timer_step: f64) {
        self.count += 1;
        self.jitter.push(ms);
        (self.min, self.max) = (self.min.min(ms), self.max.max(ms));
        // A value the timer can't tell from zero counts as half a step, rather than decades below it.
        let bucket = bucket(ms.max(timer_step / 2.0));
        if self.buckets.len() <= bucket {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] = self.buckets[bucket].saturating_add(1);
    }

    /// The number of round trips.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The shortest, in milliseconds.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// The longest, in milliseconds.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    /// The given percentile in milliseconds, accurate to 1 %.
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        let rank = ((percent / 100.0 * self.count as f64).ceil() as usize).clamp(1, self.count.max(1));
        let mut so_far = 0;
        let reaches = |count: &u32| {
            so_far += *count as usize;
            so_far >= rank
        };
        let bucket = self.buckets.iter().position(reaches)?;
        let middle = (bucket_start(bucket) + bucket_start(bucket + 1)) / 2.0;
        Some(between(self.min, middle, self.max))
    }

    /// By how much successive round trips differ, in milliseconds, as RFC 3550 has it in 6.4.1.
    pub fn jitter(&self) -> Option<f64> {
        (self.count > 1).then_some(self.jitter.value())
    }

    /// The number of round trips in each bucket. [`bucket_start`] gives a bucket's lower bound.
    pub(crate) fn buckets(&self) -> &[u32] {
        &self.buckets
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

    fn statistics(all: impl IntoIterator<Item = f64>) -> Statistics {
        let mut statistics = Statistics::default();
        all.into_iter().for_each(|ms| statistics.push(ms, 0.005));
        statistics
    }

    #[track_caller]
    fn assert_close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found / expected - 1.0).abs() < 0.01, "{found} is not {expected}");
    }

    #[test]
    fn without_round_trips_there_are_no_figures() {
        let none = statistics([]);
        assert_eq!((none.count(), none.min(), none.max(), none.jitter()), (0, None, None, None));
        assert_eq!(none.percentile(50.0), None);
    }

    #[test]
    fn the_shortest_and_the_longest_are_exact() {
        let some = statistics([1.234_567, 0.7, 98.765_432_1]);
        assert_eq!((some.count(), some.min(), some.max()), (3, Some(0.7), Some(98.765_432_1)));
    }

    #[test]
    fn percentiles_are_within_one_percent() {
        for scale in [0.001, 0.1, 1.0, 100.0] {
            let some = statistics((1..=10_000).rev().map(|n| f64::from(n) * scale));
            for percent in [1.0, 50.0, 95.0, 99.0, 99.9] {
                assert_close(some.percentile(percent), percent * 100.0 * scale);
            }
        }
    }

    #[test]
    fn percentiles_lie_between_the_shortest_and_the_longest() {
        let one = statistics([3.0]);
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
        let some = statistics([0.0, 1e-9, 1e300, LONGEST]);
        assert!(some.buckets().len() < 4000);
        assert_eq!((some.min(), some.max()), (Some(0.0), Some(1e300)));
    }

    #[test]
    fn the_jitter_moves_a_sixteenth_toward_each_difference() {
        assert_eq!(statistics([5.0]).jitter(), None);
        assert_eq!(statistics([5.0, 5.0, 5.0]).jitter(), Some(0.0));
        assert_eq!(statistics([5.0, 21.0]).jitter(), Some(1.0));
        assert_eq!(statistics([5.0, 21.0, 5.0]).jitter(), Some(1.0 + 15.0 / 16.0));
    }
}
