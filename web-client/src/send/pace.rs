//! Decides how many messages are due at a given time. The sending itself is done elsewhere.

/// How many are sent in one go. With thousands, the page couldn't be drawn meanwhile.
const AT_ONCE: u32 = 500;

/// How late, in milliseconds, a message may be and still be sent along with the next ones. Timers fire a few
/// milliseconds late, which must not cost messages. But they fire only once a second in a background tab, where
/// catching up would cause a flood.
const LATE: f64 = 50.0;

/// The shortest interval, in milliseconds.
const SHORTEST: f64 = 1.0;

/// How to send repeatedly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Job {
    /// At intervals.
    Every {
        /// The interval in milliseconds, at least one.
        ms: f64,
        /// How many; `None` until stopped.
        count: Option<u32>,
    },
    /// As fast as possible.
    Burst {
        /// How many.
        count: u32,
        /// How many may await their reply at a time; `None` for any number.
        in_flight: Option<u32>,
    },
}

/// The interval in milliseconds, the count, and how many may await their reply, unless others are given.
const DEFAULT_INTERVAL: u32 = 200;
const DEFAULT_COUNT: u32 = 1000;
const DEFAULT_IN_FLIGHT: u32 = 1;

impl Job {
    /// Whether it sends several messages without waiting for the reply to each.
    pub fn overlaps(self) -> bool {
        matches!(self, Self::Burst { count, in_flight } if count > 1 && in_flight != Some(1))
    }

    /// The job with this name and these numbers as typed: `every` so many milliseconds, or a `burst` of so many.
    /// `None` to send once. Without a number in flight, any number may be.
    pub fn parse(name: &str, every: &str, count: &str, in_flight: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
        match name {
            "every" => {
                let ms = f64::from(number(every).unwrap_or(DEFAULT_INTERVAL));
                Some(Self::Every { ms, count: None })
            }
            "burst" => {
                let count = number(count).unwrap_or(DEFAULT_COUNT);
                let limit = || number(in_flight).unwrap_or(DEFAULT_IN_FLIGHT);
                Some(Self::Burst { count, in_flight: (!in_flight.is_empty()).then(limit) })
            }
            _ => None,
        }
    }

    /// How many messages it sends; `None` until stopped.
    pub fn total(self) -> Option<u32> {
        match self {
            Self::Every { count, .. } => count,
            Self::Burst { count, .. } => Some(count),
        }
    }

    /// The number of its last message, or the largest there can be if it goes on until stopped.
    pub fn last(self) -> u32 {
        self.total().unwrap_or(u32::MAX)
    }
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Due {
    /// How many to send now.
    pub send: u32,
    /// When to ask again, in milliseconds. `None` if nothing but a reply can make more due.
    pub wake_in: Option<f64>,
}

/// A job in progress.
#[derive(Debug, Clone)]
pub struct Pace {
    job: Job,
    sent: u32,
    /// When the first was sent.
    start: Option<f64>,
    /// How many intervals after the first the next one is due.
    next: f64,
}

impl Pace {
    /// A job of which nothing has been sent yet.
    pub fn new(job: Job) -> Self {
        Self { job, sent: 0, start: None, next: 0.0 }
    }

    /// How many to send at `now`, while `waiting` messages await their reply. They count as sent.
    ///
    /// Call this when the job starts, after `wake_in`, and on each reply while there is no `wake_in`.
    pub fn due(&mut self, now: f64, waiting: usize) -> Due {
        let left = self.left();
        if left == 0 {
            return Due { send: 0, wake_in: None };
        }
        match self.job {
            Job::Every { ms, .. } => self.at_interval(now, ms.max(SHORTEST), left),
            Job::Burst { in_flight, .. } => {
                // A limit of zero would never send anything.
                let limit = in_flight.map_or(u32::MAX, |limit| limit.max(1));
                let room = limit.saturating_sub(u32::try_from(waiting).unwrap_or(u32::MAX));
                let send = left.min(room).min(AT_ONCE);
                self.sent += send;
                let goes_on = send < left && send < room;
                Due { send, wake_in: goes_on.then_some(0.0) }
            }
        }
    }

    fn at_interval(&mut self, now: f64, ms: f64, left: u32) -> Due {
        let start = *self.start.get_or_insert(now);
        // Counts from the intended times: counting from late ones would drift.
        let due_at = |interval: f64| start + interval * ms;
        let mut send = 0;
        if now >= due_at(self.next) {
            let newest = ((now - start) / ms).floor().max(self.next);
            let missed = newest - self.next;
            send =
                if now - due_at(self.next) > LATE { 1 } else { (missed as u32 + 1).min(left).min(AT_ONCE) };
            self.next = newest + 1.0;
            self.sent = self.sent.saturating_add(send);
        }
        let wake_in = (due_at(self.next) - now).max(0.0);
        Due { send, wake_in: (send < left).then_some(wake_in) }
    }

    /// How many remain to be sent.
    fn left(&self) -> u32 {
        self.progress().1.map_or(u32::MAX, |total| total.saturating_sub(self.sent))
    }

    /// How many have been sent, and the total.
    pub fn progress(&self) -> (u32, Option<u32>) {
        (self.sent, self.job.total())
    }

