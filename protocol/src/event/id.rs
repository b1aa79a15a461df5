//! The numbers of events.

use std::fmt;
use std::str::FromStr;

/// An event's number, as in `692a0b3c-12`: the run of the server, and the event's place in it.
///
/// To others, it's a text without spaces. A server that was started again doesn't take the number of its former run for
/// one of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId {
    /// Which run: the millisecond since 1970 in which it began.
    pub run: u64,
    /// The event's place, from 1.
    pub number: u64,
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.run, self.number)
    }
}

impl FromStr for EventId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| format!("invalid event id {text:?}: take it from an event"))
    }
}

impl EventId {
    /// Reads an id as [`FromStr`] does, without words about what is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let (run, number) = text.split_once('-')?;
        Some(Self { run: u64::from_str_radix(run, 16).ok()?, number: number.parse().ok()? })
    }
}

#[cfg(feature = "json")]
impl serde::Serialize for EventId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "json")]
impl<'de> serde::Deserialize<'de> for EventId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::from_text(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = EventId { run: 0x692a_0b3c, number: 12 };
        assert_eq!(id.to_string(), "692a0b3c-12");
        assert_eq!("692a0b3c-12".parse(), Ok(id));
    }

    #[test]
    fn anything_else_is_refused_with_advice() {
        for text in ["", "12", "-", "x-1", "1-x", "1-2-3"] {
            let error = text.parse::<EventId>().unwrap_err();
            assert!(error.contains("take it from an event"), "{error}");
        }
    }
}
