//! The names in events, each of which is one word in JSON.

#[cfg(feature = "json")]
use serde::{Deserialize, Serialize};

/// The transport that a client uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// A Unix stream socket.
    Unix,
    /// A WebSocket, through the bridge.
    Ws,
}

impl Transport {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 4] = [Self::Tcp, Self::Udp, Self::Unix, Self::Ws];

    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Unix => "unix",
            Self::Ws => "ws",
        }
    }
}

/// Where a time of arrival comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
pub enum Source {
    /// The kernel stamped the packet when it came.
    Kernel,
    /// The clock was read right after the bytes were.
    Read,
}

impl Source {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 2] = [Self::Kernel, Self::Read];

    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kernel => "kernel",
            Self::Read => "read",
        }
    }
}

/// The characters that end a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
pub enum Terminator {
    /// A line feed.
    Lf,
    /// A carriage return and a line feed.
    Crlf,
    /// Neither: something else ended it.
    None,
}

impl Terminator {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 3] = [Self::Lf, Self::Crlf, Self::None];

    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lf => "lf",
            Self::Crlf => "crlf",
            Self::None => "none",
        }
    }
}

/// Why a message ends where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
pub enum End {
    /// At a line feed, which is part of it.
    Lf,
    /// The client was silent for the gap, which is the service's own rule.
    Gap,
    /// The stream ended.
    Eof,
    /// It reached the maximum length without a line feed.
    Cap,
    /// It's a datagram.
    Datagram,
}

impl End {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 5] = [Self::Lf, Self::Gap, Self::Eof, Self::Cap, Self::Datagram];

    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lf => "lf",
            Self::Gap => "gap",
            Self::Eof => "eof",
            Self::Cap => "cap",
            Self::Datagram => "datagram",
        }
    }
}

/// Who ended a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
pub enum By {
    /// The client.
    Client,
    /// This server.
    Server,
    /// The service that `--upstream` names.
    Upstream,
    /// Unknown: the connection itself broke.
    Network,
}

impl By {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 4] = [Self::Client, Self::Server, Self::Upstream, Self::Network];

    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Upstream => "upstream",
            Self::Network => "network",
        }
    }
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
pub enum How {
    /// The client ended its stream with a FIN, and had no message without a reply then.
    Fin,
    /// The client ended its half of the stream while it was still owed a reply, and the server finished its own half.
    HalfClose,
    /// The WebSocket was closed in order.
    Close,
    /// The connection was reset.
    Reset,
    /// The connection broke in another way.
    Broken,
    /// The client sent nothing for the idle timeout.
    Idle,
    /// The client did not read its replies for the stall timeout.
    Stalled,
    /// The client left two pings in a row unanswered.
    PingTimeout,
    /// The client broke the WebSocket protocol or a limit.
    Violation,
    /// The service that the bridge talks to could not be reached.
    Unreachable,
    /// The server was stopping.
    Stop,
    /// The session was dropped before it could end.
    Cut,
    /// A UDP peer sent nothing for a minute. UDP has no end of its own.
    Quiet,
}

impl How {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 13] = [
        Self::Fin,
        Self::HalfClose,
        Self::Close,
        Self::Reset,
        Self::Broken,
        Self::Idle,
        Self::Stalled,
        Self::PingTimeout,
        Self::Violation,
        Self::Unreachable,
        Self::Stop,
        Self::Cut,
        Self::Quiet,
    ];

    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fin => "fin",
            Self::HalfClose => "half-close",
            Self::Close => "close",
            Self::Reset => "reset",
            Self::Broken => "broken",
            Self::Idle => "idle",
            Self::Stalled => "stalled",
            Self::PingTimeout => "ping-timeout",
            Self::Violation => "violation",
            Self::Unreachable => "unreachable",
            Self::Stop => "stop",
            Self::Cut => "cut",
            Self::Quiet => "quiet",
        }
    }
}

/// Why a datagram got no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(rename_all = "kebab-case"))]
pub enum DropReason {
    /// It came from a port below 1024, so from a service rather than a client.
    LowPort,
    /// It was stamped already: another service like this one answers.
    Stamped,
    /// Its reply would not fit into a datagram.
    TooLarge,
    /// Its source was over the rate.
    OverRate,
    /// The reply could not be sent.
    Lost,
}

impl DropReason {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 5] = [Self::LowPort, Self::Stamped, Self::TooLarge, Self::OverRate, Self::Lost];

    /// Its name in text and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::LowPort => "low-port",
            Self::Stamped => "stamped",
            Self::TooLarge => "too-large",
            Self::OverRate => "over-rate",
            Self::Lost => "lost",
        }
    }
}

impl std::fmt::Display for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl From<crate::Cut> for End {
    fn from(cut: crate::Cut) -> Self {
        match cut {
            crate::Cut::Lf => Self::Lf,
            crate::Cut::Gap => Self::Gap,
            crate::Cut::Eof => Self::Eof,
            crate::Cut::Cap => Self::Cap,
        }
    }
}

impl Terminator {
    /// The terminator of a message.
    pub fn of(message: &[u8]) -> Self {
        match message {
            [.., b'\r', b'\n'] => Self::Crlf,
            [.., b'\n'] => Self::Lf,
            _ => Self::None,
        }
    }
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_json_has() {
        fn check<T: Serialize>(all: &[T], name: impl Fn(&T) -> &'static str) {
            for one in all {
                assert_eq!(serde_json::to_value(one).unwrap(), name(one));
            }
        }
        check(&Transport::ALL, |one| one.name());
        check(&Source::ALL, |one| one.name());
        check(&Terminator::ALL, |one| one.name());
        check(&End::ALL, |one| one.name());
        check(&By::ALL, |one| one.name());
        check(&How::ALL, |one| one.name());
        check(&DropReason::ALL, |one| one.name());
    }

    #[test]
    fn a_carriage_return_counts_only_before_a_line_feed() {
        let terminators = [&b"a\n"[..], b"a\r\n", b"a\r", b"\n", b"\r\n", b"a"].map(Terminator::of);
        use Terminator::{Crlf, Lf, None};
        assert_eq!(terminators, [Lf, Crlf, None, Lf, Crlf, None]);
    }
}
