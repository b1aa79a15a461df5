//! What happens to the connection and to what is sent over it, in words.

use crate::link::Closing;

/// Something that happened to the connection, or to what was sent over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// It opened.
    Connected {
        /// The service's address.
        host: String,
        /// The stamp format, as typed; `None` is the server's default.
        format: Option<String>,
        /// Whether there was a connection before.
        again: bool,
    },
    /// The user changed the stamp format; `None` is the server's default.
    Format(Option<String>),
    /// It ended, or could not be opened.
    Closed(Closing),
    /// The user ended it.
    Disconnected,
    /// The user ended the attempts to open it.
    GivenUp,
    /// All messages of a burst or a repetition were answered or lost: this came of them.
    Summary(String),
}

impl Happening {
    /// The name used in exports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Connected { .. } => "connected",
            Self::Format(_) => "format",
            Self::Closed(Closing { was_open: true, .. }) => "closed",
            Self::Closed(_) => "failed",
            Self::Disconnected => "disconnected",
            Self::GivenUp => "stopped",
            Self::Summary(_) => "summary",
        }
    }

    /// One line. It may contain the other side's reason, which isn't escaped.
    pub fn describe(&self) -> String {
        match self {
            Self::Connected { host, again: true, .. } => ["Reconnected to ", host].concat(),
            Self::Connected { host, format: None, .. } => ["Connected to ", host].concat(),
            Self::Connected { host, format: Some(format), .. } => {
                ["Connected to ", host, " with stamps in ", format].concat()
            }
            Self::Format(None) => "Stamp format changed to the server's default".to_owned(),
            Self::Format(Some(format)) => ["Stamp format changed to ", format].concat(),
            Self::Closed(closing) => closing.describe(),
            Self::Disconnected => "Disconnected by you".to_owned(),
            Self::GivenUp => "Retrying stopped by you".to_owned(),
            Self::Summary(words) => words.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connected(format: Option<&str>, again: bool) -> String {
        let format = format.map(str::to_owned);
        Happening::Connected { host: "localhost:8080".to_owned(), format, again }.describe()
    }

    #[test]
    fn the_first_connection_has_its_stamp_format_and_later_ones_are_reconnections() {
        assert_eq!(connected(None, false), "Connected to localhost:8080");
        assert_eq!(connected(Some("unix"), false), "Connected to localhost:8080 with stamps in unix");
        assert_eq!(connected(Some("unix"), true), "Reconnected to localhost:8080");
    }

    #[test]
    fn a_failed_attempt_is_no_closed_connection() {
        for (was_open, name, words) in [
            (true, "closed", "Closed with 1006 (connection lost)"),
            (false, "failed", "Could not connect: 1006 (no answer, or refused)"),
        ] {
            let happening = Happening::Closed(Closing { code: 1006, reason: String::new(), was_open });
            assert_eq!((happening.name(), happening.describe().as_str()), (name, words));
        }
    }
}
