//! The wall clock: the one place that reads it.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{FixedOffset, Local, Offset, Utc};
use wirestamp_protocol::Moment;

/// Reads the time of day, with the offset from UTC that stamps are shown at. Tests hand in another.
pub(crate) type Clock = fn() -> Moment;

/// The time by this computer's zone: `TZ`, else `/etc/localtime`.
pub(crate) fn local() -> Moment {
    // A zone changes its offset at whole seconds, and looking the offset up takes several times as long as
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

/// The time by UTC.
pub(crate) fn utc() -> Moment {
    Moment::new(since_1970(), Utc.fix())
}

/// A clock that was never set is taken to be at 1970.
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
