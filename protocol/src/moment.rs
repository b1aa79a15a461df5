//! A point in time, as a clock reads it.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};

/// A point in time, with the UTC offset to show it at.
///
/// This is the plain reading of a clock, without a date. Every read of bytes gets one, but the date is
/// computed only when a new stamp is formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Whole seconds since 1970, as time_t(3type).
    seconds: i64,
    nanos: u32,
    offset: FixedOffset,
}

impl Moment {
    /// Creates the time that is `since_1970` after 1970-01-01 00:00 UTC, to be shown at `offset`.
    pub fn new(since_1970: Duration, offset: FixedOffset) -> Self {
        // A clock past the year 292 billion stops there.
        let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
        Self { seconds, nanos: since_1970.subsec_nanos(), offset }
    }

    pub(crate) fn offset(self) -> FixedOffset {
        self.offset
    }

    /// Returns the whole seconds since 1970.
    pub(crate) fn second(self) -> i64 {
        self.seconds
    }

    /// Converts to chrono's date and time; to 1970 after the year 262,142, where chrono's dates end.
    pub(crate) fn date_time(self) -> DateTime<FixedOffset> {
        DateTime::from_timestamp(self.seconds, self.nanos).unwrap_or_default().with_timezone(&self.offset)
    }
}

impl From<DateTime<FixedOffset>> for Moment {
    fn from(time: DateTime<FixedOffset>) -> Self {
        Self { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos(), offset: *time.offset() }
    }
}
