//! Reads queries, and compares exchanges with them.

use super::super::exchanges::{Exchange, Outcome};
use super::language::{self, BYTES, Key, Limit, TIMES, contains, key, starts};

/// What can be searched for a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The message, and the reply without its stamp.
    Both,
    /// The message.
    Sent,
    /// The reply without its stamp.
    Reply,
    /// The reply's stamp.
    Stamp,
}

/// A query that was understood.
#[derive(Debug, Default)]
pub(super) struct Query {
    terms: Vec<Term>,
}

#[derive(Debug)]
struct Term {
    negated: bool,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Text(Field, String),
    State(Outcome),
    Same(bool),
    /// In bytes.
    Size(Limit),
    /// In milliseconds.
    RoundTrip(Limit),
}

impl Query {
    /// Reads a query, or says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut terms = Vec::new();
        language::read(text, &KEYS, &mut |term| {
            let test = match term.key {
                Some(key) => KINDS.get(key).and_then(|kind| kind.test(term.sign, term.value)),
                None => Some(Test::Text(Field::Both, term.value.to_owned())),
            };
            let is_understood = test.is_some();
            terms.extend(test.map(|test| Term { negated: term.negated, test }));
            is_understood
        })?;
        Ok(Self { terms })
    }

    /// Whether every exchange matches, since there are no terms.
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    pub(super) fn matches(&self, exchange: &Exchange<'_>) -> bool {
        self.terms.iter().all(|term| term.test.matches(exchange) != term.negated)
    }

    /// The texts that a matching exchange has in this field.
    pub(super) fn texts(&self, field: Field) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(move |term| match &term.test {
            Test::Text(of, text)
                if !term.negated && (*of == field || (*of == Field::Both && field != Field::Stamp)) =>
            {
                Some(text.as_str())
            }
            _ => None,
        })
    }
}

impl Test {
    fn matches(&self, exchange: &Exchange<'_>) -> bool {
        let (stamp, message) = exchange.reply_parts();
        match self {
            Self::Text(field, text) => {
                let has = |bytes| contains(bytes, text.as_bytes());
                match field {
                    Field::Both => has(exchange.sent) || has(message),
                    Field::Sent => has(exchange.sent),
                    Field::Reply => has(message),
                    Field::Stamp => has(stamp),
                }
            }
            Self::State(outcome) => exchange.outcome == *outcome,
            Self::Same(same) => exchange.outcome == Outcome::Answered && (exchange.sent == message) == *same,
            Self::Size(limit) => limit.allows(exchange.sent.len().max(message.len()) as f64),
            Self::RoundTrip(limit) => exchange.round_trip().is_some_and(|ms| limit.allows(ms)),
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Text(Field),
    State,
    Same,
    Size,
    RoundTrip,
}

static KEYS: [Key; 7] = [
    key("sent", ":", "sent: needs a text, as in sent:hello"),
    key("reply", ":", "reply: needs a text, as in reply:hello"),
    key("stamp", ":", "stamp: needs a text, as in stamp:18:07"),
    key("state", ":", "state: needs lost, waiting, answered or unsolicited"),
    key("same", ":", "same: needs yes or no"),
    key("size", ":<>", "size needs a number of bytes, as in size>1k"),
    key("rtt", ":<>", "rtt needs a time, as in rtt>5ms"),
];

/// What the keys mean.
static KINDS: [Kind; KEYS.len()] = [
    Kind::Text(Field::Sent),
    Kind::Text(Field::Reply),
    Kind::Text(Field::Stamp),
    Kind::State,
    Kind::Same,
    Kind::Size,
    Kind::RoundTrip,
];

const OUTCOMES: [Outcome; 4] = [Outcome::Waiting, Outcome::Answered, Outcome::Lost, Outcome::Unsolicited];

impl Kind {
    fn test(self, sign: u8, value: &str) -> Option<Test> {
        match self {
            Self::Text(field) => Some(Test::Text(field, value.to_owned())),
            Self::State => OUTCOMES.into_iter().find(|one| starts(one.name(), value)).map(Test::State),
            Self::Same if starts("yes", value) => Some(Test::Same(true)),
            Self::Same => starts("no", value).then_some(Test::Same(false)),
            Self::Size => Limit::parse(sign, value, &BYTES).map(Test::Size),
            Self::RoundTrip => Limit::parse(sign, value, &TIMES).map(Test::RoundTrip),
        }
    }
}
