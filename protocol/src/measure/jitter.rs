//! How much round trips vary.

/// The interarrival jitter of RFC 3550, section 6.4.1: J += (|D| - J) / 16.
///
/// In the RFC, D is how much longer one packet travelled than the one before it, by two clocks that need not
/// agree. Here it is the difference between successive round trips, in the order in which their replies came,
/// by one clock. It therefore covers both directions, and the time the service takes.
///
/// The unit is the caller's: the jitter is in that of the round trips.
///
/// ```
/// let mut jitter = wirestamp_protocol::measure::Jitter::default();
/// [5.0, 21.0].map(|round_trip| jitter.push(round_trip));
/// assert_eq!(jitter.value(), 1.0);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Jitter {
    last: Option<f64>,
    value: f64,
}

impl Jitter {
    /// Adds the next round trip.
    pub fn push(&mut self, round_trip: f64) {
        if let Some(last) = self.last.replace(round_trip) {
            self.value += ((round_trip - last).abs() - self.value) / 16.0;
        }
    }

    /// The jitter so far: 0 until there are two round trips to compare.
    pub fn value(&self) -> f64 {
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(round_trips: &[f64]) -> f64 {
        let mut jitter = Jitter::default();
        round_trips.iter().for_each(|round_trip| jitter.push(*round_trip));
        jitter.value()
    }

    #[test]
    fn it_moves_a_sixteenth_toward_each_difference() {
        assert_eq!(after(&[5.0, 5.0, 5.0]), 0.0);
        assert_eq!(after(&[5.0, 21.0, 5.0]), 1.0 + 15.0 / 16.0);
        // |D| is 16, 0 and 32: J is 1, then 1 - 1/16 = 0.9375, then 0.9375 + 31.0625/16.
        assert_eq!(after(&[10.0, 26.0, 26.0, 58.0]), 2.878_906_25);
    }

    #[test]
    fn it_takes_two_round_trips() {
        assert_eq!((after(&[]), after(&[10.0])), (0.0, 0.0));
    }
}
