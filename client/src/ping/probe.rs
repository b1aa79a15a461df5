//! Probes: messages that can be recognized in their replies.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes the probes of one run, and finds their sequence numbers in replies. Anything else, such as a reply
/// to another run or the greeting of a peer that speaks first, has none.
#[derive(Debug)]
pub(super) struct Probes {
    /// `ping 1a2b3c4d `, with the run's random number.
    mark: String,
    /// The length of a probe in bytes, if its sequence number fits.
    size: usize,
}

impl Probes {
    /// Creates the probes of a new run.
    pub(super) fn new(size: usize) -> Self {
        // The standard library's hashers have random keys.
        Self::of_run(RandomState::new().build_hasher().finish() as u32, size)
    }

    fn of_run(run: u32, size: usize) -> Self {
        Self { mark: format!("ping {run:08x} "), size }
    }

    /// Returns the probe with this sequence number, and a line feed.
    pub(super) fn line(&self, seq: u64) -> Vec<u8> {
        let mut line = format!("{}{seq}.", self.mark).into_bytes();
        line.resize(line.len().max(self.size), b'.');
        line.push(b'\n');
        line
    }

    /// Finds the sequence number of the probe that a reply repeats.
    pub(super) fn seq(&self, reply: &[u8]) -> Option<u64> {
        let at = memchr::memmem::find(reply, self.mark.as_bytes())? + self.mark.len();
        let end = at + memchr::memchr(b'.', &reply[at..])?;
        std::str::from_utf8(&reply[at..end]).ok()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_has_the_given_size_or_what_its_number_needs() {
        let line = Probes::of_run(0x1a2b, 20).line(7);
        assert_eq!(line, b"ping 00001a2b 7.....\n");
        assert_eq!(Probes::of_run(1, 0).line(1_000_000), b"ping 00000001 1000000.\n");
    }

    #[test]
    fn a_reply_is_recognized_by_its_sequence_number() {
        let probes = Probes::of_run(1, 56);
        let reply = |seq| [&b"[Sun Nov 22 18:07:00 2026] "[..], &probes.line(seq)].concat();
        for seq in [1, 17, u64::MAX] {
            assert_eq!(probes.seq(&reply(seq)), Some(seq));
        }
        assert_eq!(Probes::of_run(2, 56).seq(&reply(1)), None, "a probe of another run");
        for strange in [&b""[..], b"hello", b"ping 00000001 ", b"ping 00000001 12", b"ping 00000001 x."] {
            assert_eq!(probes.seq(strange), None);
        }
        assert_ne!(Probes::new(0).mark, Probes::new(0).mark);
    }
}
