//! What screen readers are told about replies: each reply while they arrive one at a time, and a count when they
//! arrive faster than they could be read out.

use super::exchanges::Exchanges;
use crate::pacing::{Announcement, Throttle};
use crate::text::escaped;

/// The shortest time between two announcements, in milliseconds.
const PAUSE: f64 = 1500.0;

/// How many bytes of a reply are read out.
const READ_OUT: usize = 200;

/// What has been announced.
#[derive(Debug)]
pub(super) struct Announcements {
    /// How many of all replies are covered so far.
    told: usize,
    throttle: Throttle,
}

impl Default for Announcements {
    fn default() -> Self {
        Self { told: 0, throttle: Throttle::new(PAUSE) }
    }
}

impl Announcements {
    /// The announcement due at `now`, which then counts as made.
    pub(super) fn look(&mut self, exchanges: &Exchanges, now: f64) -> Announcement {
        let replies = exchanges.replies();
        let new = replies - self.told;
        if new == 0 {
            return Announcement::Nothing;
        }
        if let Some(left) = self.throttle.take(now) {
            return Announcement::Later(left);
        }
        self.told = replies;
        match (new, exchanges.last_reply()) {
            (1, Some(reply)) => Announcement::Now(escaped(&reply[..reply.len().min(READ_OUT)])),
            (_, Some(_)) => Announcement::Now([&new.to_string(), " replies"].concat()),
            // It was cleared for good.
            (_, None) => Announcement::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(exchanges: &mut Exchanges, reply: &[u8]) {
        exchanges.sent(b"", 0.0);
        exchanges.received(reply, 0.0);
    }

    #[test]
    fn single_replies_are_read_out_and_many_are_counted() {
        let (mut said, mut exchanges) = (Announcements::default(), Exchanges::default());
        assert_eq!(said.look(&exchanges, 0.0), Announcement::Nothing);
        exchanges.sent(b"waits", 0.0);
        assert_eq!(said.look(&exchanges, 0.0), Announcement::Nothing);
        exchanges.received(b"[now] \x1b", 0.0);
        assert_eq!(said.look(&exchanges, 0.0), Announcement::Now(r"[now] \x1b".into()));
        (0..3).for_each(|_| answer(&mut exchanges, b"x"));
        assert_eq!(said.look(&exchanges, 500.0), Announcement::Later(1000.0));
        assert_eq!(said.look(&exchanges, 1500.0), Announcement::Now("3 replies".into()));
        assert_eq!(said.look(&exchanges, 9000.0), Announcement::Nothing);
    }

    #[test]
    fn neither_clearing_nor_its_undoing_is_a_reply_and_a_long_reply_is_cut() {
        let (mut said, mut exchanges) = (Announcements::default(), Exchanges::default());
        (0..5).for_each(|_| answer(&mut exchanges, b"x"));
        said.look(&exchanges, 0.0);
        exchanges.clear();
        assert_eq!(said.look(&exchanges, 2000.0), Announcement::Nothing);
        exchanges.restore();
        assert_eq!(said.look(&exchanges, 2000.0), Announcement::Nothing);
        answer(&mut exchanges, &[b'y'; 1000]);
        assert_eq!(said.look(&exchanges, 2000.0), Announcement::Now("y".repeat(READ_OUT)));
    }
}
