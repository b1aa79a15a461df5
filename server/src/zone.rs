//! The time zone in which stamps and the log show times.

use std::cell::Cell;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Local, Offset, TimeZone, Utc};
use wirestamp_arrival::Reading;
use wirestamp_protocol::Moment;

/// The time zone of the stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// This computer's: `TZ`, or else `/etc/localtime`.
    Local,
    Utc,
}

impl Zone {
    /// The time that is `since_1970` after 1970-01-01 00:00 UTC, as it is shown here.
    pub(crate) fn at(self, since_1970: Duration) -> Moment {
        match self {
            Self::Local => local(since_1970),
            Self::Utc => Moment::new(since_1970, Utc.fix()),
        }
    }
}

/// The current local time, for the log.
pub(crate) fn local_time() -> DateTime<FixedOffset> {
    let now = Reading::now().wall;
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

#[cfg(test)]
mod tests {
    use super::*;

    use wirestamp_protocol::{Format, Stamper};

    #[test]
    fn without_a_date_1970_is_shown() {
        let day = Duration::from_secs(24 * 60 * 60);
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
