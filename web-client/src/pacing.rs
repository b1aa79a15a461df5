//! When the next announcement may be made. Time is passed in.

/// What to announce now.
#[derive(Debug, Clone, PartialEq)]
pub enum Announcement {
    /// Nothing.
    Nothing,
    /// Nothing yet; ask again in this many milliseconds.
    Later(f64),
    /// These words.
    Now(String),
}

/// Allows one action per interval.
#[derive(Debug, Clone)]
pub struct Throttle {
    every: f64,
    last: f64,
}

impl Throttle {
    /// The first action is allowed at once, each further one `every` milliseconds after the last.
    pub fn new(every: f64) -> Self {
        Self { every, last: f64::NEG_INFINITY }
    }

    /// Allows an action at `now` and returns `None`, or returns how many milliseconds to wait.
    pub fn take(&mut self, now: f64) -> Option<f64> {
        let left = self.last + self.every - now;
        if left > 0.0 {
            return Some(left);
        }
        self.last = now;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_apart_from_the_last_that_was_taken() {
        let mut throttle = Throttle::new(100.0);
        assert_eq!(throttle.take(5.0), None);
        assert_eq!(throttle.take(30.0), Some(75.0));
        assert_eq!(throttle.take(110.0), None);
        assert_eq!(throttle.take(110.0), Some(100.0));
    }
}
