//! How long to wait before trying to connect again. The waiting itself is done elsewhere.

/// The wait before the first retry, in seconds.
const FIRST: u32 = 1;

/// The longest wait, in seconds: short enough to sit through, long enough not to burden a server that is down.
const LONGEST: u32 = 30;

/// The longest wait for a server on this computer, in seconds. Whoever restarts it is watching, and an attempt that
/// fails costs nothing.
const LONGEST_ON_LOOPBACK: u32 = 2;

/// Waits that double from one second to thirty, or to two for a server on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    next: u32,
    longest: u32,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST, longest: LONGEST }
    }
}

impl Backoff {
    /// The waits for a server at this host, a name or an address as in a URL: without a port, and with brackets
    /// around IPv6.
    pub fn to(host: &str) -> Self {
        let longest = if is_loopback(host) { LONGEST_ON_LOOPBACK } else { LONGEST };
        Self { next: FIRST, longest }
    }

    /// How many seconds to wait this time. The next wait is twice as long.
    pub fn wait(&mut self) -> u32 {
        let wait = self.next;
        self.next = (wait * 2).min(self.longest);
        wait
    }

    /// Starts over: the service answered, so the next loss is a new one.
    pub fn reset(&mut self) {
        self.next = FIRST;
    }
}

/// Whether a host is this computer. Browsers write addresses in their shortest form, so there is only one for IPv6.
fn is_loopback(host: &str) -> bool {
    // A name may begin like an address: 127.example.com.
    let is_v4 = |host: &str| host.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
    host == "localhost" || host == "[::1]" || (host.starts_with("127.") && is_v4(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(mut backoff: Backoff) -> [u32; 8] {
        std::array::from_fn(|_| backoff.wait())
    }

    #[test]
    fn waits_double_up_to_thirty_seconds() {
        for elsewhere in [Backoff::default(), Backoff::to("example.com")] {
            assert_eq!(waits(elsewhere), [1, 2, 4, 8, 16, 30, 30, 30]);
        }
    }

    #[test]
    fn a_server_on_this_computer_is_never_left_waiting_for_more_than_two_seconds() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert_eq!(waits(Backoff::to(host)), [1, 2, 2, 2, 2, 2, 2, 2], "{host}");
        }
    }

    #[test]
    fn a_host_that_only_looks_like_this_computer_is_another() {
        for host in ["127.example.com", "localhost.example.com", "128.0.0.1", "12.7.0.1", "[::2]", ""] {
            assert_eq!(Backoff::to(host), Backoff::default(), "{host}");
        }
    }

    #[test]
    fn after_a_reset_it_begins_again() {
        for (host, next) in [("example.com", 4), ("localhost", 2)] {
            let mut backoff = Backoff::to(host);
            backoff.wait();
            backoff.wait();
            backoff.reset();
            assert_eq!([backoff.wait(), backoff.wait(), backoff.wait()], [1, 2, next]);
        }
    }
}
