//! The connection's state in words.

use super::close::Closing;
use super::connection::{Connection, Link};
use crate::text::visible;

/// What the header says about the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The state's name in the style sheet.
    pub name: &'static str,
    /// The state in words.
    pub words: &'static str,
    /// The state as one character, for the title.
    pub mark: &'static str,
    /// The button's label.
    pub button: &'static str,
    /// Follows the state: when the next attempt is due, or that there is none.
    pub countdown: String,
    /// How the last connection ended, or what is wrong.
    pub note: String,
}

impl Status {
    /// Describes this connection.
    pub fn of(link: &Link) -> Self {
        let connection = link.connection();
        let (name, words, mark, button) = match connection {
            Connection::Connecting => ("connecting", "Connecting", "◌", "Disconnect"),
            Connection::Connected => ("connected", "Connected", "●", "Disconnect"),
            Connection::Waiting { .. } => ("waiting", "Disconnected", "○", "Connect"),
            Connection::Stopped => ("stopped", "Disconnected", "○", "Connect"),
        };
        let countdown = match connection {
            Connection::Waiting { seconds } => [", reconnecting in ", &seconds.to_string(), " s"].concat(),
            Connection::Stopped => " by you".to_owned(),
            _ => String::new(),
        };
        let note = match (link.last_close(), link.is_online()) {
            (_, false) if connection != Connection::Connected => "This computer is offline".to_owned(),
            (Some(closing), _) => note(connection, closing),
            (None, _) => String::new(),
        };
        Self { name, words, mark, button, countdown, note }
    }
}

/// How the last connection ended. The other side's reason is escaped.
fn note(connection: Connection, closing: &Closing) -> String {
    let earlier = if connection == Connection::Connected { "Earlier: " } else { "" };
    let pieces = visible(closing.describe().as_bytes());
    std::iter::once(earlier).chain(pieces.iter().map(|piece| piece.text.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(reason: &str) -> Link {
        let mut link = Link::default();
        link.open();
        link.opened(0.0);
        link.closed(1001, reason.to_owned(), 0.0);
        link
    }

    #[test]
    fn a_page_that_does_not_connect_says_so() {
        let status = Status::of(&Link::default());
        assert_eq!((status.words, status.button), ("Disconnected", "Connect"));
        assert_eq!((status.countdown.as_str(), status.note.as_str()), (" by you", ""));
    }

    #[test]
    fn a_loss_is_shown_with_the_next_attempt_and_an_escaped_reason() {
        let status = Status::of(&lost("\x1b[2J"));
        assert_eq!((status.name, status.countdown.as_str()), ("waiting", ", reconnecting in 1 s"));
        assert_eq!(status.note, r"Closed with 1001 (going away): \x1b[2J");
    }

    #[test]
    fn on_a_new_connection_the_last_loss_is_an_earlier_one() {
        let mut link = lost("");
        link.open();
        assert_eq!(Status::of(&link).words, "Connecting");
        link.opened(1.0);
        assert_eq!(Status::of(&link).note, "Earlier: Closed with 1001 (going away)");
        link.answered();
        assert_eq!(Status::of(&link).note, "");
    }

    #[test]
    fn being_offline_is_shown() {
        let mut link = lost("");
        link.network(false);
        assert_eq!(Status::of(&link).note, "This computer is offline");
    }
}
