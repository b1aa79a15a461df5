//! Everything sent and received, in order. There may be hundreds of thousands, so all bytes share one buffer and
//! each record stores ranges of it.

use std::ops::Range;

use wirestamp_protocol::split_stamp;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its reply is still to come.
    Waiting,
    /// It was answered.
    Answered,
    /// The connection ended before the reply.
    Lost,
    /// There was no message: this is a reply to nothing.
    Unsolicited,
}

impl Outcome {
    /// The name used in exports and in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Lost => "lost",
            Self::Unsolicited => "unsolicited",
        }
    }
}

/// One exchange, borrowed from the log. Times are in milliseconds of the page's monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exchange<'a> {
    /// What became of it.
    pub outcome: Outcome,
    /// The message without its final line feed; empty if there was none.
    pub sent: &'a [u8],
    /// When it was sent; for an unsolicited reply, when that arrived.
    pub sent_at: f64,
    /// The whole reply without its final line feed; empty if there is none.
    pub reply: &'a [u8],
    /// When the reply arrived.
    pub replied_at: Option<f64>,
}

impl<'a> Exchange<'a> {
    /// The reply's stamp without brackets, empty if there is none, and the message after it.
    pub fn reply_parts(&self) -> (&'a [u8], &'a [u8]) {
        split_stamp(self.reply).unwrap_or((b"", self.reply))
    }

    /// How long the reply took, in milliseconds.
    pub fn round_trip(&self) -> Option<f64> {
        match self.outcome {
            Outcome::Answered => self.replied_at.map(|at| at - self.sent_at),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
struct Record {
    outcome: Outcome,
    sent: Range<usize>,
    sent_at: f64,
    reply: Range<usize>,
    replied_at: f64,
}

/// All exchanges.
#[derive(Debug, Default)]
pub struct Exchanges {
    records: Vec<Record>,
    bytes: Vec<u8>,
    /// Where to look for the oldest message without a reply: replies are matched in order.
    oldest_waiting: usize,
    waiting: usize,
}

impl Exchanges {
    /// The number of exchanges.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many messages await a reply.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// The exchange at this index.
    pub fn get(&self, at: usize) -> Option<Exchange<'_>> {
        let record = self.records.get(at)?;
        Some(Exchange {
            outcome: record.outcome,
            sent: &self.bytes[record.sent.clone()],
            sent_at: record.sent_at,
            reply: &self.bytes[record.reply.clone()],
            replied_at: (!record.replied_at.is_nan()).then_some(record.replied_at),
        })
    }

    /// All exchanges, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Exchange<'_>> {
        (0..self.len()).map(|at| self.get(at).expect("it is below the length"))
    }

    /// Adds a message that was sent.
    pub fn sent(&mut self, message: &[u8], at: f64) {
        let (sent, nothing) = (self.keep(message), self.keep(b""));
        let outcome = Outcome::Waiting;
        self.records.push(Record { outcome, sent, sent_at: at, reply: nothing, replied_at: f64::NAN });
        self.waiting += 1;
    }

    /// Adds a reply, which answers the oldest message without one. Returns its index.
    pub fn received(&mut self, reply: &[u8], at: f64) -> usize {
        let reply = self.keep(reply);
        let Some(oldest) = self.next_waiting() else {
            let (outcome, nothing) = (Outcome::Unsolicited, reply.end..reply.end);
            self.records.push(Record { outcome, sent: nothing, sent_at: at, reply, replied_at: at });
            return self.records.len() - 1;
        };
        let record = &mut self.records[oldest];
        (record.outcome, record.reply, record.replied_at) = (Outcome::Answered, reply, at);
        self.waiting -= 1;
        self.oldest_waiting = oldest + 1;
        oldest
    }

    /// Marks all waiting messages as lost.
    pub fn lose(&mut self) {
        for record in &mut self.records[self.oldest_waiting..] {
            if record.outcome == Outcome::Waiting {
                record.outcome = Outcome::Lost;
            }
        }
        (self.waiting, self.oldest_waiting) = (0, self.records.len());
    }

    /// Removes all exchanges except those still waiting for a reply.
    pub fn clear(&mut self) {
        let old = std::mem::take(self);
        let waiting = old.iter().skip(old.oldest_waiting).filter(|one| one.outcome == Outcome::Waiting);
        for exchange in waiting {
            self.sent(exchange.sent, exchange.sent_at);
        }
    }

    fn next_waiting(&self) -> Option<usize> {
        let from = self.oldest_waiting;
        let found = self.records[from..].iter().position(|record| record.outcome == Outcome::Waiting);
        found.map(|behind| from + behind)
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(exchanges: &Exchanges) -> Vec<Outcome> {
        exchanges.iter().map(|exchange| exchange.outcome).collect()
    }

    #[test]
    fn replies_answer_messages_in_their_order() {
        let mut exchanges = Exchanges::default();
        exchanges.sent(b"a", 1.0);
        exchanges.sent(b"b", 2.0);
        assert_eq!(exchanges.received(b"[now] a", 5.0), 0);
        let first = exchanges.get(0).unwrap();
        assert_eq!((first.sent, first.reply_parts()), (&b"a"[..], (&b"now"[..], &b"a"[..])));
        assert_eq!((first.round_trip(), first.replied_at), (Some(4.0), Some(5.0)));
        assert_eq!(exchanges.received(b"b", 6.0), 1);
        assert_eq!(exchanges.get(1).unwrap().reply_parts(), (&b""[..], &b"b"[..]));
        assert_eq!((exchanges.waiting(), exchanges.len()), (0, 2));
    }

    #[test]
    fn unsolicited_replies_are_kept_and_answer_no_message() {
        let mut exchanges = Exchanges::default();
        assert_eq!(exchanges.received(b"welcome", 1.0), 0);
        exchanges.sent(b"a", 2.0);
        assert_eq!(exchanges.received(b"a", 3.0), 1);
        assert_eq!(outcomes(&exchanges), [Outcome::Unsolicited, Outcome::Answered]);
        assert_eq!(exchanges.get(0).unwrap().round_trip(), None);
    }

    #[test]
    fn lost_messages_stay_lost() {
        let mut exchanges = Exchanges::default();
        for message in [b"a", b"b"] {
            exchanges.sent(message, 1.0);
        }
        exchanges.received(b"a", 2.0);
        exchanges.lose();
        exchanges.sent(b"c", 3.0);
        assert_eq!(exchanges.received(b"c", 4.0), 2);
        assert_eq!(outcomes(&exchanges), [Outcome::Answered, Outcome::Lost, Outcome::Answered]);
    }

    #[test]
    fn clearing_keeps_what_still_waits() {
        let mut exchanges = Exchanges::default();
        for message in [b"a", b"b"] {
            exchanges.sent(message, 1.0);
        }
        exchanges.received(b"a", 2.0);
        exchanges.clear();
        assert_eq!(outcomes(&exchanges), [Outcome::Waiting]);
        assert_eq!(exchanges.received(b"b", 3.0), 0);
        assert_eq!(exchanges.get(0).unwrap().sent, b"b");
    }
}
