//! What a server tells of its sessions: an [`Event`] for each thing that happens, as types and as JSON.
//!
//! With the feature `json`, they are serialized as one JSON object each. `GET /api/events.schema.json` has the schema.
//! Times are [`Timestamp`]s: nanoseconds, in UTC, as in RFC 3339.

mod id;
mod names;
mod timestamp;

pub use id::EventId;
pub use names::{By, DropReason, End, How, Source, Terminator, Transport};
pub use timestamp::Timestamp;

#[cfg(feature = "json")]
use serde::{Deserialize, Serialize};

/// How much of a message's payload an event has, in bytes: 4 KiB. A longer one is cut there, and its true size told.
pub const PAYLOAD_MAX: usize = 4 * 1024;

/// The most reads of one message that an event has. The first ones are told, and the last one.
pub const READS_MAX: usize = 256;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(tag = "type", rename_all = "lowercase"))]
pub enum Event {
    /// A client has connected, or a UDP peer has sent its first datagram.
    Open(Open),
    /// A message has ended, and its reply was written or is waiting for the client.
    Message(Box<Message>),
    /// A session has ended.
    Close(Close),
    /// Events are missing here.
    Dropped(Dropped),
}

/// What all events about a session begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize))]
pub struct About {
    /// The event's own number.
    pub id: EventId,
    /// The session's number, which is unique in one run of the server.
    pub session: u64,
    /// The transport that its client uses.
    pub transport: Transport,
    /// The client: an address with its port, or a process as `pid:1234,uid:1000`.
    pub peer: String,
    /// The address or path of the listener that it came to.
    pub listener: String,
    /// When it happened.
    pub at: Timestamp,
}

/// A client has connected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize))]
pub struct Open {
    /// Which session, and when.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub about: About,
    /// The format of its stamps. `None` if a service elsewhere stamps them.
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "Option::is_none"))]
    pub format: Option<String>,
    /// The name that the client gave itself with `/ws?label=…`.
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "Option::is_none"))]
    pub label: Option<String>,
}

/// A message has ended. [`About::at`] is the arrival of its last byte.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize))]
pub struct Message {
    /// Which session, and when.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub about: About,
    /// Its number in the session, from 1.
    pub seq: u64,
    /// Its true size in bytes, with its terminator.
    pub bytes: u64,
    /// What it says.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub payload: Payload,
    /// When its first byte arrived.
    pub first_at: Timestamp,
    /// The reads that it came in, in order. A read isn't a TCP segment: it's what the server got at once. At most
    /// [`READS_MAX`].
    pub reads: Vec<Read>,
    /// How many reads before the last one are left out of `reads`.
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "is_zero"))]
    pub reads_omitted: u64,
    /// Where the times of arrival come from.
    pub source: Source,
    /// The characters that end it.
    pub terminator: Terminator,
    /// Why it ends where it does.
    pub end: End,
    /// How many messages its last read had bytes of, itself included.
    pub shared: u64,
    /// How long its last bytes waited in the kernel until they were read, in nanoseconds, where the kernel tells.
    pub wait_ns: Option<u64>,
    /// The time from the arrival of its last byte until its reply was written, in nanoseconds. It includes the gap of
    /// a message that a gap ended. `None` if the reply still waited for the client then.
    pub service_ns: Option<u64>,
    /// The time since the last byte of the message before, in nanoseconds. `None` for the first.
    pub delta_ns: Option<u64>,
    /// The stamp of its reply, without the brackets. `None` if it got no reply, as a UDP datagram may.
    pub stamp: Option<String>,
    /// Why a datagram got no reply.
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "Option::is_none"))]
    pub unanswered: Option<DropReason>,
    /// What is known of the session now, if this message changed that.
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "Option::is_none"))]
    pub news: Option<Findings>,
}

/// The bytes of a message, cut to [`PAYLOAD_MAX`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize), serde(rename_all = "lowercase"))]
pub enum Payload {
    /// It's valid UTF-8.
    Text(String),
    /// It isn't: in base64 (RFC 4648, 4).
    Base64(String),
}

/// Bytes of a message that were read at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize))]
pub struct Read {
    /// When they arrived.
    pub at: Timestamp,
    /// How many there were.
    pub bytes: u64,
}

/// What a session's bytes and times show, in words and as stable names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize))]
pub struct Findings {
    /// The names of what was noticed.
    pub hints: Vec<String>,
    /// The same in plain sentences, on one line.
    pub verdict: String,
}

/// A session has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize))]
pub struct Close {
    /// Which session, and when.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub about: About,
    /// Who ended it.
    pub by: By,
    /// How.
    pub how: How,
    /// The close code of a WebSocket, where one was sent.
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "Option::is_none"))]
    pub code: Option<u16>,
    /// The reason in words, where there is one.
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "Option::is_none"))]
    pub reason: Option<String>,
    /// How many reads there were.
    pub reads: u64,
    /// How many messages.
    pub messages: u64,
    /// How many bytes came in.
    pub bytes_in: u64,
    /// How many bytes of replies went out.
    pub bytes_out: u64,
    /// How long it was open, in nanoseconds.
    pub lasted_ns: u64,
    /// How many such sessions in a row from the same host this stands for: probes are folded. Usually 1.
    pub count: u64,
    /// What the session showed.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub findings: Findings,
}

/// Events are missing here: there were more than the server or this watcher could hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(Serialize, Deserialize))]
pub struct Dropped {
    /// The number of the last event that is missing, or of this one if the missing ones never got a number.
    pub id: EventId,
    /// When it was noticed.
    pub at: Timestamp,
    /// The session that they belong to. `None` if they belong to several.
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "Option::is_none"))]
    pub session: Option<u64>,
    /// How many reads weren't looked into. Their bytes were answered all the same.
    pub reads: u64,
    /// How many messages are missing, as far as is known.
    pub messages: u64,
    /// How many bytes.
    pub bytes: u64,
    /// How many events were made and then lost before this watcher had them.
    pub events: u64,
}

impl Event {
    /// Its number.
    pub fn id(&self) -> EventId {
        match self {
            Self::Open(Open { about, .. }) | Self::Close(Close { about, .. }) => about.id,
            Self::Message(message) => message.about.id,
            Self::Dropped(dropped) => dropped.id,
        }
    }

    /// Sets its number.
    pub fn set_id(&mut self, id: EventId) {
        match self {
            Self::Open(Open { about, .. }) | Self::Close(Close { about, .. }) => about.id = id,
            Self::Message(message) => message.about.id = id,
            Self::Dropped(dropped) => dropped.id = id,
        }
    }

    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Dropped(dropped) => dropped.at,
            _ => self.about().map_or_else(Timestamp::default, |about| about.at),
        }
    }

    /// The session that it is about. `None` for [`Event::Dropped`].
    pub fn about(&self) -> Option<&About> {
        match self {
            Self::Open(Open { about, .. }) | Self::Close(Close { about, .. }) => Some(about),
            Self::Message(message) => Some(&message.about),
            Self::Dropped(_) => None,
        }
    }
}

/// Reads what is written as text.
#[cfg(feature = "json")]
fn from_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err = String>,
{
    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

#[cfg(feature = "json")]
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(all(test, feature = "json"))]
mod tests;
