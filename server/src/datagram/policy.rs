//! Decides which datagrams are dropped, so that the service is of little use in a loop or as an amplifier. There is no
//! socket and no clock here.
//!
//! Two timestamp services fall silent at once, because datagrams with a stamp are dropped. With other services that
//! answer anything, one forged datagram starts a loop that looks like a client. But a loop ends with the first datagram
//! that is dropped, because each waits for the other, while a client goes on. So a limit on the rate ends every loop
//! that is faster.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use wirestamp_protocol::{Format, Recognizer};

use super::MAX_DATAGRAM;
use super::rate::RateLimit;
use crate::journal::DropReason;

/// The first port above the well-known ones (RFC 6335, 6). Clients don't use well-known ports, but services that
/// answer anything do, such as echo and chargen.
const FIRST_CLIENT_PORT: u16 = 1024;

/// The number of sources that are told apart. On loopback there are fewer.
const BUCKETS: usize = 1 << 16;
const LOOPBACK_BUCKETS: usize = 1 << 12;

/// How many seconds of replies a source on loopback saves up. Load tests take more at once than they may in the long
/// run.
const LOOPBACK_SAVED: u32 = 250;

/// The most replies per second to one source; `None` means no limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    /// On other computers, where a source is an address.
    pub(crate) remote: Option<NonZeroU32>,
    /// On loopback, where a source is a socket, and saves up the replies of [`LOOPBACK_SAVED`] seconds.
    pub(crate) loopback: Option<NonZeroU32>,
}

/// Decides which datagrams get a reply.
pub(crate) struct ReplyPolicy {
    recognizer: Recognizer,
    remote: Option<RateLimit<u64>>,
    loopback: Option<RateLimit<SocketAddr>>,
}

impl ReplyPolicy {
    /// Creates the policy of a service that stamps in `format` and sends replies at these rates.
    pub(crate) fn new(format: Format, rates: Rates) -> Self {
        Self {
            recognizer: Recognizer::new(format),
            remote: rates.remote.map(|rate| RateLimit::new(rate, 1, BUCKETS)),
            loopback: rates.loopback.map(|rate| RateLimit::new(rate, LOOPBACK_SAVED, LOOPBACK_BUCKETS)),
        }
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
        let allowed = match (from.ip().is_loopback(), &mut self.loopback, &mut self.remote) {
            (true, Some(limit), _) => limit.allows(from, now),
            (false, _, Some(limit)) => limit.allows(network(from.ip()), now),
            _ => true,
        };
        if allowed { Ok(()) } else { Err(DropReason::OverRate) }
    }
}

/// What one customer has: an IPv4 address, or an IPv6 /64.
fn network(source: IpAddr) -> u64 {
    match source {
        IpAddr::V4(ip) => u64::from(ip.to_bits()),
        IpAddr::V6(ip) => (ip.to_bits() >> 64) as u64,
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
        ReplyPolicy::new(
            Format::default(),
            Rates { remote: NonZeroU32::new(2), loopback: NonZeroU32::new(2000) },
        )
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
    fn an_address_has_a_limited_rate_and_on_loopback_a_socket_has_a_larger_one() {
        let mut policy = policy();
        let mut answered = |from| (0..600_000).filter(|_| judge(&mut policy, b"x", from).is_ok()).count();
        assert_eq!(answered("192.0.2.1:5000"), 2);
        assert_eq!(answered("192.0.2.1:5001"), 0, "the address counts, not the port");
        assert_eq!(answered("[2001:db8::1]:5000"), 2);
        assert_eq!(answered("[2001:db8::2]:5000"), 0, "a /64 is one source");
        assert_eq!(answered("127.0.0.1:5000"), 500_000);
        assert_eq!(answered("[::1]:5000"), 500_000);
    }

    /// How many of `most` datagrams from one socket on loopback, `every` so often, are answered before one is dropped.
    fn answered_in_a_row(policy: &mut ReplyPolicy, every: Duration, most: u32) -> u32 {
        let from = "127.0.0.1:5000".parse().unwrap();
        let dropped = (0..most).find(|n| policy.judge(b"fixed", STAMP, from, every * *n).is_err());
        dropped.unwrap_or(most)
    }

    #[test]
    fn on_loopback_a_fast_loop_ends_and_a_client_with_a_pace_goes_on() {
        let loop_of_15_000_a_second = answered_in_a_row(&mut policy(), Duration::from_micros(66), 10_000_000);
        assert!(loop_of_15_000_a_second < 600_000, "{loop_of_15_000_a_second}");
        let an_hour_of_pings = 3_600_000;
        assert_eq!(
            answered_in_a_row(&mut policy(), Duration::from_millis(1), an_hour_of_pings),
            an_hour_of_pings
        );
        let a_load_of_two_seconds = 400_000;
        assert_eq!(
            answered_in_a_row(&mut policy(), Duration::from_micros(5), a_load_of_two_seconds),
            400_000
        );
    }

    #[test]
    fn without_rates_every_client_is_answered() {
        let mut policy = ReplyPolicy::new(Format::default(), Rates { remote: None, loopback: None });
        for from in ["192.0.2.1:5000", "127.0.0.1:5000"] {
            assert!((0..600_000).all(|_| judge(&mut policy, b"x", from).is_ok()));
        }
    }
}
