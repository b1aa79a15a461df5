//! Which datagrams get no answer, so that the service is never half of a loop, nor an amplifier. No socket,
//! no clock.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use wirestamp_protocol::{Format, Recognizer};

use super::MAX_DATAGRAM;
use super::rate::RateLimit;

/// The first port that is no well-known one (RFC 6335, 6). Below are the services that answer anything, echo
/// and chargen and the like, and no client.
const FIRST_CLIENT_PORT: u16 = 1024;

/// Why a datagram gets no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Silence {
    /// It came from a well-known port, so from a service, not from a client.
    LowPort,
    /// It was stamped before: another service like this one answers us.
    Stamped,
    /// Its reply would not fit into a datagram.
    TooLarge,
    /// Its source has had its replies for now.
    OverRate,
}

impl Silence {
    /// Each, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] = [Self::LowPort, Self::Stamped, Self::TooLarge, Self::OverRate];

    /// As the metrics name it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::LowPort => "low_port",
            Self::Stamped => "stamped",
            Self::TooLarge => "too_large",
            Self::OverRate => "over_rate",
        }
    }

    /// In words, for the log.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Self::LowPort => "it came from a port below 1024",
            Self::Stamped => "it was stamped before",
            Self::TooLarge => "its reply would not fit",
            Self::OverRate => "its source is over the rate",
        }
    }
}

pub(crate) struct Guard {
    recognizer: Recognizer,
    rate: Option<RateLimit>,
}

impl Guard {
    /// A guard of a service that stamps in `format`, and sends one source this many replies a second.
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
    ) -> Result<(), Silence> {
        if from.port() < FIRST_CLIENT_PORT {
            return Err(Silence::LowPort);
        }
        if self.recognizer.is_stamped(message) {
            return Err(Silence::Stamped);
        }
        if stamp + message.len() > MAX_DATAGRAM {
            return Err(Silence::TooLarge);
        }
        // Nobody is amplified at who has the loopback interface for a source.
        let limit = self.rate.as_mut().filter(|_| !from.ip().is_loopback());
        if limit.is_some_and(|limit| !limit.allows(from.ip(), now)) {
            return Err(Silence::OverRate);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: usize = 27;

    fn judge(guard: &mut Guard, message: &[u8], from: &str) -> Result<(), Silence> {
        guard.judge(message, STAMP, from.parse().unwrap(), Duration::ZERO)
    }

    fn guard() -> Guard {
        Guard::new(Format::default(), NonZeroU32::new(2))
    }

    #[test]
    fn clients_are_answered_an_empty_datagram_too() {
        let mut guard = guard();
        for from in ["192.0.2.1:1024", "[2001:db8::1]:65535"] {
            assert_eq!(judge(&mut guard, b"", from), Ok(()));
            assert_eq!(judge(&mut guard, b"hello", from), Ok(()));
        }
    }

    #[test]
    fn services_are_not() {
        for port in [7, 13, 19, 53, 1023] {
            let from = format!("127.0.0.1:{port}");
            assert_eq!(judge(&mut guard(), b"hello", &from), Err(Silence::LowPort));
        }
    }

    #[test]
    fn nor_is_what_was_stamped_before() {
        let message = b"[Sun Nov 22 18:07:00 2026] hello";
        assert_eq!(judge(&mut guard(), message, "127.0.0.1:5000"), Err(Silence::Stamped));
    }

    #[test]
    fn nor_is_what_would_not_fit() {
        let most = vec![b'x'; MAX_DATAGRAM - STAMP];
        assert_eq!(judge(&mut guard(), &most, "127.0.0.1:5000"), Ok(()));
        let over = vec![b'x'; MAX_DATAGRAM - STAMP + 1];
        assert_eq!(judge(&mut guard(), &over, "127.0.0.1:5000"), Err(Silence::TooLarge));
    }

    #[test]
    fn a_source_beyond_loopback_is_held_to_its_rate() {
        let mut guard = guard();
        let mut answered = |from| (0..100).filter(|_| judge(&mut guard, b"x", from).is_ok()).count();
        assert_eq!(answered("192.0.2.1:5000"), 2);
        assert_eq!(answered("192.0.2.1:5001"), 0, "the address counts, not the port");
        assert_eq!(answered("127.0.0.1:5000"), 100);
        assert_eq!(answered("[::1]:5000"), 100);
    }
}
