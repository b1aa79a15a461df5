//! Which events a watcher wants.

use wirestamp_protocol::event::{Event, EventId, Timestamp, Transport};

/// What kind of event it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    Open,
    Message,
    Close,
    #[default]
    Dropped,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Open, Self::Message, Self::Close, Self::Dropped];

    /// Its `type` in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Message => "message",
            Self::Close => "close",
            Self::Dropped => "dropped",
        }
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Topic {
    pub(crate) kind: Kind,
    /// `None` if it's about several sessions.
    pub(crate) session: Option<(u64, Transport)>,
    pub(crate) at: Timestamp,
}

impl Topic {
    pub(super) fn of(event: &Event) -> Self {
        let kind = match event {
            Event::Open(_) => Kind::Open,
            Event::Message(_) => Kind::Message,
            Event::Close(_) => Kind::Close,
            Event::Dropped(_) => Kind::Dropped,
        };
        Self { kind, session: event.about().map(|about| (about.session, about.transport)), at: event.at() }
    }
}

/// The events that a watcher wants. An empty list means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) transports: Vec<Transport>,
    pub(crate) sessions: Vec<u64>,
}

/// Where a watcher begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Since {
    /// With the oldest event that is still here.
    #[default]
    Oldest,
    /// With the next event.
    Now,
    /// With the event after this one. After a restart of the server that's the oldest.
    Event(EventId),
    /// With the first event of this time or later.
    Time(Timestamp),
}

impl Wanted {
    /// Whether an event is wanted. That events are missing is always told, since the missing ones may have been wanted.
    pub(crate) fn includes(&self, topic: &Topic) -> bool {
        if topic.kind == Kind::Dropped {
            return true;
        }
        let Some((session, transport)) = topic.session else { return true };
        among(&self.kinds, &topic.kind)
            && among(&self.transports, &transport)
            && among(&self.sessions, &session)
    }
}

fn among<T: PartialEq>(list: &[T], one: &T) -> bool {
    list.is_empty() || list.contains(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(kind: Kind, session: u64, transport: Transport) -> Topic {
        Topic { kind, session: Some((session, transport)), at: Timestamp::default() }
    }

    #[test]
    fn without_a_list_everything_is_wanted() {
        for kind in Kind::ALL {
            assert!(Wanted::default().includes(&topic(kind, 1, Transport::Tcp)));
        }
    }

    #[test]
    fn every_list_has_to_include_the_event() {
        let wanted = Wanted {
            kinds: vec![Kind::Message],
            transports: vec![Transport::Tcp, Transport::Udp],
            sessions: vec![3],
        };
        assert!(wanted.includes(&topic(Kind::Message, 3, Transport::Udp)));
        assert!(!wanted.includes(&topic(Kind::Open, 3, Transport::Udp)));
        assert!(!wanted.includes(&topic(Kind::Message, 4, Transport::Udp)));
        assert!(!wanted.includes(&topic(Kind::Message, 3, Transport::Ws)));
    }

    #[test]
    fn missing_events_are_always_told() {
        let wanted = Wanted { kinds: vec![Kind::Open], ..Wanted::default() };
        assert!(wanted.includes(&Topic::default()));
    }
}
