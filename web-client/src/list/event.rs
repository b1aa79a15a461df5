//! What a user does with the log.

use super::inspector::{Notation, Side, Tab};
use super::log::Step;

/// Something that the user does with the log.
#[derive(Debug, Clone, PartialEq)]
pub enum LogEvent {
    /// Show only exchanges that match this query, in the language of [`crate::filter`].
    Filter(String),
    /// Open the exchange in this row.
    SelectRow(usize),
    /// Open another exchange.
    MoveSelection(Step),
    /// Close the exchange.
    Deselect,
    /// Open the exchange that was open last, or the one in the last row.
    Inspect,
    /// Show more of its bytes.
    ShowMoreBytes,
    /// Show its bytes in another way.
    ShowTab(Tab),
    /// Copy one side of it.
    CopySide(Side, Notation),
    /// Copy the open exchange.
    CopySelected,
    /// Jump to the latest exchange and follow new ones.
    FollowEnd,
    /// Stop following the end of the log, or follow it again.
    TogglePause,
    /// Clear the log.
    Clear,
    /// Bring back what was cleared last.
    Undo,
    /// The page is about to be printed, or has been.
    Print(bool),
}
