//! The wall clock: the one place that reads it.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{FixedOffset, Local, Offset, Utc};
use wirestamp_protocol::Moment;

/// A clock that tells the time of day, with the offset from UTC that stamps show it at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// This computer's time zone: `TZ`, else `/etc/localtime`.
    Local,
    /// UTC.
    Utc,
    /// A clock that stands still.
    #[cfg(test)]
    Stopped(Moment),
}

impl Clock {
    /// The time now.
    pub(crate) fn now(self) -> Moment {
        match self {
            Self::Local => local(),
            Self::Utc => Moment::new(since_1970(), Utc.fix()),
            #[cfg(test)]
            Self::Stopped(at) => at,
        }
    }

    /// Whether it shows UTC rather than the local time.
    pub(crate) fn is_utc(self) -> bool {
        self == Self::Utc
    }
}

fn local() -> Moment {
    // Zones change their offset at whole seconds, and looking the offset up takes several times as long as
    // reading the clock.
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

/// A clock that was never set counts as 1970.
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
