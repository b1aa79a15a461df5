//! Limits how many replies a source address gets, in a fixed amount of memory. There is no clock here: the time is
//! passed in.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

/// The number of buckets in the table: 65,536 of 24 bytes take 1.5 MiB, however many sources there are.
const BUCKETS: usize = 1 << 16;

/// A token bucket for each source address, which holds the replies of one second.
///
/// Sources that fall into the same bucket share its rate, so the rate is never exceeded. The hash has a random key,
/// so nobody outside knows which sources share a bucket. The addresses of an IPv6 /64 are one source, since a /64
/// is what one customer gets.
pub(crate) struct RateLimit {
    per_second: f64,
    buckets: Box<[Bucket]>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    /// When `tokens` was last updated, since the limit's start.
    at: Duration,
}

impl RateLimit {
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        let per_second = f64::from(per_second.get());
        let full = Bucket { tokens: per_second, at: Duration::ZERO };
        Self { per_second, buckets: vec![full; BUCKETS].into_boxed_slice(), hasher: RandomState::new() }
    }

    /// Whether another reply may go to `source`. `now` is the time since the limit's start.
    pub(crate) fn allows(&mut self, source: IpAddr, now: Duration) -> bool {
        let key = match source {
            IpAddr::V4(ip) => u64::from(ip.to_bits()),
            IpAddr::V6(ip) => (ip.to_bits() >> 64) as u64,
        };
        let index = self.hasher.hash_one(key) as usize % BUCKETS;
        let bucket = &mut self.buckets[index];
        let earned = now.saturating_sub(bucket.at).as_secs_f64() * self.per_second;
        bucket.tokens = (bucket.tokens + earned).min(self.per_second);
        bucket.at = now;
        let allowed = bucket.tokens >= 1.0;
        if allowed {
            bucket.tokens -= 1.0;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(per_second: u32) -> RateLimit {
        RateLimit::new(NonZeroU32::new(per_second).unwrap())
    }

    fn allowed(limit: &mut RateLimit, source: &str, times: u32, now: Duration) -> u32 {
        let source = source.parse().unwrap();
        (0..times).map(|_| u32::from(limit.allows(source, now))).sum()
    }

    #[test]
    fn a_source_gets_a_seconds_worth_at_once_and_then_its_rate() {
        let mut limit = limit(10);
        let source = "192.0.2.1";
        assert_eq!(allowed(&mut limit, source, 100, Duration::ZERO), 10);
        assert_eq!(allowed(&mut limit, source, 100, Duration::from_millis(500)), 5);
        assert_eq!(
            allowed(&mut limit, source, 100, Duration::from_secs(60)),
            10,
            "it saves up one second at most"
        );
    }

    #[test]
    fn one_source_does_not_use_up_the_replies_of_another() {
        let mut limit = limit(10);
        assert_eq!(allowed(&mut limit, "192.0.2.1", 100, Duration::ZERO), 10);
        // Not all of them, since two sources may share one of the 65,536 buckets.
        let served = ["192.0.2.2", "192.0.2.3", "2001:db8::1"]
            .map(|source| allowed(&mut limit, source, 1, Duration::ZERO))
            .iter()
            .sum::<u32>();
        assert!(served >= 2);
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_source() {
        let mut limit = limit(10);
        assert_eq!(allowed(&mut limit, "2001:db8::1", 100, Duration::ZERO), 10);
        assert_eq!(allowed(&mut limit, "2001:db8::2", 100, Duration::ZERO), 0);
    }

    #[test]
    fn a_million_sources_get_no_more_than_the_table_holds() {
        let mut limit = limit(1);
        let served: u32 = (0..1_000_000u32)
            .map(|n| u32::from(limit.allows(std::net::Ipv4Addr::from_bits(n).into(), Duration::ZERO)))
            .sum();
        assert!(served as usize <= BUCKETS, "{served}");
    }
}
