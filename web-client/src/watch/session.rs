//! One client of the service, as far as this page was told.

use wirestamp_protocol::event::{By, Findings, How, Timestamp, Transport};

use super::activity::Activity;

/// A session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its number, unique in one run of the server.
    pub number: u64,
    /// The transport that its client uses.
    pub transport: Transport,
    /// The client's address.
    pub peer: String,
    /// The address of the listener that it came to.
    pub listener: String,
    /// The name that the client gave itself.
    pub label: Option<String>,
    /// When it began.
    pub opened: Timestamp,
    /// When something last happened.
    pub last: Timestamp,
    /// How many messages there have been.
    pub messages: u64,
    /// How many bytes came in.
    pub bytes_in: u64,
    /// How many bytes of replies went out. Known once it has ended.
    pub bytes_out: u64,
    /// How it ended. `None` while it is open.
    pub ending: Option<Ending>,
    /// What it shows, in words and as names.
    pub findings: Findings,
    /// When its bytes were read.
    pub activity: Activity,
    /// Changes with each event.
    pub version: u32,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Who ended it.
    pub by: By,
    /// How.
    pub how: How,
    /// A WebSocket's close code.
    pub code: Option<u16>,
    /// The reason that was given.
    pub reason: Option<String>,
    /// How many such sessions in a row this stands for.
    pub count: u64,
}

impl Session {
    /// A session that has just begun.
    pub fn new(number: u64, transport: Transport, peer: String, at: Timestamp) -> Self {
        Self {
            number,
            transport,
            peer,
            listener: String::new(),
            label: None,
            opened: at,
            last: at,
            messages: 0,
            bytes_in: 0,
            bytes_out: 0,
            ending: None,
            findings: Findings::default(),
            activity: Activity::new(at),
            version: 0,
        }
    }
}

impl Ending {
    /// Who ended it and how: `client: reset`. An end that nobody is to blame for has no name.
    pub fn words(&self) -> String {
        let how = match self.how {
            How::Fin => "FIN",
            How::HalfClose => "half-closed, then finished",
            How::Close => "closed",
            How::Reset => "reset",
            How::Broken => "connection broke",
            How::Idle => "idle too long",
            How::Stalled => "replies weren't read",
            How::PingTimeout => "pings weren't answered",
            How::Violation => "protocol fault",
            How::Unreachable => "unreachable",
            How::Stop => "stopping",
            How::Cut => "cut off",
            How::Quiet => "quiet for a minute",
        };
        let code = self.code.map(|code| [" ", &code.to_string()].concat());
        let times = (self.count > 1).then(|| [" × ", &self.count.to_string()].concat());
        let by = if self.how == How::Quiet { "" } else { self.by.name() };
        let colon = if by.is_empty() { "" } else { ": " };
        [by, colon, how, &code.unwrap_or_default(), &times.unwrap_or_default()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_says_who_and_how() {
        let ending = |by, how| Ending { by, how, code: None, reason: None, count: 1 };
        assert_eq!(ending(By::Client, How::Reset).words(), "client: reset");
        assert_eq!(ending(By::Client, How::Quiet).words(), "quiet for a minute");
        let closed = Ending { code: Some(1001), ..ending(By::Server, How::Close) };
        assert_eq!(closed.words(), "server: closed 1001");
        let probes = Ending { count: 12, ..ending(By::Client, How::Fin) };
        assert_eq!(probes.words(), "client: FIN × 12");
    }
}
