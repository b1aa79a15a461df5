//! The open exchange, and how much of it is shown.

mod copies;
mod diff;

use std::ops::Range;

pub use copies::{Notation, Side};
pub use diff::differing;

use super::exchanges::{Exchange, Outcome};
use crate::text::{escaped, json};

/// How many bytes of each side are shown at first.
const SHOWN: usize = 2 << 10;

/// The most bytes that are added at a time: a browser lays them out in a fraction of a second.
const MOST_ADDED: usize = 64 << 10;

/// The most bytes that are read as JSON. A parser takes a few milliseconds for them.
const MOST_JSON: usize = 1 << 20;

/// A way of showing bytes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// As text, with names for control characters.
    #[default]
    Text,
    /// As a tree of objects and arrays.
    Json,
    /// In hexadecimal, and as characters.
    Hex,
}

impl Tab {
    /// All tabs, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Hex];

    /// The id of its button in the page.
    pub fn id(self) -> &'static str {
        match self {
            Self::Text => "tab-text",
            Self::Json => "tab-json",
            Self::Hex => "tab-hex",
        }
    }
}

/// The open exchange, and how much of it is shown.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Inspector {
    exchange: Option<usize>,
    shown: usize,
    tab: Tab,
    /// The exchange that was open last.
    closed: Option<usize>,
}

impl Inspector {
    /// The index of the exchange.
    pub fn exchange(&self) -> Option<usize> {
        self.exchange
    }

    /// The index of the exchange that was open before it was closed.
    pub fn closed(&self) -> Option<usize> {
        self.closed
    }

    /// The most bytes to show of each side.
    pub fn shown(&self) -> usize {
        self.shown
    }

    /// The tab that was chosen last. It stays for other exchanges.
    pub fn tab(&self) -> Tab {
        self.tab
    }

    /// Opens another exchange, or none. Returns whether that changes anything.
    pub fn select(&mut self, exchange: Option<usize>) -> bool {
        let is_another = self.exchange != exchange;
        if is_another {
            *self = Self { exchange, shown: SHOWN, tab: self.tab, closed: self.exchange };
        }
        is_another
    }

    /// Forgets which exchange was open before.
    pub fn forget_closed(&mut self) {
        self.closed = None;
    }

    /// Chooses a tab.
    pub fn choose(&mut self, tab: Tab) {
        self.tab = tab;
    }

    /// Shows more bytes: twice as many at first, later in constant steps.
    pub fn show_more(&mut self) {
        self.shown += self.shown.min(MOST_ADDED);
    }

    /// What shows more bytes: `Show 2 KiB more`. `None` if all are shown.
    pub fn more(&self, exchange: &Exchange<'_>) -> Option<String> {
        let length = |side| bytes(exchange, side).map_or(0, <[u8]>::len);
        let more = length(Side::Sent).max(length(Side::Reply)).saturating_sub(self.shown);
        let more = more.min(self.shown).min(MOST_ADDED).div_ceil(1024);
        (more > 0).then(|| ["Show ", &more.to_string(), " KiB more"].concat())
    }
}

/// `Exchange 3, answered`.
pub fn title(place: usize, exchange: &Exchange<'_>) -> String {
    ["Exchange ", &(place + 1).to_string(), ", ", exchange.outcome.name()].concat()
}

/// The bytes of a side: the message, or the reply without its stamp. `None` if there is none.
pub fn bytes<'a>(exchange: &Exchange<'a>, side: Side) -> Option<&'a [u8]> {
    match (side, exchange.outcome) {
        (Side::Sent, Outcome::Unsolicited) | (Side::Reply, Outcome::Waiting | Outcome::Lost) => None,
        (Side::Sent, _) => Some(exchange.sent),
        (Side::Reply, _) => Some(exchange.reply_parts().1),
    }
}

/// The bytes of a side as text, if they may be JSON.
pub fn json_text<'a>(exchange: &Exchange<'a>, side: Side) -> Option<&'a str> {
    let bytes = bytes(exchange, side).filter(|bytes| bytes.len() <= MOST_JSON && json::may_be_json(bytes))?;
    std::str::from_utf8(bytes).ok()
}

/// The reply's stamp without brackets. `None` if there is none.
pub fn stamp(exchange: &Exchange<'_>) -> Option<String> {
    let (stamp, _) = exchange.reply_parts();
    (!stamp.is_empty()).then(|| escaped(stamp))
}

/// The bytes of a message and its reply that differ. None do if one is missing.
pub fn differences(exchange: &Exchange<'_>) -> [Range<usize>; 2] {
    match (bytes(exchange, Side::Sent), bytes(exchange, Side::Reply)) {
        (Some(sent), Some(reply)) => differing(sent, reply).into(),
        _ => [0..0, 0..0],
    }
}

/// The heading of a side, given what differs on both: `Reply, 8 bytes, same as sent`. `None` if there is none.
pub fn heading(exchange: &Exchange<'_>, side: Side, differences: &[Range<usize>; 2]) -> Option<String> {
    let length = length(bytes(exchange, side)?);
    let name = match side {
        Side::Sent => "Sent, ",
        Side::Reply => "Reply, ",
    };
    let start = differences[0].start.to_string();
    let compared = match (side, exchange.outcome) {
        (Side::Reply, Outcome::Answered) if differences.iter().all(Range::is_empty) => ", same as sent",
        (Side::Reply, Outcome::Answered) => &[", differs from byte ", &start].concat(),
        _ => "",
    };
    Some([name, &length, compared].concat())
}

fn length(bytes: &[u8]) -> String {
    match bytes.len() {
        1 => "1 byte".to_owned(),
        count => [&count.to_string(), " bytes"].concat(),
    }
}

#[cfg(test)]
mod tests;
