//! What can go wrong for a client, each with the line that its user sees.

use std::io;
use std::time::Duration;

use wirestamp_protocol::plural;

/// Why a client failed. `main` prints it once and exits with 1.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host name doesn't resolve.
    #[error("cannot reach {target}: {reason}; check the host name")]
    Resolve {
        /// The service's address.
        target: String,
        /// What the resolver said.
        reason: String,
    },
    /// The service can't be reached.
    #[error("cannot reach {target}: {reason}; {advice}")]
    Reach {
        /// The service's address.
        target: String,
        /// What the system or the peer said.
        reason: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The service answers, but refuses or doesn't have what it was asked for.
    #[error("cannot watch {target}: {reason}; {advice}")]
    Refused {
        /// The service's address.
        target: String,
        /// What the peer said.
        reason: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The connection broke.
    #[error("lost the connection to {target}: {reason}; check that the server is running, and try again")]
    Lost {
        /// The service's address.
        target: String,
        /// What the system or the peer said.
        reason: String,
    },
    /// A line can't be sent.
    #[error("cannot send to {target}: {reason}; {advice}")]
    Send {
        /// The service's address.
        target: String,
        /// What the system said.
        reason: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The peer ended the conversation with lines unanswered.
    #[error("{replies} of {lines} replies came before {ended}; see the server's log")]
    Missing {
        /// How many replies came.
        replies: u64,
        /// How many lines were sent.
        lines: u64,
        /// Who ended it, and how.
        ended: String,
    },
    /// The peer ended the conversation before the input ended.
    #[error("{ended} before the end of the input; {replies} of {lines} lines were answered")]
    Early {
        /// How many replies came.
        replies: u64,
        /// How many lines were sent.
        lines: u64,
        /// Who ended it, and how.
        ended: String,
    },
    /// The peer ended the conversation while its user was typing.
    #[error("{ended}; check that the server is running, and try again")]
    Ended {
        /// Who ended it, and how.
        ended: String,
    },
    /// The peer fell silent with lines unanswered.
    #[error("{replies} of {lines} replies came from {target}, then none for {}; use --timeout to wait longer", humantime::format_duration(*.waited))]
    Silent {
        /// How many replies came.
        replies: u64,
        /// How many lines were sent.
        lines: u64,
        /// The service's address.
        target: String,
        /// How long no reply came.
        waited: Duration,
    },
    /// The user ended the conversation with lines unanswered.
    #[error("interrupted with {missing} of {lines} {} missing", plural(*.lines, "reply", "replies"))]
    Interrupted {
        /// How many replies were missing.
        missing: u64,
        /// How many lines were sent.
        lines: u64,
        /// The signal's number: that of Ctrl-C is 2.
        signal: i32,
    },
    /// No probe was answered.
    #[error("no reply from {target} to {sent} {}; check that it answers with what it is sent", plural(*.sent, "probe", "probes"))]
    NothingBack {
        /// How many probes were sent.
        sent: u64,
        /// The service's address.
        target: String,
    },
    /// The token for the server can't be used.
    #[error("cannot use the token in {place}: {reason}")]
    Token {
        /// The file or the environment variable.
        place: String,
        /// What is wrong, and what to do about it.
        reason: String,
    },
    /// A capture would be written to a terminal.
    #[error("a terminal can't show a capture; write it to a file, or pipe it to 'wireshark -k -i -'")]
    CaptureAtTerminal,
    /// Anything else that the system refused to do.
    #[error("cannot {what}: {}", reason(.source))]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// Returns the program's exit code: 1, or what a shell reports for a program that a signal ended, such as 130
    /// for Ctrl-C.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted { signal, .. } => u8::try_from(128 + signal).unwrap_or(1),
            _ => 1,
        }
    }
}

/// Returns the system's message without the `(os error 111)` that Rust appends.
///
/// ```
/// let refused = std::io::Error::from_raw_os_error(111);
/// assert_eq!(wirestamp_client::reason(&refused), "connection refused");
/// ```
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_one_line_with_the_numbers_that_matter() {
        let silent = Error::Silent {
            replies: 3,
            lines: 10,
            target: "tcp://localhost:7".into(),
            waited: Duration::from_millis(1500),
        };
        assert_eq!(
            silent.to_string(),
            "3 of 10 replies came from tcp://localhost:7, then none for 1s 500ms; use --timeout to wait longer"
        );
        let nothing = |sent| Error::NothingBack { sent, target: "tcp://localhost:7".into() }.to_string();
        assert!(nothing(1).starts_with("no reply from tcp://localhost:7 to 1 probe; "));
        assert!(nothing(2).starts_with("no reply from tcp://localhost:7 to 2 probes; "));
        let refused = Error::System { what: "do it", source: io::Error::from_raw_os_error(111) };
        assert_eq!(refused.to_string(), "cannot do it: connection refused");
    }
}
