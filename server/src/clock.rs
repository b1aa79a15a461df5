//! The wall clock: the one place that reads it.

use chrono::{DateTime, FixedOffset, Local, Utc};

/// Reads the time of day, with the offset from UTC that stamps are shown at. Tests hand in another.
pub(crate) type Clock = fn() -> DateTime<FixedOffset>;

/// The time by this computer's zone: `TZ`, else `/etc/localtime`.
pub(crate) fn local() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

/// The time by UTC.
pub(crate) fn utc() -> DateTime<FixedOffset> {
    Utc::now().fixed_offset()
}
