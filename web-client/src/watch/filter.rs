//! Shows only the sessions and messages that match a query, in the language of [`crate::filter`].
//!
//! | term | matches |
//! | --- | --- |
//! | `tcp`, `udp`, `unix`, `ws` | the session's transport |
//! | `peer:127.0.0.1`, `peer:…:44398` | the client's address has this text; an ellipsis stands for anything |
//! | `listener:21567` | the listener's address has it |
//! | `hint:crlf` | the session has this hint; the first letters are enough |
//! | `by:client`, `how:reset` | the session ended so; the first letters are enough |
//! | `session:12` | the session's number |
//! | `cut:gap` | what ended the message: `lf`, `gap`, `eof`, `cap` or `datagram` |
//! | `size>1k`, `reads>1` | the message's bytes, and the reads it came in |
//! | `service>5ms` | the time from its last byte to its reply |
//! | `text`, `"tcp"` | the message has this text |
//! | `-term` | the term doesn't match |

use wirestamp_protocol::event::{By, End, Event, How, Message, Payload, Transport};

use super::session::Session;
use super::store::Store;
use crate::list::filter::completed;
use crate::list::filter::language::{self, BYTES, Key, Limit, TIMES, Term, contains, key, starts};
use crate::text::base64::from_base64;

static KEYS: [Key; 10] = [
    key("peer", ":", "peer: needs a part of an address, as in peer:127.0.0.1"),
    key("listener", ":", "listener: needs a part of an address, as in listener:21567"),
    key("hint", ":", "hint: needs a hint's name, as in hint:crlf"),
    key("by", ":", "by: needs client, server, upstream or network"),
    key("how", ":", "how: needs the way it ended, such as fin, reset or idle"),
    key("session", ":", "session: needs a number, as in session:12"),
    key("cut", ":", "cut: needs lf, gap, eof, cap or datagram"),
    key("size", ":<>", "size needs a number of bytes, as in size>1k"),
    key("reads", ":<>", "reads needs a number, as in reads>1"),
    key("service", ":<>", "service needs a time, as in service>5ms"),
];

/// The indices of the keys.
const PEER: usize = 0;
const LISTENER: usize = 1;
const HINT: usize = 2;
const BY: usize = 3;
const HOW: usize = 4;
const SESSION: usize = 5;
const CUT: usize = 6;
const SIZE: usize = 7;
const READS: usize = 8;
const SERVICE: usize = 9;

/// Terms as they may look.
const WORDS: [&str; 25] = [
    "tcp",
    "udp",
    "unix",
    "ws",
    "peer:",
    "hint:",
    "hint:byte-by-byte",
    "hint:split-line",
    "hint:no-terminator",
    "hint:crlf",
    "hint:reset",
    "hint:coalesced",
    "cut:",
    "cut:gap",
    "cut:lf",
    "cut:eof",
    "cut:cap",
    "how:",
    "how:fin",
    "how:reset",
    "how:idle",
    "size>1k",
    "reads>1",
    "service>5ms",
    "session:",
];

/// The texts that this one may become once its last term is complete.
pub fn complete(text: &str) -> Vec<String> {
    completed(text, &WORDS)
}

/// A query that was understood.
#[derive(Debug, Default)]
pub struct Query {
    terms: Vec<(bool, Test)>,
}

#[derive(Debug)]
enum Test {
    Transport(Transport),
    Peer(String),
    Listener(String),
    Hint(String),
    By(By),
    How(How),
    Session(u64),
    Cut(End),
    Size(Limit),
    Reads(Limit),
    Service(Limit),
    Text(String),
}

