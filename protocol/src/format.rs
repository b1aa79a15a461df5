//! How a stamp shows its time.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, FixedOffset, TimeZone};

/// The longest stamp that a format may make, in bytes, without its brackets.
pub const MAX_STAMP: usize = 128;

/// The formats that have names, and their patterns.
const NAMED: [(&str, &str); 3] = [
    // C's ctime(3) without its line feed: the day of the month padded with a space.
    ("ctime", "%a %b %e %H:%M:%S %Y"),
    ("rfc3339", "%Y-%m-%dT%H:%M:%S%.9f%:z"),
    ("unix", "%s%.9f"),
];

/// How a stamp shows its time: `ctime` (the default), `rfc3339` with nanoseconds and offset, `unix` for
/// seconds with nine decimals, or a pattern as chrono's `strftime` has them, such as `%H:%M:%S%.3f`.
///
/// ```
/// use wirestamp_protocol::Format;
///
/// assert!("rfc3339".parse::<Format>().is_ok());
/// assert!("%H:%M:%S%.3f".parse::<Format>().is_ok());
/// assert!("rfc3393".parse::<Format>().is_err());
/// ```
#[derive(Debug, Clone)]
pub struct Format(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// As it was asked for: a name or a pattern.
    text: String,
    items: Vec<Item<'static>>,
    reading: Reading,
    /// Whether all times of one second look the same.
    whole_seconds: bool,
    /// The longest that a stamp gets in this era, in bytes.
    longest: usize,
}

/// How a stamp is known for one of a format's.
#[derive(Debug)]
enum Reading {
    /// By being read: so it is for the formats that have names.
    Exact,
    /// By its shape. Chrono does not read back all that it writes: where one number ends and the next begins
    /// (`%s%3f`) it cannot know, nor that two fractions (`%.3f%f`) are of one time.
    Like {
        shape: String,
        /// Whether some digit is always there.
        digit: bool,
    },
}

/// What all times look like that are shown in one format: numbers, with their signs and fractions, may be of
/// any length or missing, and names of any length.
fn shape(stamp: &str) -> String {
    let mut shape = String::new();
    for c in stamp.chars() {
        let c = if c.is_alphabetic() { 'a' } else { c };
        let of_number = c.is_ascii_digit() || matches!(c, ' ' | '.' | '+' | '-');
        let of_same_name = c == 'a' && shape.ends_with('a');
        if !of_number && !of_same_name {
            shape.push(c);
        }
    }
    shape
}

fn has_digit(stamp: &str) -> bool {
    stamp.contains(|c: char| c.is_ascii_digit())
}

impl Format {
    /// What a person may write, to be said when something else was.
    pub const FORMS: &str = "ctime, rfc3339, unix, or a strftime pattern such as %H:%M:%S%.3f";

    /// Whether two times of the same second look the same.
    pub(crate) fn has_whole_seconds(&self) -> bool {
        self.0.whole_seconds
    }

    /// The longest that a stamp gets in this era, in bytes, without its brackets.
    pub(crate) fn longest(&self) -> usize {
        self.0.longest
    }

    /// Appends the time.
    pub(crate) fn write(&self, at: DateTime<FixedOffset>, out: &mut String) {
        // Writing to a String fails only for items that chrono cannot format, and making a Format tries them.
        let _ = at.format_with_items(self.0.items.iter()).write_to(out);
    }

    /// Whether such a stamp could read like this.
    fn could_read(&self, stamp: &str) -> bool {
        if let Reading::Like { shape: own, digit } = &self.0.reading {
            return shape(stamp) == *own && (has_digit(stamp) || !digit);
        }
        let mut parsed = Parsed::new();
        let read = parse(&mut parsed, stamp, self.0.items.iter());
        // Reading, chrono lets the fraction be missing; writing, it never is.
        read.is_ok() && (self.0.whole_seconds || parsed.nanosecond().is_some())
    }

    fn new(text: &str, pattern: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("{why}; the formats are {}", Self::FORMS);
        let items = StrftimeItems::new(pattern)
            .parse_to_owned()
            .map_err(|_| wrong("it has a conversion that strftime does not know"))?;
        if !items.iter().any(|item| matches!(item, Item::Numeric(..) | Item::Fixed(_))) {
            return Err(wrong("it shows no time"));
        }
        // A Wednesday in September, the longest names there are, and one in a month of two digits.
        let show = |month, nanos| {
            let zone = FixedOffset::east_opt(12 * 3600)?;
            let second = zone.with_ymd_and_hms(2026, month, 30, 23, 59, 59).single()?;
            let at = second + chrono::TimeDelta::nanoseconds(nanos);
            let mut shown = String::new();
            at.format_with_items(items.iter()).write_to(&mut shown).ok().map(|()| shown)
        };
        const NANOS: i64 = 123_456_789;
        let (Some(whole), Some(split), Some(later)) = (show(9, 0), show(9, NANOS), show(12, NANOS)) else {
            return Err(wrong("it cannot be shown"));
        };
        if whole.is_empty() {
            return Err(wrong("it shows no time"));
        }
        if split.contains(|c: char| c.is_control() || c == ']') {
            return Err(wrong("a stamp has no control character and no ']'"));
        }
        if split.len().max(later.len()) > MAX_STAMP {
            return Err(wrong(&format!("its stamps are longer than {MAX_STAMP} bytes")));
        }
        let reading = match NAMED.iter().any(|(name, _)| *name == text) {
            true => Reading::Exact,
            false => Reading::Like { shape: shape(&whole), digit: has_digit(&whole) },
        };
        Ok(Self(Arc::new(Inner {
            text: text.to_owned(),
            items,
            reading,
            whole_seconds: whole == split,
            longest: [&whole, &split, &later].map(String::len).into_iter().max().unwrap_or_default(),
        })))
    }
}

