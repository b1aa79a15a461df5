//! How a listener serves its clients, as set by the query of its address: `?format=rfc3339`.
//!
//! The URL of a WebSocket has the same query: `/ws?format=rfc3339`.

use std::fmt;
use std::str::FromStr;

use wirestamp_protocol::Format;

/// How clients are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    /// How stamps show the time.
    pub(crate) format: Format,
}

/// The settings of a `Profile` that a query names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileQuery {
    pub(crate) format: Option<Format>,
}

/// The valid keys, for error messages.
const KEYS: &str = "format=…";

impl ProfileQuery {
    /// The profile with these settings, and those of `default` for the rest.
    pub(crate) fn or(self, default: &Profile) -> Profile {
        Profile { format: self.format.unwrap_or_else(|| default.format.clone()) }
    }
}

impl FromStr for ProfileQuery {
    type Err = String;

    /// Reads what follows the question mark, percent-decoded as in a URL: write `%25` for a percent sign that two
    /// hexadecimal digits follow.
    ///
    /// # Errors
    /// A key that is unknown or given twice, or a value that is invalid.
    fn from_str(query: &str) -> Result<Self, String> {
        let mut settings = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            // What isn't UTF-8 is decoded to this. It comes from patterns such as %H%da.
            if value.contains(char::REPLACEMENT_CHARACTER) {
                let advice = "write %25 for a percent sign that two hexadecimal digits follow";
                return Err(format!("{query:?} is not valid UTF-8 when percent-decoded; {advice}"));
            }
            match &*key {
                "format" if settings.format.is_some() => return Err("format is given twice".into()),
                "format" => {
                    let format = value.parse();
                    settings.format =
                        Some(format.map_err(|error| format!("invalid stamp format {value:?}: {error}"))?);
                }
                _ => return Err(format!("unknown setting {key:?}; use {KEYS}")),
            }
        }
        Ok(settings)
    }
}

/// Where to listen, and the profile that the address asks for: `localhost:21568?format=rfc3339`,
/// `/run/wirestamp.sock?format=unix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding<A> {
    /// An address, or a path.
    pub at: A,
    /// The settings after the question mark.
    pub profile: ProfileQuery,
}

impl<A: FromStr<Err: fmt::Display>> FromStr for Binding<A> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (at, query) = text.split_once('?').unwrap_or((text, ""));
        Ok(Self { at: at.parse().map_err(|error: A::Err| error.to_string())?, profile: query.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::listen::address::Address;

    fn format_of(query: &str) -> Result<Option<Format>, String> {
        query.parse::<ProfileQuery>().map(|settings| settings.format)
    }

    #[test]
    fn a_query_is_percent_decoded() {
        for (query, format) in [
            ("format=%H:%M?", "%H:%M?"),
            ("format=%25d%25b", "%d%b"),
            ("format=%a%2C%b", "%a,%b"),
            ("format=%T+UTC", "%T UTC"),
        ] {
            assert_eq!(format_of(query), Ok(Some(format.parse().unwrap())), "{query}");
        }
        assert_eq!(format_of(""), Ok(None));
    }

    #[test]
    fn an_unknown_setting_is_an_error_that_lists_the_known_ones() {
        for (query, reason) in [
            ("stamp=unix", "unknown setting \"stamp\"; use format="),
            ("format", "invalid stamp format \"\""),
            ("format=unics", "invalid stamp format \"unics\""),
            ("format=unix&format=ctime", "format is given twice"),
            ("format=%H%da", "\"format=%H%da\" is not valid UTF-8 when percent-decoded; write %25"),
        ] {
            let error = format_of(query).unwrap_err();
            assert!(error.starts_with(reason), "{query}: {error}");
        }
    }

    #[test]
    fn what_the_query_leaves_out_is_the_servers_default() {
        let default = Profile { format: "unix".parse().unwrap() };
        assert_eq!(ProfileQuery::default().or(&default), default);
        let own = "format=rfc3339".parse::<ProfileQuery>().unwrap().or(&default);
        assert_eq!(own.format, "rfc3339".parse().unwrap());
    }

    #[test]
    fn a_listener_may_have_a_profile_of_its_own() {
        let plain: Binding<Address> = "localhost:1".parse().unwrap();
        assert_eq!(plain.profile, ProfileQuery::default());
        let own: Binding<Address> = "localhost:1?format=unix".parse().unwrap();
        assert_eq!((own.at, own.profile.format), (plain.at, Some("unix".parse().unwrap())));
        let error = "localhost?format=unix".parse::<Binding<Address>>().unwrap_err();
        assert!(error.starts_with("missing port"), "{error}");
    }
}
