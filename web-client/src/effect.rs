//! What the page does to the world outside it. The state says so, and the shell carries it out.

use crate::send::Mistake;

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open a connection, in place of any other.
    Open {
        /// Its number, for its events to carry.
        generation: u32,
    },
    /// End the connection. No event of it counts any more.
    Close,
    /// Send this message on the connection.
    Transmit(Vec<u8>),
    /// Bring a [`crate::Event::Tick`] in this many milliseconds, in place of any other.
    Wake(i32),
    /// Bring a [`crate::Event::Resume`] in this many milliseconds, in place of any other.
    Resume(i32),
    /// Bring a [`crate::Event::Resume`] as soon as the page has been drawn, in place of any other: a reply that comes while
    /// it is drawn waits for that, and its round trip would be the browser's.
    ResumeOnceDrawn,
    /// Put this text into the box.
    Compose(String),
    /// Say what is wrong with the box's text.
    ShowMistake(Mistake),
    /// The connection's state changed.
    ShowConnection,
    /// The log, the statistics or the progress changed: draw them in the next frame.
    Draw,
    /// Keep the messages that were sent for the next visit.
    KeepHistory,
    /// The settings changed: they are in the address, and in how the page looks.
    ShowSettings,
}
