//! What the view of the server's sessions asks of the outside world.

use wirestamp_protocol::event::EventId;

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum WatchEffect {
    /// Ask the server for its sessions, and deliver a [`crate::WatchEvent::Answered`].
    AskForSessions,
    /// Follow the server's events behind this one, or all that it has. This replaces any earlier stream.
    Follow(Option<EventId>),
    /// Read the next piece of them, and deliver a [`crate::WatchEvent::Arrived`].
    Read,
    /// Deliver a [`crate::WatchEvent::AskAgain`] in this many milliseconds, replacing any other.
    AskAgainIn(i32),
    /// Keep this token for the life of the tab.
    KeepToken(String),
}