    /// Whether all have been sent. Some may still await their reply.
    pub fn is_done(&self) -> bool {
        self.left() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(ms: f64, count: Option<u32>) -> Pace {
        Pace::new(Job::Every { ms, count })
    }

    fn burst(count: u32, in_flight: Option<u32>) -> Pace {
        Pace::new(Job::Burst { count, in_flight })
    }

    fn due(send: u32, wake_in: impl Into<Option<f64>>) -> Due {
        Due { send, wake_in: wake_in.into() }
    }

    #[test]
    fn numbers_that_are_missing_or_invalid_have_defaults() {
        assert_eq!(Job::parse("once", "5", "5", "5"), None);
        assert_eq!(Job::parse("every", "20", "", ""), Some(Job::Every { ms: 20.0, count: None }));
        assert_eq!(Job::parse("every", "0", "", ""), Some(Job::Every { ms: 200.0, count: None }));
        let burst = |count, in_flight| Some(Job::Burst { count, in_flight });
        assert_eq!(Job::parse("burst", "", "10", "4"), burst(10, Some(4)));
        assert_eq!(Job::parse("burst", "", "-1", ""), burst(1000, None), "no limit");
        assert_eq!(Job::parse("burst", "", "", "0"), burst(1000, Some(1)));
    }

    #[test]
    fn the_first_of_an_interval_goes_at_once_and_the_last_ends_it() {
        let mut pace = every(100.0, Some(3));
        assert_eq!(pace.due(1000.0, 0), due(1, 100.0));
        assert_eq!(pace.due(1100.0, 1), due(1, 100.0));
        assert!(!pace.is_done());
        assert_eq!(pace.due(1200.0, 2), due(1, None));
        assert!(pace.is_done());
        assert_eq!((pace.due(1300.0, 0), pace.progress()), (due(0, None), (3, Some(3))));
    }

    #[test]
    fn late_timers_make_no_drift() {
        let mut pace = every(100.0, None);
        assert_eq!(pace.due(0.0, 0), due(1, 100.0));
        assert_eq!(pace.due(107.0, 0), due(1, 93.0));
        assert_eq!(pace.due(209.0, 0), due(1, 91.0));
        assert_eq!(pace.progress(), (3, None));
    }

    #[test]
    fn being_asked_early_sends_nothing() {
        let mut pace = every(100.0, None);
        pace.due(0.0, 0);
        assert_eq!(pace.due(40.0, 0), due(0, 60.0));
        assert_eq!(pace.due(99.5, 0), due(0, 0.5));
        // The clock may run backward.
        assert_eq!(pace.due(-10.0, 0), due(0, 110.0));
        assert_eq!(pace.due(100.0, 0), due(1, 100.0));
    }

    #[test]
    fn intervals_shorter_than_the_timers_are_made_up_for() {
        let mut pace = every(1.0, Some(10));
        assert_eq!(pace.due(0.0, 0), due(1, 1.0));
        assert_eq!(pace.due(4.5, 0), due(4, 0.5));
        assert_eq!(pace.due(30.0, 0), due(5, None));
    }

    #[test]
    fn what_a_long_pause_missed_is_skipped() {
        let mut pace = every(10.0, Some(5));
        pace.due(0.0, 0);
        assert_eq!(pace.due(60_004.0, 0), due(1, 6.0));
        assert_eq!(pace.due(60_010.0, 0), due(1, 10.0));
        assert_eq!(pace.progress(), (3, Some(5)));
    }

    #[test]
    fn an_interval_of_nothing_is_the_shortest() {
        for ms in [0.0, -5.0, f64::NAN] {
            assert_eq!(every(ms, None).due(0.0, 0), due(1, 1.0), "{ms}");
        }
    }

    #[test]
    fn a_burst_goes_out_some_at_a_time() {
        let mut pace = burst(1200, None);
        assert_eq!(pace.due(0.0, 0), due(500, 0.0));
        assert_eq!(pace.due(1.0, 500), due(500, 0.0));
        assert_eq!(pace.due(2.0, 1000), due(200, None));
        assert!(pace.is_done());
        assert_eq!(pace.progress(), (1200, Some(1200)));
    }

    #[test]
    fn a_burst_keeps_to_what_may_wait() {
        let mut pace = burst(10, Some(4));
        assert_eq!(pace.due(0.0, 0), due(4, None));
        assert_eq!(pace.due(0.0, 4), due(0, None));
        assert_eq!(pace.due(0.0, 3), due(1, None));
        assert_eq!(pace.due(0.0, 0), due(4, None));
        assert_eq!(pace.due(0.0, 1), due(1, None));
        assert!(pace.is_done());
    }

    #[test]
    fn a_burst_with_much_room_still_goes_out_some_at_a_time() {
        let mut pace = burst(5000, Some(800));
        assert_eq!(pace.due(0.0, 0), due(500, 0.0));
        assert_eq!(pace.due(0.0, 500), due(300, None));
        assert_eq!(pace.due(0.0, 799), due(1, None));
        // Messages from before this job count too.
        assert_eq!(pace.due(0.0, 1_000_000), due(0, None));
    }

    #[test]
    fn room_for_none_is_room_for_one() {
        let mut pace = burst(2, Some(0));
        assert_eq!(pace.due(0.0, 0), due(1, None));
        assert_eq!(pace.due(0.0, 0), due(1, None));
    }

    #[test]
    fn a_job_of_nothing_is_done() {
        for mut pace in [burst(0, None), every(1.0, Some(0))] {
            assert!(pace.is_done());
            assert_eq!(pace.due(0.0, 0), due(0, None));
        }
    }
}