impl Default for Format {
    fn default() -> Self {
        let (name, pattern) = NAMED[0];
        Self::new(name, pattern).expect("a test makes every named format")
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pattern = NAMED.iter().find(|(name, _)| *name == text).map_or(text, |(_, pattern)| pattern);
        Self::new(text, pattern)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Format {}

/// Recognizes messages that have been stamped before: a service that stamps them again may be talking to
/// itself.
#[derive(Debug)]
pub struct Recognizer {
    formats: Vec<Format>,
}

impl Recognizer {
    /// How many stamps in a row are looked at. A reply to a reply begins with the other service's stamp and
    /// has ours behind it, so two would do.
    const DEPTH: usize = 4;

    /// Recognizes stamps in this format, and in all that have names.
    pub fn new(own: Format) -> Self {
        let named = NAMED.iter().filter_map(|(name, _)| name.parse().ok());
        Self { formats: named.chain([own]).collect() }
    }

    /// Whether `message` begins with a stamp that a service like this one made, or has one behind others.
    pub fn is_stamped(&self, message: &[u8]) -> bool {
        let mut rest = message;
        for _ in 0..Self::DEPTH {
            // With its brackets and the space behind.
            let start = &rest[..rest.len().min(MAX_STAMP + 3)];
            let Some((stamp, _)) = crate::split_stamp(start) else { return false };
            let text = std::str::from_utf8(stamp);
            if text.is_ok_and(|text| self.formats.iter().any(|format| format.could_read(text))) {
                return true;
            }
            rest = &rest[stamp.len() + 3..];
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(format: &str, nanos: u32) -> String {
        let at = FixedOffset::east_opt(3600).unwrap().timestamp_opt(1_795_370_820, nanos).unwrap();
        let mut shown = String::new();
        format.parse::<Format>().unwrap().write(at, &mut shown);
        shown
    }

    #[test]
    fn each_named_format_is_what_it_is_called() {
        assert_eq!(Format::default(), "ctime".parse().unwrap());
        assert_eq!(show("ctime", 5), "Sun Nov 22 19:07:00 2026");
        assert_eq!(show("rfc3339", 5), "2026-11-22T19:07:00.000000005+01:00");
        assert_eq!(show("unix", 120_000_000), "1795370820.120000000");
    }

    #[test]
    fn any_strftime_pattern_will_do() {
        assert_eq!(show("%H:%M:%S%.3f", 120_000_000), "19:07:00.120");
        assert_eq!(show("at %H o'clock", 0), "at 19 o'clock");
    }

    #[test]
    fn what_is_no_format_is_refused_with_the_right_ones() {
        for (format, reason) in [
            ("", "it shows no time"),
            ("rfc3393", "it shows no time"),
            ("%Q", "it has a conversion that strftime does not know"),
            ("%H%", "it has a conversion that strftime does not know"),
            ("%H%n", "a stamp has no control character"),
            ("%H]", "a stamp has no control character and no ']'"),
            (&"%A".repeat(40), "its stamps are longer than 128 bytes"),
            (&"%-m".repeat(65), "its stamps are longer than 128 bytes"),
            ("%.f", "it shows no time"),
        ] {
            let error = format.parse::<Format>().unwrap_err();
            assert!(error.starts_with(reason), "{format}: {error}");
            assert!(error.ends_with(Format::FORMS), "{error}");
        }
    }

    #[test]
    fn a_format_knows_whether_it_shows_parts_of_a_second() {
        for (format, whole) in
            [("ctime", true), ("rfc3339", false), ("unix", false), ("%s", true), ("%f", false)]
        {
            assert_eq!(format.parse::<Format>().unwrap().has_whole_seconds(), whole, "{format}");
        }
    }

    #[test]
    fn what_was_stamped_before_is_recognized() {
        let recognizer = Recognizer::new("%H:%M".parse().unwrap());
        for message in [
            "[Sun Nov 22 18:07:00 2026] hello",
            "[Sat Nov  1 12:26:40 2025] ",
            "[2026-11-22T19:07:00.000000005+01:00] x",
            "[1795370820.120000000] x",
            "[18:07] our own",
            "[someone else's] [18:07] an answer to ours",
        ] {
            assert!(recognizer.is_stamped(message.as_bytes()), "{message}");
        }
    }

    #[test]
    fn what_was_stamped_in_a_format_that_chrono_cannot_read_back_is_recognized_too() {
        // Numbers that meet, two fractions of one second, a fraction that is left out when it is zero.
        for format in ["%s%3f", "%s%f", "%Y%j", "%.3f%f", "%S%.f!", "%-d%b%-H", "%e, %A: %+"] {
            for nanos in [0, 5, 360_161_960] {
                let reply = format!("[{}] x", show(format, nanos));
                let recognizer = Recognizer::new(format.parse().unwrap());
                assert!(recognizer.is_stamped(reply.as_bytes()), "{format}: {reply}");
                for message in ["[] x", "[?] x", "[x=1] x", "x"] {
                    assert!(!recognizer.is_stamped(message.as_bytes()), "{format}: {message}");
                }
            }
        }
    }

    #[test]
    fn what_merely_has_brackets_is_not() {
        let recognizer = Recognizer::new(Format::default());
        let deep = "[] ".repeat(20_000);
        for message in ["", "[", "hello", "[1] first", "[18:07] noon", "[INFO] [main] x", "[x]", &deep] {
            assert!(!recognizer.is_stamped(message.as_bytes()), "{message}");
        }
        assert!(!recognizer.is_stamped(b"[\xff\xfe] x"));
    }
}
