//! A time of day, as a clock tells it.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};

/// A time, with the offset from UTC that it is shown at.
///
/// It is what a clock reads, and no calendar: each message has one, but a calendar's day and month are worked
/// out once a second at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Whole seconds since 1970 (time_t(3type)).
    seconds: i64,
    nanos: u32,
    offset: FixedOffset,
}

impl Moment {
    /// So long after 1970 by UTC, to be shown at that offset.
    pub fn new(since_1970: Duration, offset: FixedOffset) -> Self {
        // A clock that is beyond the year 292 billion stands still there.
        let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
        Self { seconds, nanos: since_1970.subsec_nanos(), offset }
    }

    /// How long after `earlier` it is; nothing if it is before, as it may be once a clock was set.
    pub fn since(self, earlier: Self) -> Duration {
        let [now, then] =
            [self, earlier].map(|at| i128::from(at.seconds) * 1_000_000_000 + i128::from(at.nanos));
        Duration::from_nanos(u64::try_from(now - then).unwrap_or_default())
    }

    pub(crate) fn offset(self) -> FixedOffset {
        self.offset
    }

    /// The second that it is in.
    pub(crate) fn second(self) -> i64 {
        self.seconds
    }

    /// By the calendar. Past the calendar's end, in the year 262,142, it is 1970.
    pub(crate) fn date_time(self) -> DateTime<FixedOffset> {
        DateTime::from_timestamp(self.seconds, self.nanos).unwrap_or_default().with_timezone(&self.offset)
    }
}

impl From<DateTime<FixedOffset>> for Moment {
    fn from(time: DateTime<FixedOffset>) -> Self {
        Self { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos(), offset: *time.offset() }
    }
}
