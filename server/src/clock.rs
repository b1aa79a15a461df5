//! The wall clock. No other part of the server reads it.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, FixedOffset, Local, Offset, TimeZone, Utc};
use wirestamp_protocol::Moment;

/// A clock, and the time zone in which stamps show its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// This computer's time zone: `TZ`, or else `/etc/localtime`.
    Local,
    /// UTC.
    Utc,
    /// A clock that is stopped, for tests.
    #[cfg(test)]
    Stopped(Moment),
}

impl Clock {
    /// The current time.
    pub(crate) fn now(self) -> Moment {
        match self {
            Self::Local => local(since_1970(SystemTime::now())),
            Self::Utc => Moment::new(since_1970(SystemTime::now()), Utc.fix()),
            #[cfg(test)]
            Self::Stopped(at) => at,
        }
    }

    /// Whether stamps are in UTC instead of local time.
    pub(crate) fn is_utc(self) -> bool {
        self == Self::Utc
    }
}

/// The current local time, for the log.
pub(crate) fn local_time() -> DateTime<FixedOffset> {
    let now = since_1970(SystemTime::now());
    date_time(now).with_timezone(&local_offset(now))
}

fn local(since_1970: Duration) -> Moment {
    // The offset is looked up once a second. Time zones change it only at whole seconds, and looking it up takes
    // several times as long as reading the clock.
    thread_local! {
        static LAST: Cell<Option<(u64, FixedOffset)>> = const { Cell::new(None) };
    }
    let second = since_1970.as_secs();
    let offset = match LAST.get() {
        Some((last, offset)) if last == second => offset,
        _ => local_offset(since_1970),
    };
    LAST.set(Some((second, offset)));
    Moment::new(since_1970, offset)
}

/// The offset of local time from UTC. `Local::now()` would panic if the clock were set to a time before 1970.
fn local_offset(since_1970: Duration) -> FixedOffset {
    Local.offset_from_utc_datetime(&date_time(since_1970).naive_utc())
}

/// The date; 1970 after the year 262,142, where chrono's dates end.
fn date_time(since_1970: Duration) -> DateTime<Utc> {
    let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, since_1970.subsec_nanos()).unwrap_or_default()
}

/// The time since 1970, or zero if the clock is set to an earlier time.
fn since_1970(now: SystemTime) -> Duration {
    now.duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    use wirestamp_protocol::{Format, Stamper};

    #[test]
    fn a_clock_before_1970_or_after_the_last_date_shows_1970() {
        let day = Duration::from_secs(24 * 60 * 60);
        assert_eq!(since_1970(UNIX_EPOCH - day), Duration::ZERO);
        for time in [Duration::ZERO, Duration::MAX] {
            let stamp = Stamper::new(Format::default()).prefix(local(time)).to_vec();
            let stamp = String::from_utf8(stamp).unwrap();
            assert!(stamp.contains("1970") || stamp.contains("1969"), "{stamp}");
            assert_eq!(date_time(time), DateTime::UNIX_EPOCH);
        }
        assert_eq!(date_time(day).to_string(), "1970-01-02 00:00:00 UTC");
    }

    #[test]
    fn the_logs_time_is_the_current_time() {
        let shown = local_time();
        assert!((Local::now() - shown.with_timezone(&Local)).num_seconds().abs() < 60);
        assert_eq!(*shown.offset(), *Local::now().offset());
    }
}
