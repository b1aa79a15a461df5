//! What happens to the view.

use super::log::WatchTab;
use crate::list::{Step, Viewport};

/// Something that happened to the view of the server's sessions.
#[derive(Debug, Clone, PartialEq)]
pub enum WatchEvent {
    /// The server answered the question for sessions with this status, or refused the stream of events. The status is
    /// 0 if there was no answer.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        text: String,
    },
    /// The stream of events opened.
    Following,
    /// Some bytes of it arrived.
    Arrived(Vec<u8>),
    /// It ended.
    Ended,
    /// The timer of an [`super::WatchEffect::AskAgainIn`] fired.
    AskAgain,
    /// The user gave a token.
    Token(String),
    /// Show only what matches this query.
    Filter(String),
    /// Show the session with this number alone, or all.
    Choose(Option<u64>),
    /// Open the message in this row.
    SelectRow(usize),
    /// Open another message.
    MoveSelection(Step),
    /// Open the message that was open last, or the last one.
    Inspect,
    /// Close the message, or else show all sessions again.
    Back,
    /// Close the message.
    Close,
    /// Show it in another way.
    ShowTab(WatchTab),
    /// Copy its bytes.
    Copy(crate::list::inspector::Notation),
    /// Follow the latest events.
    FollowEnd,
    /// Stop following them, or follow them again.
    TogglePause,
    /// A frame is about to be drawn.
    Frame(Viewport),
}
