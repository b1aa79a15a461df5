//! How long to wait before trying to connect again. The waiting itself is done elsewhere.

/// The wait before the first retry, in seconds.
const FIRST: u32 = 1;

/// The longest wait, in seconds: short enough to sit through, long enough not to burden a server that is down.
const LONGEST: u32 = 30;

/// Waits that double from one second to thirty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    next: u32,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Backoff {
    /// How many seconds to wait this time. The next wait is twice as long.
    pub fn wait(&mut self) -> u32 {
        let wait = self.next;
        self.next = (wait * 2).min(LONGEST);
        wait
    }

    /// Starts over: the service answered, so the next loss is a new one.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_thirty_seconds() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.wait()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
    }

    #[test]
    fn after_a_reset_it_begins_again() {
        let mut backoff = Backoff::default();
        backoff.wait();
        backoff.wait();
        backoff.reset();
        assert_eq!(backoff.wait(), 1);
    }
}
