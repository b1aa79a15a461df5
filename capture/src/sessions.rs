//! The sessions that are under way.

use std::collections::HashMap;

use wirestamp_protocol::event::EventId;

use crate::stream::Stream;

/// The most sessions that are remembered. Their memory is about 200 bytes each.
pub const SESSIONS_MAX: usize = 32_768;

/// The streams by run of the server and by session. Those that no event was about for longest are forgotten first: when
/// half of the room is full, the other half is emptied.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    young: HashMap<(u64, u64), Stream>,
    old: HashMap<(u64, u64), Stream>,
}

impl Sessions {
    /// Takes one out, which is to be put back unless it has ended.
    pub(crate) fn take(&mut self, id: EventId, session: u64) -> Option<Stream> {
        let key = (id.run, session);
        self.young.remove(&key).or_else(|| self.old.remove(&key))
    }

    pub(crate) fn put(&mut self, id: EventId, session: u64, stream: Stream) {
        if self.young.len() >= SESSIONS_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert((id.run, session), stream);
    }
}
