//! How a session ended, and who ended it.

use std::fmt;
use std::io;

use wirestamp_protocol::event;

use crate::error::reason;

pub(crate) use wirestamp_protocol::event::By as Party;

/// The end of a session, the same in the log and in the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) by: Party,
    pub(crate) how: How,
}

/// How a session was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum How {
    /// The stream ended in order, with a FIN.
    Fin,
    /// The WebSocket was closed in order, with this code and reason.
    Close(Option<(u16, String)>),
    /// The connection was reset.
    Reset,
    /// The connection broke in another way, for this reason.
    Broken(String),
    /// The client sent nothing for the idle timeout.
    Idle,
    /// The client did not read its replies for the stall timeout.
    Stalled,
    /// The client left two pings in a row unanswered.
    PingTimeout,
    /// The client broke the WebSocket protocol or a limit, and was told so with this close code and reason.
    Violation(u16, String),
    /// The service that the bridge talks to cannot be reached, for this reason.
    Unreachable(String),
    /// The server is stopping.
    Stop,
    /// The session was dropped before it could end.
    Cut,
}

impl How {
    /// The name in the log and the metrics.
    pub(crate) fn name(&self) -> &'static str {
        self.told().name()
    }

    /// What it is without its details, as events tell it.
    pub(crate) fn told(&self) -> event::How {
        match self {
            Self::Fin => event::How::Fin,
            Self::Close(_) => event::How::Close,
            Self::Reset => event::How::Reset,
            Self::Broken(_) => event::How::Broken,
            Self::Idle => event::How::Idle,
            Self::Stalled => event::How::Stalled,
            Self::PingTimeout => event::How::PingTimeout,
            Self::Violation(..) => event::How::Violation,
            Self::Unreachable(_) => event::How::Unreachable,
            Self::Stop => event::How::Stop,
            Self::Cut => event::How::Cut,
        }
    }

    /// The close code of a WebSocket, where one was sent.
    pub(crate) fn code(&self) -> Option<u16> {
        match self {
            Self::Close(Some((code, _))) | Self::Violation(code, _) => Some(*code),
            _ => None,
        }
    }

    /// The reason, if there is one.
    pub(crate) fn detail(&self) -> Option<&str> {
        let detail = match self {
            Self::Close(Some((_, reason))) | Self::Violation(_, reason) => reason,
            Self::Broken(reason) | Self::Unreachable(reason) => reason,
            _ => return None,
        };
        Some(detail).filter(|detail| !detail.is_empty()).map(String::as_str)
    }
}

impl Ending {
    pub(crate) fn by_client(how: How) -> Self {
        Self { by: Party::Client, how }
    }

    pub(crate) fn by_server(how: How) -> Self {
        Self { by: Party::Server, how }
    }

    /// The end of a connection to `party` that failed.
    pub(crate) fn of_error(party: Party, error: &io::Error) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
        match error.kind() {
            // A reset that was received earlier shows as EPIPE (write(2)).
            ConnectionReset | ConnectionAborted | BrokenPipe => Self { by: party, how: How::Reset },
            _ => Self { by: Party::Network, how: How::Broken(reason(error)) },
        }
    }
}

/// For people: `client fin`, `server idle`, `network broken: connection timed out`.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.by.name(), self.how.name())?;
        match self.how.detail() {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_is_the_peers_and_a_timeout_is_the_networks() {
        let of = |kind: io::ErrorKind| Ending::of_error(Party::Client, &kind.into());
        assert_eq!(of(io::ErrorKind::ConnectionReset), Ending::by_client(How::Reset));
        assert_eq!(of(io::ErrorKind::BrokenPipe), Ending::by_client(How::Reset));
        assert_eq!(of(io::ErrorKind::TimedOut).to_string(), "network broken: timed out");
    }

    #[test]
    fn an_ending_has_a_code_and_a_reason_if_they_were_sent() {
        let closed = How::Close(Some((1000, "bye".into())));
        assert_eq!((closed.code(), closed.detail()), (Some(1000), Some("bye")));
        let silent = How::Close(Some((1000, String::new())));
        assert_eq!((silent.code(), silent.detail()), (Some(1000), None));
        assert_eq!(Ending::by_client(How::Fin).to_string(), "client fin");
    }
}
