//! Whether the server tells the page what happens.

/// The state of the stream of events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Feed {
    /// It wasn't asked for yet.
    #[default]
    Off,
    /// The server was asked.
    Asking,
    /// It is open.
    Open,
    /// It broke, and is asked for again in a moment.
    Broken,
    /// The server wants a token. The flag says whether one was refused.
    Locked(bool),
    /// The server refuses, for this reason.
    Refused(String),
}

impl Feed {
    /// What the server's refusal means.
    pub(super) fn of_refusal(status: u16, text: &str, has_token: bool) -> Self {
        match status {
            401 => Self::Locked(has_token),
            403 if has_token => Self::Locked(true),
            403 => Self::Refused(reason(text, "The server doesn't let this page watch.")),
            404 => {
                Self::Refused("This server, or a proxy before it, has no /api/events to watch.".to_owned())
            }
            503 => Self::Refused(reason(text, "The server doesn't record what happens.")),
            _ => Self::Broken,
        }
    }

    /// Its name in the markup.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Asking => "asking",
            Self::Open => "open",
            Self::Broken => "broken",
            Self::Locked(_) => "locked",
            Self::Refused(_) => "refused",
        }
    }

    /// What to say about it. Empty if it works.
    pub fn words(&self) -> &str {
        match self {
            Self::Off | Self::Open => "",
            Self::Asking => "Asking the server…",
            Self::Broken => "The stream of events broke; asking again…",
            Self::Locked(false) => {
                "This server shows its sessions to those who have its token (--watch-token)."
            }
            Self::Locked(true) => "The server refused this token. It is the one behind --watch-token.",
            Self::Refused(reason) => reason,
        }
    }
}

/// The server's own words, or these if it has none that fit.
fn reason(text: &str, otherwise: &str) -> String {
    let text = text.trim_ascii();
    let fits = (1..=1000).contains(&text.len()) && !text.starts_with('<');
    // Its first letter is small, as it may follow a colon elsewhere.
    match text.split_at_checked(1) {
        Some((first, rest)) if fits => [&first.to_ascii_uppercase(), rest].concat(),
        _ => otherwise.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        let words = "no watching: start the server with --watch-token\n";
        let told = "No watching: start the server with --watch-token";
        assert_eq!(Feed::of_refusal(403, words, false).words(), told);
        assert_eq!(Feed::of_refusal(403, "<html>", false).words(), "The server doesn't let this page watch.");
        assert_eq!(Feed::of_refusal(404, "", false).name(), "refused");
    }

    #[test]
    fn a_token_is_asked_for_and_a_wrong_one_again() {
        assert_eq!(Feed::of_refusal(401, "", false), Feed::Locked(false));
        assert_eq!(Feed::of_refusal(401, "", true), Feed::Locked(true));
        assert_eq!(Feed::of_refusal(403, "", true), Feed::Locked(true));
        assert!(Feed::Locked(true).words().contains("refused"));
    }

    #[test]
    fn anything_else_is_tried_again() {
        for status in [0, 500, 502, 504] {
            assert_eq!(Feed::of_refusal(status, "", false), Feed::Broken);
        }
    }
}
