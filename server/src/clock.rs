//! The wall clock. No other part of the server reads it.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{FixedOffset, Local, Offset, Utc};
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
            Self::Local => local(),
            Self::Utc => Moment::new(since_1970(), Utc.fix()),
            #[cfg(test)]
            Self::Stopped(at) => at,
        }
    }

    /// Whether stamps are in UTC instead of local time.
    pub(crate) fn is_utc(self) -> bool {
        self == Self::Utc
    }
}

fn local() -> Moment {
    // The offset is looked up once a second. Time zones change it only at whole seconds, and looking it up takes
    // several times as long as reading the clock.
    thread_local! {
        static LAST: Cell<Option<(u64, FixedOffset)>> = const { Cell::new(None) };
    }
    let since_1970 = since_1970();
    let second = since_1970.as_secs();
    let offset = match LAST.get() {
        Some((last, offset)) if last == second => offset,
        _ => *Local::now().offset(),
    };
    LAST.set(Some((second, offset)));
    Moment::new(since_1970, offset)
}

/// The time since 1970, or zero if the clock is set to an earlier time.
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
