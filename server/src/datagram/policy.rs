//! Decides which datagrams are dropped, so that the service can't be part of a loop or an amplifier. There is no
//! socket and no clock here.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use wirestamp_protocol::{Format, Recognizer};

use super::MAX_DATAGRAM;
use super::rate::RateLimit;
use crate::journal::DropReason;

/// The first port above the well-known ones (RFC 6335, 6). Clients don't use well-known ports, but services that
/// answer anything do, such as echo and chargen.
const FIRST_CLIENT_PORT: u16 = 1024;

/// Decides which datagrams get a reply.
pub(crate) struct ReplyPolicy {
    recognizer: Recognizer,
    rate: Option<RateLimit>,
}

impl ReplyPolicy {
    /// Creates the policy of a service that stamps in `format` and sends at most `rate` replies per second to one
    /// source.
    pub(crate) fn new(format: Format, rate: Option<NonZeroU32>) -> Self {
        Self { recognizer: Recognizer::new(format), rate: rate.map(RateLimit::new) }
    }

    /// Decides whether `message` gets a reply with a stamp of `stamp` bytes. `now` is the time since the start.
    ///
    /// # Errors
    /// Why the datagram is dropped.
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
        // Loopback needs no limit, because its replies don't reach other computers.
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
    fn datagrams_from_clients_are_answered_even_empty_ones() {
        let mut policy = policy();
        for from in ["192.0.2.1:1024", "[2001:db8::1]:65535"] {
            assert_eq!(judge(&mut policy, b"", from), Ok(()));
            assert_eq!(judge(&mut policy, b"hello", from), Ok(()));
        }
    }

    #[test]
    fn datagrams_from_well_known_ports_are_dropped() {
        for port in [7, 13, 19, 53, 1023] {
            let from = format!("127.0.0.1:{port}");
            assert_eq!(judge(&mut policy(), b"hello", &from), Err(DropReason::LowPort));
        }
    }

    #[test]
    fn datagrams_that_have_a_stamp_are_dropped() {
        let message = b"[Sun Nov 22 18:07:00 2026] hello";
        assert_eq!(judge(&mut policy(), message, "127.0.0.1:5000"), Err(DropReason::Stamped));
    }

    #[test]
    fn datagrams_whose_reply_would_not_fit_are_dropped() {
        let most = vec![b'x'; MAX_DATAGRAM - STAMP];
        assert_eq!(judge(&mut policy(), &most, "127.0.0.1:5000"), Ok(()));
        let over = vec![b'x'; MAX_DATAGRAM - STAMP + 1];
        assert_eq!(judge(&mut policy(), &over, "127.0.0.1:5000"), Err(DropReason::TooLarge));
    }

    #[test]
    fn every_source_except_loopback_has_a_limited_rate() {
        let mut policy = policy();
        let mut answered = |from| (0..100).filter(|_| judge(&mut policy, b"x", from).is_ok()).count();
        assert_eq!(answered("192.0.2.1:5000"), 2);
        assert_eq!(answered("192.0.2.1:5001"), 0, "the address counts, not the port");
        assert_eq!(answered("127.0.0.1:5000"), 100);
        assert_eq!(answered("[::1]:5000"), 100);
    }
}
