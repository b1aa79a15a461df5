//! The round trips themselves, for the chart, and their statistics.

use wirestamp_protocol::plural;

use super::round_trip::{grouped, round_trip};
use super::statistics::Statistics;

/// One round trip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// When the reply arrived, in milliseconds of the page's monotonic clock.
    pub at: f64,
    /// How long it took, in milliseconds.
    pub ms: f64,
    /// The index of its exchange in the log.
    pub exchange: usize,
    /// Whether it may include waiting for other messages of a burst.
    pub queued: bool,
}

/// Round trips, and their statistics.
///
/// In a burst most messages wait for others, so their round trips say more about the burst than about the way to
/// the service. The statistics leave them out, unless there are no others.
#[derive(Debug, Clone)]
pub struct RoundTrips {
    timer_step: f64,
    readings: Vec<Reading>,
    alone: Statistics,
    queued: Statistics,
}

impl RoundTrips {
    /// No round trips yet. `timer_step` is the resolution of the timer, in milliseconds.
    pub fn new(timer_step: f64) -> Self {
        let (alone, queued) = (Statistics::default(), Statistics::default());
        Self { timer_step, readings: Vec::new(), alone, queued }
    }

    /// Adds a reading.
    pub fn push(&mut self, reading: Reading) {
        if !reading.ms.is_finite() || !reading.at.is_finite() {
            return;
        }
        // The timer may run backward.
        let (ms, mut at) = (reading.ms.max(0.0), reading.at);
        if let Some(last) = self.readings.last() {
            at = at.max(last.at);
        }
        self.readings.push(Reading { at, ms, ..reading });
        let statistics = if reading.queued { &mut self.queued } else { &mut self.alone };
        statistics.push(ms, self.timer_step);
    }

    /// Those of some exchanges, chosen by their index.
    pub fn of(&self, is_chosen: impl Fn(usize) -> bool) -> Self {
        let mut chosen = Self::new(self.timer_step);
        for reading in &self.readings {
            if is_chosen(reading.exchange) {
                chosen.push(*reading);
            }
        }
        chosen
    }

    /// Removes all round trips.
    pub fn clear(&mut self) {
        *self = Self::new(self.timer_step);
    }

    /// The resolution of the timer, in milliseconds.
    pub fn timer_step(&self) -> f64 {
        self.timer_step
    }

    /// All round trips, in the order of their replies.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// The statistics of those that didn't have to wait for others, or of all if all had to.
    pub fn statistics(&self) -> &Statistics {
        if self.alone.count() > 0 { &self.alone } else { &self.queued }
    }

    /// How many the statistics leave out.
    pub fn left_out(&self) -> usize {
        self.readings.len() - self.statistics().count()
    }

    /// Whether the statistics are of round trips that include waiting for others.
    pub fn are_queued(&self) -> bool {
        self.alone.count() == 0 && self.queued.count() > 0
    }

    /// The statistics in words, for people who can't see the chart.
    pub fn describe(&self) -> String {
        let count = self.statistics().count() as u64;
        let mut text = grouped(count);
        text.push_str(plural(count, " round trip", " round trips"));
        if self.are_queued() {
            text.push_str(" in bursts");
        }
        for (percent, words) in [(50.0, ": 50% within "), (95.0, ", 95% within "), (99.0, ", 99% within ")] {
            if let Some(ms) = self.statistics().percentile(percent) {
                let took = round_trip(ms, self.timer_step);
                // "Within < 1 ms" would be odd: within 1 ms.
                text.extend([words, took.strip_prefix("< ").unwrap_or(&took)]);
            }
        }
        if self.left_out() > 0 {
            text.extend([", without ", &grouped(self.left_out() as u64), " in bursts"]);
        }
        text
    }
}

#[cfg(test)]
impl RoundTrips {
    /// Adds the reading of the next exchange.
    pub(crate) fn measure(&mut self, at: f64, ms: f64) {
        self.push(Reading { at, ms, exchange: self.readings.len(), queued: false });
    }

    /// The same in a burst.
    pub(crate) fn measure_queued(&mut self, at: f64, ms: f64) {
        self.push(Reading { at, ms, exchange: self.readings.len(), queued: true });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trips(all: impl IntoIterator<Item = f64>) -> RoundTrips {
        let mut round_trips = RoundTrips::new(0.005);
        for (n, ms) in all.into_iter().enumerate() {
            round_trips.measure(n as f64, ms);
        }
        round_trips
    }

    #[test]
    fn invalid_times_are_ignored_and_negative_ones_count_as_zero() {
        let some = round_trips([f64::NAN, f64::INFINITY, -1.0]);
        assert_eq!((some.statistics().count(), some.statistics().max()), (1, Some(0.0)));
        assert_eq!(some.statistics().percentile(50.0), Some(0.0));
    }

    #[test]
    fn readings_never_go_back_in_time() {
        let mut some = round_trips([1.0]);
        some.measure(50.0, 1.0);
        some.measure(40.0, 2.0);
        assert_eq!((some.readings()[2].at, some.readings()[2].ms), (50.0, 2.0));
    }

    #[test]
    fn clearing_forgets_all() {
        let mut some = round_trips([1.0, 2.0]);
        some.clear();
        assert_eq!((some.readings().len(), some.statistics().max()), (0, None));
        some.measure(9.0, 3.0);
        assert_eq!((some.statistics().min(), some.statistics().jitter()), (Some(3.0), None));
    }

    #[test]
    fn those_of_some_exchanges_have_figures_of_their_own() {
        let some = round_trips([1.0, 20.0, 3.0, 40.0]).of(|exchange| exchange % 2 == 0);
        assert_eq!((some.statistics().count(), some.statistics().max()), (2, Some(3.0)));
        assert_eq!(some.readings()[1].exchange, 2);
    }

    #[test]
    fn what_waited_in_a_burst_is_left_out_unless_everything_did() {
        let mut some = round_trips([]);
        some.measure_queued(1.0, 80.0);
        some.measure_queued(2.0, 90.0);
        assert_eq!((some.statistics().max(), some.left_out(), some.are_queued()), (Some(90.0), 0, true));
        some.measure(3.0, 1.0);
        assert_eq!((some.statistics().max(), some.left_out(), some.are_queued()), (Some(1.0), 2, false));
        assert_eq!(some.readings().len(), 3);
    }

    #[test]
    fn in_words_they_are_what_most_took() {
        assert_eq!(round_trips([]).describe(), "0 round trips");
        assert_eq!(
            round_trips([4.0]).describe(),
            "1 round trip: 50% within 4.00 ms, 95% within 4.00 ms, 99% within 4.00 ms"
        );
        let mut coarse = RoundTrips::new(1.0);
        (0..1200).for_each(|n| coarse.measure_queued(f64::from(n), 0.0));
        let words = "1,200 round trips in bursts: 50% within 1 ms, 95% within 1 ms, 99% within 1 ms";
        assert_eq!(coarse.describe(), words);
        coarse.measure(2000.0, 2.0);
        assert!(coarse.describe().starts_with("1 round trip: 50% within 2 ms"), "{}", coarse.describe());
        assert!(coarse.describe().ends_with(", without 1,200 in bursts"), "{}", coarse.describe());
    }
}
