//! What the fuzz targets in `tests/fuzz` reach of the insides. It is compiled for them alone, with the
//! `--cfg fuzzing` that cargo-fuzz sets.

use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use wirestamp_protocol::Format;

use crate::bridge::frames::Close;
use crate::bridge::translate::{ClientEnd, Mode, Translator};
use crate::listen::profile::ProfileQuery;

/// What a bridge makes of its bytes, away from any socket.
pub struct Bridge {
    talk: Translator,
    mode: Mode,
}

/// How a client ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// It sent a Close, with a code and a reason or without.
    Closed(Option<(u16, String)>),
    /// It sent what no client may send, and is told so.
    AtFault {
        /// The Close's code.
        code: u16,
        /// The Close's reason.
        reason: String,
    },
}

impl End {
    /// The Close that a client which ended so is sent.
    pub fn close(&self) -> Option<(u16, &str)> {
        match self {
            Self::Closed(close) => close.as_ref().map(|(code, reason)| (*code, reason.as_str())),
            Self::AtFault { code, reason } => Some((*code, reason)),
        }
    }
}

impl Bridge {
    /// A bridge whose messages are lines, of at most `max` bytes with their line feed.
    pub fn of_lines(max: usize) -> Self {
        Self { talk: Translator::new(Mode::Lines, max), mode: Mode::Lines }
    }

    /// A bridge of two byte streams.
    pub fn of_bytes(max: usize) -> Self {
        Self { talk: Translator::new(Mode::Bytes, max), mode: Mode::Bytes }
    }

    /// Whether its messages are lines.
    pub fn is_of_lines(&self) -> bool {
        self.mode == Mode::Lines
    }

    /// Takes what was read from the client.
    pub fn client_sent(&mut self, bytes: &[u8]) -> Option<End> {
        let plain = |Close { code, reason }| (u16::from(code), reason);
        self.talk.client_sent(bytes).map(|end| match end {
            ClientEnd::Closed(close) => End::Closed(close.map(plain)),
            ClientEnd::AtFault(close) => {
                let (code, reason) = plain(close);
                End::AtFault { code, reason }
            }
        })
    }

    /// Takes what was read from the service.
    pub fn service_sent(&mut self, bytes: &[u8]) {
        self.talk.service_sent(bytes);
    }

    /// Ends what goes to the client.
    pub fn end(&mut self, close: Option<(u16, &str)>) {
        self.talk.end_line();
        let close = close.map(|(code, reason)| Close::new(CloseCode::from(code), reason));
        self.talk.close(close.as_ref());
    }

    /// The bytes that wait for the service.
    pub fn take_to_service(&mut self) -> Vec<u8> {
        std::mem::take(self.talk.to_service.bytes())
    }

    /// The bytes that wait for the client.
    pub fn take_to_client(&mut self) -> Vec<u8> {
        std::mem::take(self.talk.to_client.bytes())
    }
}

/// The format that the query of an address or a WebSocket's URL asks for.
///
/// # Errors
/// What the client is told.
pub fn format_of_query(query: &str) -> Result<Option<Format>, String> {
    query.parse::<ProfileQuery>().map(|settings| settings.format)
}
