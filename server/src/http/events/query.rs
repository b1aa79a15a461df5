//! The query that says which events a client wants: `?since=now&transport=tcp,udp`.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use chrono::DateTime;
use wirestamp_protocol::event::{Timestamp, Transport};

use crate::watch::{Kind, Since, Wanted};

/// The valid keys, for error messages.
const KEYS: &str = "since=…, transport=…, session=…, type=… or follow=…";

/// The most sessions that a query may name. Each event is compared with all of them.
const SESSIONS_MAX: usize = 64;

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventsQuery {
    pub(super) wanted: Wanted,
    /// `None` if the query doesn't say.
    pub(super) since: Option<Since>,
    pub(super) follow: bool,
}

impl FromStr for EventsQuery {
    type Err = String;

    /// Reads what follows the question mark, percent-decoded as in a URL.
    ///
    /// # Errors
    /// A key that is unknown, or given twice where that makes no sense, or a value that is invalid. The message lists
    /// what is valid.
    fn from_str(query: &str) -> Result<Self, String> {
        let (mut wanted, mut since, mut follow) = (Wanted::default(), None, None);
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "since" => once(&mut since, "since", start(&value)?)?,
                "follow" => once(&mut follow, "follow", yes_or_no(&value)?)?,
                "transport" => add(&mut wanted.transports, &value, transport)?,
                "type" => add(&mut wanted.kinds, &value, kind)?,
                "session" => {
                    add(&mut wanted.sessions, &value, session)?;
                    if wanted.sessions.len() > SESSIONS_MAX {
                        return Err(format!("too many sessions: at most {SESSIONS_MAX} can be named"));
                    }
                }
                _ => return Err(format!("unknown setting {key:?}; use {KEYS}")),
            }
        }
        Ok(Self { wanted, since, follow: follow.unwrap_or(true) })
    }
}

fn once<T>(setting: &mut Option<T>, key: &str, value: T) -> Result<(), String> {
    match setting.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("{key} is given twice")),
    }
}

/// Adds the values of a list that are not in it yet.
fn add<T: PartialEq>(
    list: &mut Vec<T>,
    values: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<(), String> {
    for value in values.split(',') {
        let value = read(value)?;
        if !list.contains(&value) {
            list.push(value);
        }
    }
    Ok(())
}

fn start(text: &str) -> Result<Since, String> {
    if text == "now" {
        return Ok(Since::Now);
    }
    if let Ok(id) = text.parse() {
        return Ok(Since::Event(id));
    }
    // A plus sign in a query means a space, but few people write %2B in a time.
    match DateTime::parse_from_rfc3339(&text.replace(' ', "+")) {
        Ok(time) => {
            let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
            Ok(Since::Time(Timestamp(Duration::new(seconds, time.timestamp_subsec_nanos()))))
        }
        Err(_) => Err(invalid("since", text, "an event's id, a time as in 2026-11-22T18:07:00Z, or now")),
    }
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(invalid("follow", text, "yes or no")),
    }
}

fn transport(text: &str) -> Result<Transport, String> {
    let named = Transport::ALL.into_iter().find(|transport| transport.name() == text);
    named.ok_or_else(|| invalid("transport", text, "tcp, udp, unix or ws, or several with commas"))
}

fn kind(text: &str) -> Result<Kind, String> {
    let named = Kind::ALL.into_iter().find(|kind| kind.name() == text);
    named.ok_or_else(|| invalid("type", text, "open, message, close or dropped, or several with commas"))
}

fn session(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| invalid("session", text, "a session's number, or several with commas"))
}

fn invalid(key: &str, text: &str, valid: impl Display) -> String {
    format!("invalid {key} {text:?}; use {valid}")
}

#[cfg(test)]
mod tests {
    use super::*;

    use wirestamp_protocol::event::EventId;

    fn read(query: &str) -> EventsQuery {
        query.parse().unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    #[test]
    fn without_a_query_everything_is_wanted_and_followed() {
        assert_eq!(read(""), EventsQuery { wanted: Wanted::default(), since: None, follow: true });
    }

    #[test]
    fn lists_have_commas_or_are_repeated() {
        use Transport::{Tcp, Udp, Ws};
        let asked = read("transport=tcp,udp&transport=ws&transport=tcp&session=3%2C4&type=open&type=close");
        assert_eq!(asked.wanted.transports, [Tcp, Udp, Ws]);
        assert_eq!(asked.wanted.sessions, [3, 4]);
        assert_eq!(asked.wanted.kinds, [Kind::Open, Kind::Close]);
        assert!(!read("follow=no").follow && read("follow=yes").follow);
    }

    #[test]
    fn a_start_is_an_event_a_time_or_now() {
        let time = |millis| Some(Since::Time(Timestamp(Duration::from_millis(millis))));
        for (text, since) in [
            ("now", Some(Since::Now)),
            ("692a0b3c-12", Some(Since::Event(EventId { run: 0x692a_0b3c, number: 12 }))),
            ("2026-11-22T18:07:00.5Z", time(1_795_370_820_500)),
            ("2026-11-22T19:07:00%2B01:00", time(1_795_370_820_000)),
            ("2026-11-22T19:07:00+01:00", time(1_795_370_820_000)),
            ("1969-12-31T23:00:00Z", time(0)),
        ] {
            assert_eq!(read(&format!("since={text}")).since, since, "{text}");
        }
    }

    #[test]
    fn an_error_lists_what_is_valid() {
        for (query, reason) in [
            ("token=x", "unknown setting \"token\"; use since=…, transport=…, session=…, type=… or follow=…"),
            ("since=yesterday", "invalid since \"yesterday\"; use an event's id, a time as in 2026-"),
            ("since=now&since=now", "since is given twice"),
            ("transport=tcp,,udp", "invalid transport \"\"; use tcp, udp, unix or ws"),
            ("transport=TCP", "invalid transport \"TCP\"; use tcp, udp, unix or ws"),
            ("type=all", "invalid type \"all\"; use open, message, close or dropped"),
            ("session=-1", "invalid session \"-1\"; use a session's number"),
            ("follow", "invalid follow \"\"; use yes or no"),
            ("follow=yes&follow=no", "follow is given twice"),
        ] {
            let error = query.parse::<EventsQuery>().unwrap_err();
            assert!(error.starts_with(reason), "{query}: {error}");
        }
    }

    #[test]
    fn a_query_names_a_limited_number_of_sessions() {
        let query = |sessions: usize| {
            let numbers: Vec<String> = (0..sessions).map(|number| number.to_string()).collect();
            format!("session={}", numbers.join(",")).parse::<EventsQuery>()
        };
        assert!(query(SESSIONS_MAX).is_ok());
        assert!(query(SESSIONS_MAX + 1).unwrap_err().starts_with("too many sessions"));
    }
}
