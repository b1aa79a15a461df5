//! When bytes arrived at this computer.
//!
//! A program that reads the clock after it has read a socket learns when it got round to reading. The kernel knows
//! when the packet arrived, and tells it with the bytes if it's asked to (socket(7), `SO_TIMESTAMP`; the variant here,
//! `SO_TIMESTAMPNS`, has nanoseconds). This crate asks, reads sockets together with these times, and decides which of
//! them to believe:
//!
//! - [`ask_kernel`] turns the times on for a socket. Connections inherit them from their listener.
//! - [`Timed`] is a stream that remembers when its last read arrived.
//! - [`receive`] and [`try_receive`] receive a datagram with its time.
//! - [`ClockWatch`] decides between the kernel's time and the read's, without a socket and without a clock.
//!
//! Over TCP, the kernel's time is that of the last byte that a read returned. Where it merged segments, it's the time
//! of the last one. The time of a line can therefore be later than its arrival, but never earlier. Several lines of
//! one read share it.

mod datagram;
mod socket;
mod stream;
mod watch;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub use datagram::{Datagram, receive, try_receive};
pub use socket::ask_kernel;
pub use stream::{KernelRead, ReportsArrival, Timed};
pub use watch::{ClockWatch, Read};

/// Where a time of arrival comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The kernel stamped the packet when it came.
    Kernel,
    /// The clock was read right after the bytes were.
    Read,
}

impl Source {
    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kernel => "kernel",
            Self::Read => "read",
        }
    }
}

/// Both clocks, read one right after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The system clock: the time since 1970, or zero if it's set to an earlier time.
    pub wall: Duration,
    /// The monotonic clock, which can't be set.
    pub monotonic: Instant,
}

impl Reading {
    /// Reads the clocks.
    pub fn now() -> Self {
        Self { wall: since_1970(SystemTime::now()), monotonic: Instant::now() }
    }
}

fn since_1970(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// When bytes arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrivalTime {
    /// The system clock's time since 1970.
    pub at: Duration,
    /// Where `at` comes from.
    pub source: Source,
    /// When the bytes were read.
    pub read: Reading,
}

impl ArrivalTime {
    /// The time of a read whose bytes have no other.
    pub fn of_read(read: Reading) -> Self {
        Self { at: read.wall, source: Source::Read, read }
    }

    /// Returns how long the bytes waited in the kernel until they were read; `None` if the kernel gave no time.
    pub fn waited(&self) -> Option<Duration> {
        match self.source {
            Source::Kernel => Some(self.read.wall.saturating_sub(self.at)),
            Source::Read => None,
        }
    }

    /// Returns the arrival by the monotonic clock.
    pub fn monotonic(&self) -> Instant {
        let waited = self.waited().unwrap_or_default();
        self.read.monotonic.checked_sub(waited).unwrap_or(self.read.monotonic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_shows_1970() {
        assert_eq!(since_1970(UNIX_EPOCH - Duration::from_secs(86400)), Duration::ZERO);
    }
}
