//! The reply to a message: `[`, its stamp, `] `, and the message.

use std::time::Duration;

use wirestamp_protocol::event::{Message, Timestamp};

use crate::bytes::Bytes;

#[derive(Debug)]
pub(crate) struct Reply {
    known: Vec<u8>,
    /// How many bytes the stamp has with its brackets and the space.
    prefix: u64,
    size: u64,
    /// When it was written. If that isn't known, when the message arrived.
    pub(crate) at: Timestamp,
}

impl Reply {
    /// The reply to a message of which these bytes are known. `None` if there is none.
    pub(crate) fn to(message: &Message, known: &[u8]) -> Option<Self> {
        let prefix = format!("[{}] ", message.stamp.as_ref()?);
        let service = Duration::from_nanos(message.service_ns.unwrap_or(0));
        Some(Self {
            known: [prefix.as_bytes(), known].concat(),
            prefix: prefix.len() as u64,
            size: message.bytes.saturating_add(prefix.len() as u64),
            at: Timestamp(message.about.at.0.saturating_add(service)),
        })
    }

    pub(crate) fn bytes(&self) -> Bytes<'_> {
        Bytes::new(&self.known, self.size)
    }

    /// How much longer it is than its message, in bytes.
    pub(crate) fn prefix(&self) -> u64 {
        self.prefix
    }
}