impl Query {
    /// Reads a query, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut terms = Vec::new();
        language::read(text, &KEYS, &mut |term| {
            let Some(test) = Test::parse(term) else { return false };
            terms.push((term.negated, test));
            true
        })?;
        Ok(Self { terms })
    }

    /// Whether everything matches, since there are no terms.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it asks for something that a session may still become.
    pub fn asks_for_state(&self) -> bool {
        self.terms.iter().any(|(_, test)| matches!(test, Test::Hint(_) | Test::By(_) | Test::How(_)))
    }

    /// Whether a session matches, as far as the terms are about sessions.
    pub fn matches_session(&self, session: &Session) -> bool {
        self.terms
            .iter()
            .all(|(negated, test)| test.session(session).is_none_or(|matches| matches != *negated))
    }

    /// Whether an event matches. One that isn't a message matches no term about messages, and missing events match
    /// everything.
    pub fn matches(&self, event: &Event, store: &Store) -> bool {
        let Some(about) = event.about() else { return true };
        let session = store.session(about.session);
        self.terms.iter().all(|(negated, test)| {
            let of_session = session.and_then(|session| test.session(session));
            match (of_session, event) {
                (Some(matches), _) => matches != *negated,
                (None, Event::Message(message)) => test.message(message) != *negated,
                (None, _) => false,
            }
        })
    }
}

impl Test {
    fn parse(term: &Term<'_>) -> Option<Self> {
        let value = term.value;
        let Some(key) = term.key else {
            let transport = Transport::ALL.into_iter().find(|one| !term.is_quoted && one.name() == value);
            return Some(transport.map_or_else(|| Self::Text(value.to_owned()), Self::Transport));
        };
        Some(match key {
            PEER => Self::Peer(value.to_owned()),
            LISTENER => Self::Listener(value.to_owned()),
            HINT => Self::Hint(value.to_owned()),
            BY => Self::By(beginning(&By::ALL, By::name, value)?),
            HOW => Self::How(beginning(&How::ALL, How::name, value)?),
            SESSION => Self::Session(value.parse().ok()?),
            CUT => Self::Cut(beginning(&End::ALL, End::name, value)?),
            SIZE => Self::Size(Limit::parse(term.sign, value, &BYTES)?),
            READS => Self::Reads(Limit::parse(term.sign, value, &BYTES)?),
            SERVICE => Self::Service(Limit::parse(term.sign, value, &TIMES)?),
            _ => return None,
        })
    }

    /// Whether a session matches. `None` if this is about messages.
    fn session(&self, session: &Session) -> Option<bool> {
        Some(match self {
            Self::Transport(transport) => session.transport == *transport,
            Self::Peer(text) => has_parts(&session.peer, text),
            Self::Listener(text) => has_parts(&session.listener, text),
            Self::Hint(name) => session.findings.hints.iter().any(|hint| starts(hint, name)),
            Self::By(by) => session.ending.as_ref().is_some_and(|ending| ending.by == *by),
            Self::How(how) => session.ending.as_ref().is_some_and(|ending| ending.how == *how),
            Self::Session(number) => session.number == *number,
            _ => return None,
        })
    }

    /// Whether a message matches. A test of sessions that are forgotten doesn't.
    fn message(&self, message: &Message) -> bool {
        match self {
            Self::Cut(end) => message.end == *end,
            Self::Size(limit) => limit.allows(message.bytes as f64),
            Self::Reads(limit) => limit.allows((message.reads.len() as u64 + message.reads_omitted) as f64),
            Self::Service(limit) => message.service_ns.is_some_and(|ns| limit.allows(ns as f64 / 1e6)),
            Self::Text(text) => match &message.payload {
                Payload::Text(payload) => contains(payload.as_bytes(), text.as_bytes()),
                Payload::Base64(payload) => contains(&from_base64(payload), text.as_bytes()),
            },
            Self::Transport(transport) => message.about.transport == *transport,
            Self::Peer(text) => has_parts(&message.about.peer, text),
            Self::Session(number) => message.about.session == *number,
            _ => false,
        }
    }
}

/// The first of these whose name begins with this value.
fn beginning<T: Copy>(all: &[T], name: fn(T) -> &'static str, value: &str) -> Option<T> {
    // A loop, as each kind of names has a copy of it.
    for one in all {
        if starts(name(*one), value) {
            return Some(*one);
        }
    }
    None
}

