//! The open exchange, and how much of it is shown.

use super::exchanges::{Exchange, Outcome};
use crate::text::hex;

/// Bytes per row.
pub const BYTES_A_ROW: usize = 8;

/// How many rows of each side are shown at first, and how many are added on request: 2 KiB.
const ROWS: usize = 256;

/// The open exchange, and how many rows of its bytes are shown at most.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Inspector {
    exchange: Option<usize>,
    rows: usize,
}

impl Inspector {
    /// The index of the exchange.
    pub fn exchange(&self) -> Option<usize> {
        self.exchange
    }

    /// The most rows to show of each side.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Opens another exchange, or none. Returns whether that changes anything.
    pub fn select(&mut self, exchange: Option<usize>) -> bool {
        let is_another = self.exchange != exchange;
        if is_another {
            *self = Self { exchange, rows: ROWS };
        }
        is_another
    }

    /// Shows more rows.
    pub fn show_more(&mut self) {
        self.rows += ROWS;
    }

    /// Whether some bytes aren't shown yet.
    pub fn has_more(&self, exchange: &Exchange<'_>) -> bool {
        [exchange.sent, exchange.reply].iter().any(|bytes| hex::row_count(bytes, BYTES_A_ROW) > self.rows)
    }
}

/// `Exchange 3, answered`.
pub fn title(place: usize, exchange: &Exchange<'_>) -> String {
    ["Exchange ", &(place + 1).to_string(), ", ", exchange.outcome.name()].concat()
}

/// The sides that exist, message and reply, each with its title and bytes.
pub fn sides<'a>(exchange: &Exchange<'a>) -> Vec<(String, &'a [u8])> {
    let (sent, reply) = match exchange.outcome {
        Outcome::Answered => (true, true),
        Outcome::Waiting | Outcome::Lost => (true, false),
        Outcome::Unsolicited => (false, true),
    };
    let sides = [("Sent, ", exchange.sent, sent), ("Reply, ", exchange.reply, reply)];
    let there = sides.into_iter().filter(|(.., there)| *there);
    there.map(|(name, bytes, _)| ([name, &length(bytes)].concat(), bytes)).collect()
}

fn length(bytes: &[u8]) -> String {
    match bytes.len() {
        1 => "1 byte".to_owned(),
        count => [&count.to_string(), " bytes"].concat(),
    }
}

/// The control characters with their offsets: `0: ESC (escape) · 9: LF (line feed)`. Empty if there are none.
pub fn named_controls(bytes: &[u8]) -> String {
    let named = hex::controls(bytes).into_iter().map(|(at, name)| [&at.to_string(), ": ", name].concat());
    named.collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(outcome: Outcome) -> Exchange<'static> {
        Exchange { outcome, sent: b"a", sent_at: 0.0, reply: b"[now] a\n", replied_at: None }
    }

    #[test]
    fn only_the_sides_that_there_are_have_bytes() {
        for (outcome, titles) in [
            (Outcome::Answered, &["Sent, 1 byte", "Reply, 8 bytes"][..]),
            (Outcome::Waiting, &["Sent, 1 byte"]),
            (Outcome::Lost, &["Sent, 1 byte"]),
            (Outcome::Unsolicited, &["Reply, 8 bytes"]),
        ] {
            let sides = sides(&exchange(outcome));
            assert_eq!(sides.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>(), titles);
        }
    }

    #[test]
    fn more_rows_are_shown_until_another_exchange_is_selected() {
        let long = vec![b'x'; 3000];
        let exchange = Exchange { sent: &long, ..exchange(Outcome::Waiting) };
        let mut inspector = Inspector::default();
        assert!(inspector.select(Some(0)) && inspector.has_more(&exchange));
        inspector.show_more();
        assert!(!inspector.has_more(&exchange));
        assert!(!inspector.select(Some(0)) && inspector.rows() == 512);
        assert!(inspector.select(Some(1)) && inspector.rows() == 256);
    }

    #[test]
    fn words_name_the_exchange_and_its_control_characters() {
        assert_eq!(title(2, &exchange(Outcome::Lost)), "Exchange 3, lost");
        assert_eq!(named_controls(b"a\x1b\n"), "1: ESC (escape) · 2: LF (line feed)");
        assert_eq!(named_controls(b"a"), "");
    }
}
