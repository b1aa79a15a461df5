//! Writes the stamp, `[Sun Nov 22 18:07:00 2026] `, and splits it off again.

use crate::{Format, Moment};

/// Writes stamps in one format, and caches the last: stamps are formatted once a second, or once a read if
/// the format shows fractions of a second.
#[derive(Debug)]
pub struct Stamper {
    format: Format,
    /// The time that `text` shows.
    shown: Option<Moment>,
    text: String,
}

impl Stamper {
    /// Creates a writer of stamps in this format.
    pub fn new(format: Format) -> Self {
        Self { format, shown: None, text: String::new() }
    }

    /// Returns the stamp for a message whose last byte arrived at the time `at`, with its brackets and the
    /// space that follows: 27 bytes in the format `ctime`, and at most 131.
    pub fn prefix(&mut self, at: impl Into<Moment>) -> &[u8] {
        let at = at.into();
        if !self.shown.is_some_and(|shown| self.looks_like(shown, at)) {
            self.text.clear();
            self.text.push('[');
            self.format.write(at.date_time(), &mut self.text);
            self.text.push_str("] ");
            self.shown = Some(at);
        }
        self.text.as_bytes()
    }

    /// Returns the length of the longest prefix, in bytes.
    pub(crate) fn longest(&self) -> usize {
        self.format.longest() + 3
    }

    fn looks_like(&self, shown: Moment, at: Moment) -> bool {
        match self.format.has_whole_seconds() {
            true => shown.second() == at.second() && shown.offset() == at.offset(),
            false => shown == at,
        }
    }
}

/// Splits a reply into what's between its brackets and the message after them. Returns `None` if it doesn't
/// begin with a stamp.
///
/// ```
/// let reply = b"[Sun Nov 22 18:07:00 2026] hello";
/// let (stamp, message) = wirestamp_protocol::split_stamp(reply).unwrap();
/// assert_eq!(stamp, b"Sun Nov 22 18:07:00 2026");
/// assert_eq!(message, b"hello");
/// ```
pub fn split_stamp(reply: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = reply.strip_prefix(b"[")?;
    // Not memmem: it would be several times the size of everything else that the page uses of this crate.
    let end = memchr::memchr_iter(b']', inside).find(|end| inside.get(end + 1) == Some(&b' '))?;
    Some((&inside[..end], &inside[end + 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, FixedOffset, TimeZone};

    fn at(seconds: i64, offset: i32) -> DateTime<FixedOffset> {
        FixedOffset::east_opt(offset).unwrap().timestamp_opt(seconds, 0).unwrap()
    }

    fn stamper() -> Stamper {
        Stamper::new(Format::default())
    }

    #[test]
    fn the_default_stamp_is_ctimes_in_brackets() {
        assert_eq!(stamper().prefix(at(1_795_370_820, 0)), b"[Sun Nov 22 18:07:00 2026] ");
    }

    #[test]
    fn the_day_is_padded_with_a_space() {
        assert_eq!(stamper().prefix(at(1_762_000_000, 0)), b"[Sat Nov  1 12:26:40 2025] ");
    }

    #[test]
    fn the_stamp_shows_the_time_at_its_offset() {
        assert_eq!(stamper().prefix(at(1_795_370_820, 3600)), b"[Sun Nov 22 19:07:00 2026] ");
    }

    #[test]
    fn a_new_second_or_a_new_offset_makes_a_new_stamp() {
        let mut stamper = stamper();
        let first = stamper.prefix(at(0, 0)).to_vec();
        assert_eq!(stamper.prefix(at(0, 0)), first);
        assert_ne!(stamper.prefix(at(1, 0)), first);
        assert_ne!(stamper.prefix(at(0, 60)), first);
        assert_eq!(stamper.prefix(at(0, 0)), first);
    }

    #[test]
    fn a_format_with_fractions_shows_each_nanosecond() {
        let mut stamper = Stamper::new("unix".parse().unwrap());
        assert_eq!(stamper.prefix(at(0, 0)), b"[0.000000000] ");
        assert_eq!(stamper.prefix(at(0, 0) + chrono::TimeDelta::nanoseconds(1)), b"[0.000000001] ");
    }

    #[test]
    fn a_reply_without_a_stamp_is_not_split() {
        for reply in [&b""[..], b"[", b"hello", b"[Sun", b"[Sun]", b" [Sun] x"] {
            assert_eq!(split_stamp(reply), None, "{reply:?}");
        }
    }

    #[test]
    fn brackets_in_the_message_are_left_alone() {
        assert_eq!(split_stamp(b"[then] [now] x"), Some((&b"then"[..], &b"[now] x"[..])));
    }
}
