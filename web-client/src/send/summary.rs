//! What came of a job: how many messages were sent, how fast, and how long their replies took.

use crate::measure::Statistics;
use crate::measure::round_trip::{fixed, grouped, round_trip};

/// Counts the messages of a job and their replies. Replies come in the order of the messages.
#[derive(Debug)]
pub(crate) struct Tally {
    /// How many replies to earlier messages are still to come.
    earlier: usize,
    sent: u64,
    round_trips: Statistics,
    /// The resolution of the timer, in milliseconds.
    timer_step: f64,
    /// When the first message was sent.
    start: f64,
    /// When the last message was sent, or the last reply arrived.
    last: f64,
    /// Whether all messages of the job have been sent.
    is_over: bool,
}

impl Tally {
    /// Counts from now on, while `earlier` messages await their reply. `timer_step` is the resolution of the timer in
    /// milliseconds.
    pub(crate) fn new(earlier: usize, timer_step: f64) -> Self {
        let round_trips = Statistics::default();
        Self { earlier, sent: 0, round_trips, timer_step, start: 0.0, last: 0.0, is_over: false }
    }

    /// A message was sent. Those after the end of the job aren't counted.
    pub(crate) fn sent(&mut self, at: f64) {
        if self.is_over {
            return;
        }
        if self.sent == 0 {
            self.start = at;
        }
        (self.sent, self.last) = (self.sent + 1, at);
    }

    /// The job has sent all its messages, or was stopped.
    pub(crate) fn end(&mut self) {
        self.is_over = true;
    }

    /// A message was answered after `ms` milliseconds.
    pub(crate) fn answered(&mut self, at: f64, ms: f64) {
        if self.earlier > 0 {
            self.earlier -= 1;
        } else if self.answers() < self.sent {
            // The timer may run backward.
            self.round_trips.push(ms.max(0.0), self.timer_step);
            self.last = at;
        }
    }

    fn answers(&self) -> u64 {
        self.round_trips.count() as u64
    }

    /// Whether nothing more can happen to the job's messages.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_over && self.answers() == self.sent
    }

    /// What came of the job: messages without a reply are lost. `None` if none was sent.
    pub(crate) fn summary(&self) -> Option<Summary> {
        let (sent, step) = (self.sent, self.timer_step);
        if sent == 0 {
            return None;
        }
        let took = self.last - self.start;
        let mut words = [&grouped(sent), " sent in ", &duration(took, step)].concat();
        // A job that took less than the timer can tell has no rate.
        if took >= step {
            words.extend([", ", &rate(sent as f64 / took * 1000.0), "/s"]);
        }
        for (percent, name) in [(50.0, ", p50 "), (95.0, ", p95 "), (99.0, ", p99 ")] {
            if let Some(ms) = self.round_trips.percentile(percent) {
                words.extend([name, &round_trip(ms, step)]);
            }
        }
        words.extend([", ", &grouped(sent - self.answers()), " lost"]);
        Some(Summary { at: self.last, words })
    }
}

/// What came of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// When its last reply arrived or its last message was sent, in milliseconds of the page's monotonic clock.
    pub at: f64,
    /// `1 000 sent in 2.31 s, 433/s, p50 0.31 ms, p95 0.44 ms, p99 0.61 ms, 0 lost`
    pub words: String,
}

/// A duration in milliseconds as text, in seconds from one second on.
fn duration(ms: f64, step: f64) -> String {
    if ms < 1000.0 {
        return round_trip(ms, step);
    }
    [&fixed((ms / 10.0).round() as u64, 2), " s"].concat()
}

/// A rate per second, with one decimal below ten.
fn rate(per_second: f64) -> String {
    if per_second < 9.95 {
        return fixed((per_second * 10.0).round() as u64, 1);
    }
    grouped(per_second.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The finest timer of Chromium, in milliseconds.
    const FINE: f64 = 0.005;

    /// A job that sends `count` messages `every` milliseconds. Each is answered after `ms`.
    fn job(count: u32, every: f64, ms: f64) -> Tally {
        let mut tally = Tally::new(0, FINE);
        for at in (0..count).map(|n| f64::from(n) * every) {
            tally.sent(at);
            tally.answered(at + ms, ms);
        }
        tally.end();
        tally
    }

    fn words(tally: &Tally) -> String {
        tally.summary().unwrap().words
    }

    #[test]
    fn it_has_the_count_the_time_the_rate_the_percentiles_and_the_losses() {
        let tally = job(1000, 2.5, 0.5);
        assert!(tally.is_complete());
        assert_eq!(
            words(&tally),
            "1,000 sent in 2.50 s, 400/s, p50 0.50 ms, p95 0.50 ms, p99 0.50 ms, 0 lost"
        );
        assert_eq!(tally.summary().unwrap().at, 2498.0);
    }

    #[test]
    fn a_job_is_complete_once_its_last_reply_is_here() {
        let mut tally = Tally::new(0, FINE);
        tally.sent(0.0);
        assert!(!tally.is_complete());
        tally.answered(1.0, 1.0);
        assert!(!tally.is_complete(), "there may be more messages");
        tally.sent(2.0);
        tally.end();
        assert!(!tally.is_complete());
        tally.answered(3.0, 1.0);
        assert!(tally.is_complete());
    }

    #[test]
    fn replies_to_earlier_messages_and_later_messages_do_not_count() {
        let mut tally = Tally::new(2, FINE);
        tally.sent(0.0);
        tally.end();
        tally.sent(5.0);
        tally.answered(10.0, 900.0);
        tally.answered(10.0, 900.0);
        assert!(!tally.is_complete());
        tally.answered(20.0, 20.0);
        tally.answered(21.0, 16.0);
        assert!(tally.is_complete());
        assert!(words(&tally).starts_with("1 sent in 20.0 ms, 50/s, p50 20.0 ms"), "{}", words(&tally));
    }

    #[test]
    fn messages_without_a_reply_are_lost() {
        let mut tally = Tally::new(0, FINE);
        (0..3).for_each(|at| tally.sent(f64::from(at) * 1000.0));
        assert_eq!(words(&tally), "3 sent in 2.00 s, 1.5/s, 3 lost");
        tally.answered(2500.0, 2500.0);
        assert!(words(&tally).ends_with(", 2 lost"));
    }

    #[test]
    fn what_the_timer_cannot_tell_has_no_rate() {
        let mut tally = Tally::new(0, 1.0);
        tally.sent(7.0);
        tally.answered(7.0, 0.0);
        assert_eq!(words(&tally), "1 sent in < 1 ms, p50 < 1 ms, p95 < 1 ms, p99 < 1 ms, 0 lost");
    }

    #[test]
    fn a_job_that_sent_nothing_has_no_summary() {
        assert_eq!(Tally::new(3, FINE).summary(), None);
    }
}
