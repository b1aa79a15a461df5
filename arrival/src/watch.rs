//! Decides which times to believe.

use std::time::Duration;

use crate::{ArrivalTime, Reading, Source};

/// How far the system clock may move against the monotonic one between two reads. The two clocks tick at the same
/// rate, even while NTP slews them, so that only a step moves one of them alone (clock_gettime(2)). But they are read
/// one after the other, and the program may be interrupted in between.
const STEP_MIN: Duration = Duration::from_millis(1);

/// Watches the system clock for steps, from read to read.
///
/// A kernel time is a reading of the system clock in the past. Bytes may wait for long before they are read: a client
/// that is held back, a server that was stopped. So age is no reason to doubt a kernel time. But if the clock was
/// stepped after the arrival, the time no longer means anything.
#[derive(Debug, Clone, Copy)]
pub struct ClockWatch {
    last: Reading,
}

/// A read, as far as its kernel times can be believed.
#[derive(Debug, Clone, Copy)]
pub struct Read {
    at: Reading,
    is_steady: bool,
}

impl ClockWatch {
    /// Begins to watch.
    pub fn new(now: Reading) -> Self {
        Self { last: now }
    }

    /// Returns whether the clock seems to have been stepped since the last read.
    pub fn has_stepped(&self, now: Reading) -> bool {
        // The difference of the differences, whichever side it's on.
        let wall_passed = now.wall.checked_sub(self.last.wall);
        let passed = now.monotonic.saturating_duration_since(self.last.monotonic);
        wall_passed.is_none_or(|wall_passed| wall_passed.abs_diff(passed) > STEP_MIN)
    }

    /// Takes note of a read that returned at `now`.
    pub fn read(&mut self, now: Reading) -> Read {
        let is_steady = !self.has_stepped(now);
        self.last = now;
        Read { at: now, is_steady }
    }

    /// Reads the clocks and takes note of a read that has just returned.
    pub fn read_now(&mut self) -> Read {
        let mut now = Reading::now();
        if self.has_stepped(now) {
            // Perhaps the program was interrupted between the two clocks.
            now = Reading::now();
        }
        self.read(now)
    }
}

impl Read {
    /// Returns when the read returned.
    pub fn at(&self) -> Reading {
        self.at
    }

    /// Returns when bytes of this read arrived.
    ///
    /// That's the kernel's time, unless there is none, it's after the read, it's before `not_before`, or the system
    /// clock was stepped since the read before. Then it's the time of the read.
    pub fn arrival(&self, kernel: Option<Duration>, not_before: Duration) -> ArrivalTime {
        match kernel {
            Some(at) if self.is_steady && at >= not_before && at <= self.at.wall => {
                ArrivalTime { at, source: Source::Kernel, read: self.at }
            }
            _ => ArrivalTime::of_read(self.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::time::Instant;

    const MS: Duration = Duration::from_millis(1);

    /// A time of day of the system clock. The numbers are milliseconds.
    fn wall(ms: u32) -> Duration {
        Duration::from_secs(1_795_370_820) + MS * ms
    }

    /// The reads of a test, each at a time of the system clock and of the monotonic one.
    struct Reads {
        epoch: Instant,
        watch: ClockWatch,
    }

    impl Reads {
        fn new() -> Self {
            let epoch = Instant::now();
            Self { epoch, watch: ClockWatch::new(Reading { wall: wall(5000), monotonic: epoch }) }
        }

        fn read(&mut self, wall_ms: u32, monotonic_ms: u32) -> Read {
            self.watch.read(Reading { wall: wall(wall_ms), monotonic: self.epoch + MS * monotonic_ms })
        }
    }

    fn kernel(ms: u32, read: &Read) -> ArrivalTime {
        ArrivalTime { at: wall(ms), source: Source::Kernel, read: read.at }
    }

    #[test]
    fn the_kernels_time_is_taken_however_old_it_is() {
        let mut reads = Reads::new();
        for waited in [0, 50, 3000] {
            let read = reads.read(8000, 3000);
            let arrival = read.arrival(Some(wall(8000 - waited)), Duration::ZERO);
            assert_eq!(arrival, kernel(8000 - waited, &read));
            assert_eq!(arrival.waited(), Some(MS * waited));
            assert_eq!(arrival.monotonic(), reads.epoch + MS * (3000 - waited));
        }
    }

    #[test]
    fn bytes_may_have_come_before_their_connection_was_accepted() {
        let read = Reads::new().read(5001, 1);
        assert_eq!(read.arrival(Some(wall(4000)), Duration::ZERO), kernel(4000, &read));
    }

    #[test]
    fn without_a_kernel_time_it_is_the_reads() {
        let read = Reads::new().read(6000, 1000);
        let arrival = read.arrival(None, Duration::ZERO);
        assert_eq!((arrival.at, arrival.source), (wall(6000), Source::Read));
        assert_eq!(arrival.waited(), None);
        assert_eq!(arrival.monotonic(), read.at.monotonic);
    }

    #[test]
    fn a_time_after_the_read_or_before_the_last_one_is_not_believed() {
        let read = Reads::new().read(6000, 1000);
        for impossible in [6001, 5499] {
            let arrival = read.arrival(Some(wall(impossible)), wall(5500));
            assert_eq!((arrival.at, arrival.source), (wall(6000), Source::Read));
        }
        for possible in [6000, 5500] {
            assert_eq!(read.arrival(Some(wall(possible)), wall(5500)).source, Source::Kernel);
        }
    }

    #[test]
    fn after_a_step_of_the_clock_one_read_is_not_believed() {
        // Forwards by an hour, backwards by two seconds, and while the computer slept: then the monotonic clock stood
        // still.
        for stepped_to in [3_606_000, 4_000, 90_000] {
            let mut reads = Reads::new();
            assert_eq!(
                reads.read(5900, 900).arrival(Some(wall(5900)), Duration::ZERO).source,
                Source::Kernel
            );
            let read = reads.read(stepped_to, 1000);
            let arrival = read.arrival(Some(wall(stepped_to - 50)), Duration::ZERO);
            assert_eq!((arrival.at, arrival.source), (wall(stepped_to), Source::Read));
            let next = reads.read(stepped_to + 100, 1100);
            assert_eq!(next.arrival(Some(wall(stepped_to + 60)), arrival.at), kernel(stepped_to + 60, &next));
        }
    }

    #[test]
    fn the_time_between_the_readings_of_two_clocks_is_no_step() {
        let mut reads = Reads::new();
        assert!(reads.read(3_605_001, 3_600_000).is_steady);
        assert!(reads.read(3_606_000, 3_601_000).is_steady);
        assert!(!reads.read(3_607_002, 3_602_000).is_steady);
    }
}
