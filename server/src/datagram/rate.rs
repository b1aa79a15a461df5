//! Limits how many replies a source gets, in a fixed amount of memory. There is no clock here: the time is
//! passed in.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::time::Duration;

/// A token bucket for each source, which holds the replies of some seconds.
///
/// Sources that fall into the same bucket share its rate, so the rate is never exceeded. The hash has a random key,
/// so nobody outside knows which sources share a bucket.
pub(crate) struct RateLimit<S> {
    per_second: f64,
    most: f64,
    buckets: Box<[Bucket]>,
    hasher: RandomState,
    /// The last source, and its bucket.
    last: Option<(S, usize)>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    /// When `tokens` was last updated, since the limit's start.
    at: Duration,
}

impl<S: Hash + Eq> RateLimit<S> {
    /// A limit whose sources save up what they don't use, for this many seconds. It has this many buckets of 24
    /// bytes, however many sources there are.
    pub(crate) fn new(per_second: NonZeroU32, saved_seconds: u32, buckets: usize) -> Self {
        let per_second = f64::from(per_second.get());
        let most = per_second * f64::from(saved_seconds);
        let full = Bucket { tokens: most, at: Duration::ZERO };
        let buckets = vec![full; buckets].into_boxed_slice();
        Self { per_second, most, buckets, hasher: RandomState::new(), last: None }
    }

    /// Whether another reply may go to `source`. `now` is the time since the limit's start.
    pub(crate) fn allows(&mut self, source: S, now: Duration) -> bool {
        // Datagrams of one source often come together.
        let index = match &self.last {
            Some((last, index)) if *last == source => *index,
            _ => {
                let index = self.hasher.hash_one(&source) as usize % self.buckets.len();
                self.last = Some((source, index));
                index
            }
        };
        let bucket = &mut self.buckets[index];
        let earned = now.saturating_sub(bucket.at).as_secs_f64() * self.per_second;
        bucket.tokens = (bucket.tokens + earned).min(self.most);
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

    const BUCKETS: usize = 1 << 16;

    fn limit<S: Hash + Eq>(per_second: u32) -> RateLimit<S> {
        RateLimit::new(NonZeroU32::new(per_second).unwrap(), 1, BUCKETS)
    }

    fn allowed<'a>(limit: &mut RateLimit<&'a str>, source: &'a str, times: u32, now: Duration) -> u32 {
        (0..times).map(|_| u32::from(limit.allows(source, now))).sum()
    }

    #[test]
    fn a_source_gets_what_it_has_saved_up_at_once_and_then_its_rate() {
        let mut limit = RateLimit::new(NonZeroU32::new(10).unwrap(), 60, BUCKETS);
        assert_eq!(allowed(&mut limit, "it", 1000, Duration::ZERO), 600);
        assert_eq!(allowed(&mut limit, "it", 1000, Duration::from_secs(1)), 10);
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
    fn a_million_sources_get_no_more_than_the_table_holds() {
        let mut limit = limit(1);
        let served: u32 = (0..1_000_000u32).map(|n| u32::from(limit.allows(n, Duration::ZERO))).sum();
        assert!(served as usize <= BUCKETS, "{served}");
    }
}
