//! The charts' accessible description. It changes rarely, so that it can be read out.

use super::readings::RoundTrips;
use crate::pacing::{Announcement, Throttle};

/// The shortest time between two changes, in milliseconds.
const EVERY: f64 = 5000.0;

/// The current description.
#[derive(Debug)]
pub(crate) struct Description {
    words: String,
    throttle: Throttle,
}

impl Default for Description {
    fn default() -> Self {
        Self { words: String::new(), throttle: Throttle::new(EVERY) }
    }
}

impl Description {
    /// The new description, if it should change at `now`.
    pub(crate) fn look(&mut self, round_trips: &RoundTrips, now: f64) -> Announcement {
        let words = round_trips.describe();
        if words == self.words {
            return Announcement::Nothing;
        }
        if let Some(left) = self.throttle.take(now) {
            return Announcement::Later(left);
        }
        self.words.clone_from(&words);
        Announcement::Now(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_change_when_they_are_others_and_some_time_has_passed() {
        let (mut description, mut round_trips) = (Description::default(), RoundTrips::new(0.005));
        assert_eq!(description.look(&round_trips, 0.0), Announcement::Now("0 round trips".into()));
        assert_eq!(description.look(&round_trips, 9000.0), Announcement::Nothing);
        round_trips.measure(9000.0, 4.0);
        assert!(matches!(description.look(&round_trips, 9000.0), Announcement::Now(_)));
        round_trips.measure(9001.0, 4.0);
        assert_eq!(description.look(&round_trips, 9001.0), Announcement::Later(4999.0));
        assert!(matches!(description.look(&round_trips, 14_000.0), Announcement::Now(_)));
    }
}
