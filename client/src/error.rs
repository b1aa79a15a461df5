//! What can go wrong for a client, each in the one line that its user sees.

use std::io;
use std::time::Duration;

use wirestamp_protocol::plural;

/// Why a client ended before its time. `main` prints it, once, and exits with 1.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A host name without an address.
    #[error("cannot reach {target}: {reason}; check the host's name")]
    Resolve {
        /// The service's address.
        target: String,
        /// What the resolver said.
        reason: String,
    },
    /// A service that does not answer as such.
    #[error("cannot reach {target}: {reason}; {advice}")]
    Reach {
        /// The service's address.
        target: String,
        /// What the system or the peer said.
        reason: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// A connection that broke.
    #[error("lost {target}: {reason}; see whether the server still runs, and start again")]
    Lost {
        /// The service's address.
        target: String,
        /// What the system or the peer said.
        reason: String,
    },
    /// A line that cannot be sent.
    #[error("cannot send to {target}: {reason}; {advice}")]
    Send {
        /// The service's address.
        target: String,
        /// What the system said.
        reason: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// A peer that ended before it had answered every line.
    #[error("{replies} of {lines} replies came before {ended}; see the server's log")]
    Missing {
        /// How many replies came.
        replies: u64,
        /// How many lines were sent.
        lines: u64,
        /// Who ended it, and how.
        ended: String,
    },
    /// A peer that ended while there were lines to come.
    #[error("{ended} before the input ended; {replies} of {lines} lines had their replies")]
    Early {
        /// How many replies came.
        replies: u64,
        /// How many lines were sent.
        lines: u64,
        /// Who ended it, and how.
        ended: String,
    },
    /// A peer that ended while its user typed.
    #[error("{ended}; see whether the server still runs, and start again")]
    Ended {
        /// Who ended it, and how.
        ended: String,
    },
    /// A peer that went silent before it had answered every line.
    #[error("{replies} of {lines} replies came from {target}, then none for {}; allow more with --timeout", humantime::format_duration(*.waited))]
    Silent {
        /// How many replies came.
        replies: u64,
        /// How many lines were sent.
        lines: u64,
        /// The service's address.
        target: String,
        /// For how long nothing came.
        waited: Duration,
    },
    /// A ping that nothing answered.
    #[error("no reply from {target} to {sent} {}; check that it answers with what it is sent", plural(*.sent, "probe", "probes"))]
    NothingBack {
        /// How many probes were sent.
        sent: u64,
        /// The service's address.
        target: String,
    },
    /// Anything else that the system refused.
    #[error("cannot {what}: {}", reason(.source))]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// The system's words without Rust's `(os error 111)`, which helps nobody.
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
            "3 of 10 replies came from tcp://localhost:7, then none for 1s 500ms; allow more with --timeout"
        );
        let nothing = |sent| Error::NothingBack { sent, target: "tcp://localhost:7".into() }.to_string();
        assert!(nothing(1).starts_with("no reply from tcp://localhost:7 to 1 probe; "));
        assert!(nothing(2).starts_with("no reply from tcp://localhost:7 to 2 probes; "));
        let refused = Error::System { what: "do it", source: io::Error::from_raw_os_error(111) };
        assert_eq!(refused.to_string(), "cannot do it: connection refused");
    }
}
