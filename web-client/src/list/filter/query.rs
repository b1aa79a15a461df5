//! Reads queries, and compares exchanges with them.

use super::super::exchanges::{Exchange, Outcome};

/// The length of the longest query, in bytes. It bounds the work for each new exchange.
pub const LONGEST: usize = 256;

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
        if text.len() > LONGEST {
            return Err("a filter has at most 256 bytes");
        }
        let mut terms = Vec::new();
        let mut rest = text.trim_start_matches(' ');
        while !rest.is_empty() {
            let unsigned = rest.strip_prefix('-').filter(|unsigned| !unsigned.starts_with(' '));
            let (key, sign, value) = Key::split(unsigned.unwrap_or(rest));
            let (value, behind) = cut(value);
            rest = behind.trim_start_matches(' ');
            match key.test(sign, value) {
                _ if value.is_empty() && (rest.is_empty() || key.name.is_empty()) => {}
                Some(test) if !value.is_empty() => terms.push(Term { negated: unsigned.is_some(), test }),
                _ => return Err(key.needs),
            }
        }
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

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text))
}

/// A bound for a number.
#[derive(Debug)]
struct Limit {
    above: bool,
    inclusive: bool,
    bound: f64,
}

impl Limit {
    /// `value` is what follows the sign, which is `<` or `>`.
    fn parse(sign: u8, value: &str, units: &[(&str, f64)]) -> Option<Self> {
        let (inclusive, value) = match value.strip_prefix('=') {
            Some(value) => (true, value),
            None => (false, value),
        };
        let bound = number(value, units)?;
        (sign != b':').then_some(Self { above: sign == b'>', inclusive, bound })
    }

    fn allows(&self, value: f64) -> bool {
        if value == self.bound { self.inclusive } else { (value > self.bound) == self.above }
    }
}

/// Reads a number such as `1.5k`. The standard library's parser of floats is large.
fn number(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let (mut value, mut scale, mut has_digits) = (0.0, 0.0, false);
    let mut end = 0;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                value = value * 10.0 + f64::from(byte - b'0');
                scale *= 10.0;
                has_digits = true;
            }
            b'.' if scale == 0.0 => scale = 1.0,
            _ => break,
        }
        end += 1;
    }
    let name = text.get(end..)?;
    let unit = units.iter().find(|(unit, _)| name.eq_ignore_ascii_case(unit))?.1;
    has_digits.then(|| if scale > 0.0 { value / scale * unit } else { value * unit })
}

/// What a term starts with, and what follows.
struct Key {
    name: &'static str,
    signs: &'static str,
    kind: Kind,
    /// What to say about a term that can't be understood.
    needs: &'static str,
}

#[derive(Clone, Copy)]
enum Kind {
    Text(Field),
    State,
    Same,
    Size,
    RoundTrip,
}

const fn key(name: &'static str, signs: &'static str, kind: Kind, needs: &'static str) -> Key {
    Key { name, signs, kind, needs }
}

/// The key of a text that has none.
static TEXT: Key = key("", ":", Kind::Text(Field::Both), "");

static KEYS: [Key; 7] = [
    key("sent", ":", Kind::Text(Field::Sent), "sent: needs a text, as in sent:hello"),
    key("reply", ":", Kind::Text(Field::Reply), "reply: needs a text, as in reply:hello"),
    key("stamp", ":", Kind::Text(Field::Stamp), "stamp: needs a text, as in stamp:18:07"),
    key("state", ":", Kind::State, "state: needs lost, waiting, answered or unsolicited"),
    key("same", ":", Kind::Same, "same: needs yes or no"),
    key("size", ":<>", Kind::Size, "size needs a number of bytes, as in size>1k"),
    key("rtt", ":<>", Kind::RoundTrip, "rtt needs a time, as in rtt>5ms"),
];

const OUTCOMES: [Outcome; 4] = [Outcome::Waiting, Outcome::Answered, Outcome::Lost, Outcome::Unsolicited];
const BYTES: [(&str, f64); 3] = [("", 1.0), ("k", 1024.0), ("m", 1_048_576.0)];
const TIMES: [(&str, f64); 4] = [("", 1.0), ("us", 0.001), ("ms", 1.0), ("s", 1000.0)];

impl Key {
    /// Splits a term into its key, the sign after it, and the rest.
    fn split(term: &str) -> (&'static Self, u8, &str) {
        let of_sign = |byte: &u8| matches!(byte, b':' | b'<' | b'>');
        let found = term.as_bytes().iter().position(of_sign).and_then(|end| {
            let (name, sign) = (term.get(..end)?, term.as_bytes()[end]);
            let is_it =
                |key: &&Self| key.name.eq_ignore_ascii_case(name) && key.signs.as_bytes().contains(&sign);
            Some((KEYS.iter().find(is_it)?, sign, term.get(end + 1..)?))
        });
        found.unwrap_or((&TEXT, b':', term))
    }

    fn test(&self, sign: u8, value: &str) -> Option<Test> {
        let starts = |name: &str| name.get(..value.len()).is_some_and(|it| it.eq_ignore_ascii_case(value));
        match self.kind {
            Kind::Text(field) => Some(Test::Text(field, value.to_owned())),
            Kind::State => OUTCOMES.into_iter().find(|one| starts(one.name())).map(Test::State),
            Kind::Same if starts("yes") => Some(Test::Same(true)),
            Kind::Same => starts("no").then_some(Test::Same(false)),
            Kind::Size => Limit::parse(sign, value, &BYTES).map(Test::Size),
            Kind::RoundTrip => Limit::parse(sign, value, &TIMES).map(Test::RoundTrip),
        }
    }
}

/// Splits a value from what follows it.
fn cut(text: &str) -> (&str, &str) {
    let (text, end) = match text.strip_prefix('"') {
        Some(quoted) => (quoted, '"'),
        None => (text, ' '),
    };
    text.split_once(end).unwrap_or((text, ""))
}