/// Whether a text has all parts of another, which ellipses separate, in order.
fn has_parts(text: &str, parts: &str) -> bool {
    let mut rest = text.as_bytes();
    parts.split('…').filter(|part| !part.is_empty()).all(|part| {
        let part = part.as_bytes();
        let found = rest.windows(part.len()).position(|window| window.eq_ignore_ascii_case(part));
        rest = found.and_then(|at| rest.get(at + part.len()..)).unwrap_or_default();
        found.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{close, dribble, dropped, line, message, open};
    use super::*;

    /// A line over TCP, a dribble that a gap cut over UDP, and the end of the first session by a reset.
    fn store() -> Store {
        let mut store = Store::default();
        store.take(open(1, 1), None);
        store.take(message(line(1, 1, "Hello\n")), None);
        let mut gap =
            Message { end: End::Gap, payload: Payload::Base64("/2FiYw==".into()), ..dribble(1500, 1) };
        gap.about.session = 2;
        gap.about.transport = Transport::Udp;
        gap.about.peer = "[::1]:44002".into();
        store.take(message(gap), None);
        let mut ended = wirestamp_protocol::event::Close { how: How::Reset, ..close(3, 1) };
        ended.findings.hints = vec!["crlf".into(), "reset".into()];
        store.take(Event::Close(ended), None);
        store.take(dropped(4, None), None);
        store
    }

    fn found(query: &str) -> Vec<u64> {
        let (store, query) = (store(), Query::parse(query).unwrap());
        (0..4).filter(|number| query.matches(store.event(*number).unwrap(), &store)).collect()
    }

    #[test]
    fn terms_about_sessions_find_all_their_events() {
        for (query, events) in [
            ("", &[0, 1, 2, 3][..]),
            ("tcp", &[0, 1, 3]),
            ("-tcp", &[2]),
            ("peer:127…44001", &[0, 1, 3]),
            ("peer:…:44002", &[2]),
            ("peer:44001…127", &[]),
            ("hint:cr", &[0, 1, 3]),
            ("-hint:crlf", &[2]),
            ("how:reset by:c", &[0, 1, 3]),
            ("session:2", &[2]),
            ("listener::21567 udp", &[2]),
        ] {
            assert_eq!(found(query), events, "{query}");
        }
    }

    #[test]
    fn terms_about_messages_find_only_messages() {
        for (query, events) in [
            ("hello", &[1][..]),
            ("abc", &[2]),
            ("\"tcp\"", &[]),
            ("cut:gap", &[2]),
            ("-cut:gap", &[1]),
            ("size>1k", &[2]),
            ("reads>1", &[2]),
            ("service<5ms tcp", &[1]),
            ("udp peer:…:44002 cut:gap size>1k \"abc\"", &[2]),
        ] {
            assert_eq!(found(query), events, "{query}");
        }
    }

    #[test]
    fn a_gap_in_what_was_told_is_never_hidden() {
        let (store, query) = (store(), Query::parse("udp nothing like it").unwrap());
        assert!(query.matches(store.event(4).unwrap(), &store));
    }

    #[test]
    fn sessions_are_filtered_by_what_is_about_sessions() {
        let (store, query) = (store(), Query::parse("tcp cut:gap").unwrap());
        let shown: Vec<_> = store.sessions().iter().filter(|one| query.matches_session(one)).collect();
        assert_eq!((shown.len(), shown[0].number), (1, 1));
        assert!(Query::parse("how:reset").unwrap().asks_for_state() && !query.asks_for_state());
    }

    #[test]
    fn mistakes_are_said_and_words_are_completed() {
        for (key, query) in
            [(BY, "by:x"), (HOW, "how:x"), (CUT, "cut:x y"), (SIZE, "size>x"), (SESSION, "session:x")]
        {
            assert_eq!(Query::parse(query).err(), Some(KEYS[key].needs));
        }
        assert_eq!(complete("tcp cut:g"), ["tcp cut:gap"]);
        assert_eq!(complete("un"), ["unix"]);
    }
}
