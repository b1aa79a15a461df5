//! The stamp: `[Sun Nov 22 18:07:00 2026] `, and taking it off again.

use chrono::{DateTime, FixedOffset};

/// C's `ctime(3)` without its line feed: the day of the month padded with a space.
const CTIME: &str = "[%a %b %e %H:%M:%S %Y] ";

/// Writes stamps, and keeps the last one: a second's worth of messages is formatted once.
#[derive(Debug, Default)]
pub struct Stamper {
    /// The second, and the offset from UTC in seconds, that `text` stands for.
    shown: Option<(i64, i32)>,
    text: String,
}

impl Stamper {
    /// The stamp of a message whose last byte was read `at` that time, with its brackets and the space that
    /// follows: 27 bytes.
    pub fn prefix(&mut self, at: DateTime<FixedOffset>) -> &[u8] {
        let key = (at.timestamp(), at.offset().local_minus_utc());
        if self.shown != Some(key) {
            self.text.clear();
            // Writing to a String fails only on a format that chrono refuses, and a test holds CTIME good.
            let _ = at.format(CTIME).write_to(&mut self.text);
            self.shown = Some(key);
        }
        self.text.as_bytes()
    }
}

/// Takes a reply apart: what stands between its brackets, and the message behind them. `None` if it does
/// not begin with a stamp.
///
/// ```
/// let reply = b"[Sun Nov 22 18:07:00 2026] hello";
/// let (stamp, message) = wirestamp_protocol::split_stamp(reply).unwrap();
/// assert_eq!(stamp, b"Sun Nov 22 18:07:00 2026");
/// assert_eq!(message, b"hello");
/// ```
pub fn split_stamp(reply: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = reply.strip_prefix(b"[")?;
    let end = memchr::memmem::find(inside, b"] ")?;
    Some((&inside[..end], &inside[end + 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn at(seconds: i64, offset: i32) -> DateTime<FixedOffset> {
        FixedOffset::east_opt(offset).unwrap().timestamp_opt(seconds, 0).unwrap()
    }

    #[test]
    fn a_stamp_is_what_ctime_writes_in_brackets() {
        assert_eq!(Stamper::default().prefix(at(1_795_370_820, 0)), b"[Sun Nov 22 18:07:00 2026] ");
    }

    #[test]
    fn the_day_is_padded_with_a_space() {
        assert_eq!(Stamper::default().prefix(at(1_762_000_000, 0)), b"[Sat Nov  1 12:26:40 2025] ");
    }

    #[test]
    fn the_offset_is_the_readers_own() {
        assert_eq!(Stamper::default().prefix(at(1_795_370_820, 3600)), b"[Sun Nov 22 19:07:00 2026] ");
    }

    #[test]
    fn a_new_second_or_a_new_offset_is_a_new_stamp() {
        let mut stamper = Stamper::default();
        let first = stamper.prefix(at(0, 0)).to_vec();
        assert_eq!(stamper.prefix(at(0, 0)), first);
        assert_ne!(stamper.prefix(at(1, 0)), first);
        assert_ne!(stamper.prefix(at(0, 60)), first);
        assert_eq!(stamper.prefix(at(0, 0)), first);
    }

    #[test]
    fn what_has_no_stamp_is_not_split() {
        for reply in [&b""[..], b"[", b"hello", b"[Sun", b"[Sun]", b" [Sun] x"] {
            assert_eq!(split_stamp(reply), None, "{reply:?}");
        }
    }

    #[test]
    fn a_message_with_brackets_of_its_own_is_left_whole() {
        assert_eq!(split_stamp(b"[then] [now] x"), Some((&b"then"[..], &b"[now] x"[..])));
    }
}
