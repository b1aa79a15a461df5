//! Which datagrams are dropped, so that the service is never half of a loop, nor an amplifier. No socket, no
//! clock.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use wirestamp_protocol::{Format, Recognizer};

use super::MAX_DATAGRAM;
use super::rate::RateLimit;
use crate::journal::DropReason;

/// The first port above the well-known ones (RFC 6335, 6). Below are services that answer anything, such as echo and
/// chargen, and no clients.
const FIRST_CLIENT_PORT: u16 = 1024;

/// What a service answers.
pub(crate) struct ReplyPolicy {
    recognizer: Recognizer,
    rate: Option<RateLimit>,
}

impl ReplyPolicy {
    /// The policy of a service that stamps in `format`, and sends one source `rate` replies a second.
    pub(crate) fn new(format: Format, rate: Option<NonZeroU32>) -> Self {
        Self { recognizer: Recognizer::new(format), rate: rate.map(RateLimit::new) }
    }

    /// Whether `message` is to be answered, with a stamp of this length; `now` is the time since the start.
    pub(crate) fn judge(
        &mut self,
        message: &[u8],
        stamp: usize,
        from: SocketAddr,
        now: Duration,
    ) -> Result<(), DropReason> {
        if from.port() < FIRST_CLIENT_PORT {
            return Err(DropReason::LowPort);
        }
        if self.recognizer.is_stamped(message) {
            return Err(DropReason::Stamped);
        }
        if stamp + message.len() > MAX_DATAGRAM {
            return Err(DropReason::TooLarge);
        }
        // A datagram from loopback amplifies nothing towards anybody else.
        let limit = self.rate.as_mut().filter(|_| !from.ip().is_loopback());
        if limit.is_some_and(|limit| !limit.allows(from.ip(), now)) {
            return Err(DropReason::OverRate);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: usize = 27;

    fn judge(policy: &mut ReplyPolicy, message: &[u8], from: &str) -> Result<(), DropReason> {
        policy.judge(message, STAMP, from.parse().unwrap(), Duration::ZERO)
    }

    fn policy() -> ReplyPolicy {
        ReplyPolicy::new(Format::default(), NonZeroU32::new(2))
    }

    #[test]
    fn clients_are_answered_an_empty_datagram_too() {
        let mut policy = policy();
        for from in ["192.0.2.1:1024", "[2001:db8::1]:65535"] {
            assert_eq!(judge(&mut policy, b"", from), Ok(()));
            assert_eq!(judge(&mut policy, b"hello", from), Ok(()));
        }
    }

    #[test]
    fn services_are_not() {
        for port in [7, 13, 19, 53, 1023] {
            let from = format!("127.0.0.1:{port}");
            assert_eq!(judge(&mut policy(), b"hello", &from), Err(DropReason::LowPort));
        }
    }

    #[test]
    fn nor_is_what_was_stamped_before() {
        let message = b"[Sun Nov 22 18:07:00 2026] hello";
        assert_eq!(judge(&mut policy(), message, "127.0.0.1:5000"), Err(DropReason::Stamped));
    }

    #[test]
    fn nor_is_what_would_not_fit() {
        let most = vec![b'x'; MAX_DATAGRAM - STAMP];
        assert_eq!(judge(&mut policy(), &most, "127.0.0.1:5000"), Ok(()));
        let over = vec![b'x'; MAX_DATAGRAM - STAMP + 1];
        assert_eq!(judge(&mut policy(), &over, "127.0.0.1:5000"), Err(DropReason::TooLarge));
    }

    #[test]
    fn a_source_beyond_loopback_is_held_to_its_rate() {
        let mut policy = policy();
        let mut answered = |from| (0..100).filter(|_| judge(&mut policy, b"x", from).is_ok()).count();
        assert_eq!(answered("192.0.2.1:5000"), 2);
        assert_eq!(answered("192.0.2.1:5001"), 0, "the address counts, not the port");
        assert_eq!(answered("127.0.0.1:5000"), 100);
        assert_eq!(answered("[::1]:5000"), 100);
    }
}
