//! How stamps show the time.

mod recognizer;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, FixedOffset, TimeZone};

pub use recognizer::Recognizer;

/// The length of the longest stamp that a format may produce, in bytes, without the brackets.
pub const MAX_STAMP: usize = 128;

/// The named formats and their patterns.
const NAMED: [(&str, &str); 3] = [
    // C's ctime(3) without its line feed: the day of the month padded with a space.
    ("ctime", "%a %b %e %H:%M:%S %Y"),
    ("rfc3339", "%Y-%m-%dT%H:%M:%S%.9f%:z"),
    ("unix", "%s%.9f"),
];

/// How stamps show the time: `ctime` (the default), `rfc3339` with nanoseconds and UTC offset, `unix` for
/// seconds since 1970 with nine decimal places, or a pattern for [`chrono::format::strftime`], such as
/// `%H:%M:%S%.3f`.
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
    /// The name or pattern, as given.
    text: String,
    items: Vec<Item<'static>>,
    reading: Reading,
    /// Whether all times within a second look the same.
    whole_seconds: bool,
    /// The length of the longest stamp for years of four digits, in bytes.
    longest: usize,
}

/// How to tell whether a format may have produced a stamp.
#[derive(Debug)]
enum Reading {
    /// By parsing it, which is reliable for the named formats.
    Exact,
    /// By its shape. Chrono can't parse everything that it formats: it doesn't know where one number ends and
    /// the next begins (`%s%3f`), or that two fractions (`%.3f%f`) belong to one time.
    Like {
        shape: String,
        /// Whether there's always a digit.
        digit: bool,
    },
}

/// Reduces a stamp to what all stamps of its format have in common: numbers, with their signs and fractions,
/// are left out, and names are of any length.
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
    /// The valid formats, for error messages.
    pub const FORMS: &str = "ctime, rfc3339, unix, or a strftime pattern such as %H:%M:%S%.3f";

    /// Returns whether all times within a second look the same.
    pub(crate) fn has_whole_seconds(&self) -> bool {
        self.0.whole_seconds
    }

    /// Returns the length of the longest stamp for years of four digits, in bytes, without the brackets.
    pub(crate) fn longest(&self) -> usize {
        self.0.longest
    }

    /// Appends the time to `out`.
    pub(crate) fn write(&self, at: DateTime<FixedOffset>, out: &mut String) {
        // Writing to a String fails only for items that chrono can't format, and `new` has tried them.
        let _ = at.format_with_items(self.0.items.iter()).write_to(out);
    }

    /// Returns whether this format may have produced the stamp.
    fn could_read(&self, stamp: &str) -> bool {
        if let Reading::Like { shape: own, digit } = &self.0.reading {
            return shape(stamp) == *own && (has_digit(stamp) || !digit);
        }
        let mut parsed = Parsed::new();
        let read = parse(&mut parsed, stamp, self.0.items.iter());
        // Chrono accepts a missing fraction, but never writes a time without one.
        read.is_ok() && (self.0.whole_seconds || parsed.nanosecond().is_some())
    }

    fn new(text: &str, pattern: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("{why}; use {}", Self::FORMS);
        let items = StrftimeItems::new(pattern).parse_to_owned().map_err(|_| wrong("unknown conversion"))?;
        if !items.iter().any(|item| matches!(item, Item::Numeric(..) | Item::Fixed(_))) {
            return Err(wrong("it shows no part of the time"));
        }
        // A Wednesday in September, which have the longest names, and a time in a month of two digits.
        let show = |month, nanos| {
            let zone = FixedOffset::east_opt(12 * 3600)?;
            let second = zone.with_ymd_and_hms(2026, month, 30, 23, 59, 59).single()?;
            let at = second + chrono::TimeDelta::nanoseconds(nanos);
            let mut shown = String::new();
            at.format_with_items(items.iter()).write_to(&mut shown).ok().map(|()| shown)
        };
        const NANOS: i64 = 123_456_789;
        let (Some(whole), Some(split), Some(later)) = (show(9, 0), show(9, NANOS), show(12, NANOS)) else {
            return Err(wrong("the time can't be shown in it"));
        };
        if whole.is_empty() {
            return Err(wrong("it shows no part of the time"));
        }
        if split.contains(|c: char| c.is_control() || c == ']') {
            return Err(wrong("stamps can't contain control characters or ']'"));
        }
        if split.len().max(later.len()) > MAX_STAMP {
            return Err(wrong(&format!("its stamps would be longer than {MAX_STAMP} bytes")));
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
        Self::new(name, pattern).expect("the named formats are valid, as a test checks")
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
