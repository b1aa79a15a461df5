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
    /// How many of the oldest are cleared. They are kept until the next clearing, so that this one can be undone.
    cleared: usize,
    /// How many there were before them.
    forgotten: usize,
    /// How many messages await a reply. These are the last records: replies are matched in order, and the end of
    /// a connection loses all of them.
    waiting: usize,
    /// How many replies have ever arrived.
    replies: usize,
    /// The record of the last one.
    last_reply: Option<usize>,
}

impl Exchanges {
    /// The number of exchanges.
    pub fn len(&self) -> usize {
        self.records.len() - self.cleared
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many messages await a reply.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// How many there have ever been, whether they are cleared or not.
    pub fn recorded(&self) -> usize {
        self.forgotten + self.records.len()
    }

    /// How many replies have ever arrived, whether they are cleared or not.
    pub fn replies(&self) -> usize {
        self.replies
    }

    /// The last reply without its final line feed, unless it is gone for good.
    pub fn last_reply(&self) -> Option<&[u8]> {
        self.last_reply.map(|at| self.exchange(&self.records[at]).reply)
    }

    /// The exchange at this index.
    pub fn get(&self, at: usize) -> Option<Exchange<'_>> {
        self.records.get(self.cleared + at).map(|record| self.exchange(record))
    }

    fn exchange(&self, record: &Record) -> Exchange<'_> {
        Exchange {
            outcome: record.outcome,
            sent: &self.bytes[record.sent.clone()],
            sent_at: record.sent_at,
            reply: &self.bytes[record.reply.clone()],
            replied_at: (!record.replied_at.is_nan()).then_some(record.replied_at),
        }
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
        let place = self.records.len() - self.waiting;
        if let Some(record) = self.records.get_mut(place) {
            (record.outcome, record.reply, record.replied_at) = (Outcome::Answered, reply, at);
            self.waiting -= 1;
        } else {
            let (outcome, nothing) = (Outcome::Unsolicited, reply.end..reply.end);
            self.records.push(Record { outcome, sent: nothing, sent_at: at, reply, replied_at: at });
        }
        (self.replies, self.last_reply) = (self.replies + 1, Some(place));
        place - self.cleared
    }

    /// Marks all waiting messages as lost.
    pub fn lose(&mut self) {
        let oldest = self.records.len() - self.waiting;
        self.records[oldest..].iter_mut().for_each(|record| record.outcome = Outcome::Lost);
        self.waiting = 0;
    }

    /// Removes all exchanges except those still waiting for a reply, and returns how many. Those removed the time
    /// before are gone for good.
    pub fn clear(&mut self) -> usize {
        self.forget_cleared();
        self.cleared = self.records.len() - self.waiting;
        self.cleared
    }

    /// Puts the exchanges that were removed last back in front, and returns how many.
    pub fn restore(&mut self) -> usize {
        std::mem::take(&mut self.cleared)
    }

    fn forget_cleared(&mut self) {
        let Self { records, bytes, cleared, .. } = self;
        let bytes = std::mem::take(bytes);
        let kept: Vec<_> = records.drain(..).skip(*cleared).collect();
        self.last_reply = self.last_reply.and_then(|at| at.checked_sub(self.cleared));
        self.forgotten += std::mem::take(&mut self.cleared);
        for record in kept {
            let (sent, reply) =
                (self.keep(&bytes[record.sent.clone()]), self.keep(&bytes[record.reply.clone()]));
            self.records.push(Record { sent, reply, ..record });
        }
        self.records.shrink_to_fit();
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

    /// The messages with their replies, in order.
    fn texts(exchanges: &Exchanges) -> Vec<(&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        exchanges.iter().map(|one| (text(one.sent), text(one.reply))).collect()
    }

    #[test]
    fn what_was_cleared_comes_back_in_front_of_what_was_sent_since() {
        let mut exchanges = Exchanges::default();
        exchanges.sent(b"a", 1.0);
        exchanges.sent(b"b", 1.0);
        exchanges.received(b"A", 2.0);
        assert_eq!(exchanges.clear(), 1);
        exchanges.sent(b"c", 3.0);
        assert_eq!(exchanges.received(b"B", 4.0), 0);
        assert_eq!(texts(&exchanges), [("b", "B"), ("c", "")]);
        assert_eq!(exchanges.restore(), 1);
        assert_eq!(texts(&exchanges), [("a", "A"), ("b", "B"), ("c", "")]);
        assert_eq!((exchanges.received(b"C", 5.0), exchanges.restore()), (2, 0));
    }

    #[test]
    fn what_was_cleared_before_the_last_time_is_gone() {
        let mut exchanges = Exchanges::default();
        for message in [b"a", b"b", b"c"] {
            exchanges.sent(message, 1.0);
            exchanges.received(message, 2.0);
            exchanges.clear();
        }
        exchanges.sent(b"d", 3.0);
        assert_eq!(exchanges.restore(), 1);
        assert_eq!(texts(&exchanges), [("c", "c"), ("d", "")]);
        assert_eq!(exchanges.bytes, b"ccd", "no byte of the others is kept");
        assert_eq!((exchanges.replies(), exchanges.last_reply()), (3, Some(&b"c"[..])));
        assert_eq!((exchanges.recorded(), exchanges.len()), (4, 2));
    }
}
