//! When a session's bytes were read, coarsely enough to keep it for thousands of sessions.

use wirestamp_protocol::event::Timestamp;

use super::picture::tick;

/// How many spans of time are kept.
const SPANS: usize = 32;

/// How long a span is at first, in nanoseconds: 1/32 s, so that the first picture is of a second.
const FIRST: u64 = 31_250_000;

/// The number of reads in each span of a session's life. When it gets longer, the spans do.
#[derive(Debug, Clone)]
pub struct Activity {
    began: Timestamp,
    span: u64,
    reads: [u16; SPANS],
}

impl Activity {
    /// Starts to count at this time.
    pub fn new(began: Timestamp) -> Self {
        Self { began, span: FIRST, reads: [0; SPANS] }
    }

    /// Counts a read. One from before the start counts as the first.
    pub fn read(&mut self, at: Timestamp) {
        let after = nanos(at, self.began);
        while after / self.span >= SPANS as u64 {
            for half in 0..SPANS / 2 {
                self.reads[half] = self.reads[2 * half].saturating_add(self.reads[2 * half + 1]);
            }
            self.reads[SPANS / 2..].fill(0);
            self.span *= 2;
        }
        if let Some(count) = self.reads.get_mut((after / self.span) as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// An SVG path of upright lines, one for each span in which something was read, in a box of this height and 64
    /// units of width.
    pub fn path(&self, height: f64) -> String {
        let most = f64::from(self.reads.iter().copied().max().unwrap_or_default());
        let mut path = String::new();
        for (at, count) in self.reads.iter().enumerate().filter(|(_, count)| **count > 0) {
            // At least two units are seen.
            let length = (f64::from(*count) / most * height).max(2.0);
            tick(&mut path, 2.0 * at as f64 + 1.0, height, -length);
        }
        path
    }
}

/// The nanoseconds from one time to a later one: at most 584 years.
pub(super) fn nanos(later: Timestamp, earlier: Timestamp) -> u64 {
    let between = later - earlier;
    between.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(between.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp(Duration::from_millis(1_000_000 + ms))
    }

    #[test]
    fn a_longer_life_is_seen_more_coarsely() {
        let mut activity = Activity::new(at(0));
        activity.read(at(0));
        activity.read(at(999));
        assert_eq!(activity.path(10.0), "M1 10v-10M63 10v-10");
        activity.read(at(1000));
        assert_eq!(activity.path(10.0), "M1 10v-10M31 10v-10M33 10v-10");
        activity.read(at(3_600_000));
        assert!(activity.path(10.0).starts_with("M1 10v-10M"), "{}", activity.path(10.0));
        assert_eq!(activity.reads.iter().sum::<u16>(), 4);
    }

    #[test]
    fn clocks_that_jump_do_no_harm() {
        let mut activity = Activity::new(at(0));
        activity.read(Timestamp::default());
        activity.read(Timestamp(Duration::MAX));
        assert_eq!(activity.reads.iter().sum::<u16>(), 2);
    }
}
