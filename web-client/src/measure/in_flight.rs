//! What awaits a reply, and whether it had to queue.

use std::collections::VecDeque;

/// How a message was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    /// By itself.
    Alone,
    /// By itself, but after messages of a burst.
    Behind,
    /// In a burst that lets several await their replies at a time.
    Burst,
}

/// The messages awaiting a reply. Replies come in the order of the messages.
#[derive(Debug, Default)]
pub(crate) struct InFlight(VecDeque<Sent>);

impl InFlight {
    /// A message was sent, perhaps in a burst that lets several await their replies at a time.
    pub(crate) fn sent(&mut self, in_burst: bool) {
        self.0.push_back(match in_burst {
            true => Sent::Burst,
            false if self.0.contains(&Sent::Burst) => Sent::Behind,
            false => Sent::Alone,
        });
    }

    /// The oldest message was answered. Returns whether it had to wait for others in a burst.
    pub(crate) fn answered(&mut self) -> bool {
        self.0.pop_front().is_some_and(|sent| sent != Sent::Alone)
    }

    /// Nothing will be answered any more.
    pub(crate) fn lose(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_by_themselves_do_not_queue_however_slow_the_replies_are() {
        let mut in_flight = InFlight::default();
        (0..3).for_each(|_| in_flight.sent(false));
        assert_eq!([(); 3].map(|()| in_flight.answered()), [false; 3]);
    }

    #[test]
    fn those_of_a_burst_queue_and_so_does_what_is_sent_behind_them() {
        let mut in_flight = InFlight::default();
        for in_burst in [false, true, false] {
            in_flight.sent(in_burst);
        }
        assert_eq!([(); 3].map(|()| in_flight.answered()), [false, true, true]);
        in_flight.sent(false);
        assert!(!in_flight.answered());
    }

    #[test]
    fn what_is_lost_is_forgotten() {
        let mut in_flight = InFlight::default();
        in_flight.sent(true);
        in_flight.lose();
        in_flight.sent(false);
        assert!(!in_flight.answered());
        assert!(!in_flight.answered(), "a reply to nothing");
    }
}
