//! What the page does to the world outside it. The state says so, and the shell carries it out.

use crate::list::FileKind;

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
    /// Put this text into the box. Another hint belongs to it.
    Compose(String),
    /// Put the caret there, in UTF-16 units of the box's text.
    PlaceCaret(usize),
    /// What is said of the box's text changed.
    ShowHint,
    /// The connection's state changed.
    ShowConnection,
    /// The log, the statistics or the progress changed: draw them in the next frame.
    Draw,
    /// Keep the messages that were sent for the next visit.
    KeepHistory,
    /// Put this text on the clipboard.
    Copy(String),
    /// Have a screen reader say this.
    Announce(String),
    /// Have the chart described by these words.
    DescribeChart(String),
    /// Show the reading that is pointed at, or none.
    ShowReading,
    /// Bring a [`crate::Event::Redraw`] in this many milliseconds, in place of any other: there may be something to say
    /// then, and nothing else need happen.
    DrawIn(i32),
    /// Begin a file, in place of any other.
    BeginFile,
    /// Write this to its end.
    AppendToFile(String),
    /// Bring a [`crate::Event::ResumeExport`] in this many milliseconds.
    ResumeExport(i32),
    /// Hand the file to the reader.
    SaveFile(FileKind),
    /// The service's ports are known.
    ShowPorts,
    /// Show the programs that reach the service.
    ShowSnippets,
    /// The settings changed: they are in the address, and in how the page looks.
    ShowSettings,
}
