//! What happens to the page. Whoever sees it happen tells the state so, and nobody else.

use crate::list::{FileKind, Step, Viewport};
use crate::send::Job;
use crate::send::Mode;
use crate::settings::Theme;
use crate::snippets::Ports;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Connect if there is no connection, else end it: the page was loaded, or someone pressed the button.
    Toggle,
    /// Someone wants no further attempts.
    Stop,
    /// A connection opened.
    Opened {
        /// Which one, by [`crate::Effect::Open`]'s number.
        generation: u32,
        /// When.
        at: f64,
    },
    /// A reply came.
    Received {
        /// On which connection.
        generation: u32,
        /// The message as it came.
        reply: Vec<u8>,
        /// When it came.
        at: f64,
    },
    /// A connection ended, or never came to be.
    Closed {
        /// Which one.
        generation: u32,
        /// The WebSocket close code.
        code: u16,
        /// The far side's words.
        reason: String,
        /// When it ended.
        at: f64,
    },
    /// The time of a [`crate::Effect::Wake`] has come.
    Tick {
        /// What time it is.
        at: f64,
    },
    /// The browser says whether there is a network.
    Network {
        /// Whether there is.
        online: bool,
    },
    /// The time of a [`crate::Effect::Resume`] has come.
    Resume {
        /// What time it is.
        at: f64,
    },
    /// Someone wrote in the box.
    Typed {
        /// What is in it now.
        text: String,
    },
    /// Someone wants the box's text sent.
    Send {
        /// The text, which stands for messages as the mode has it.
        text: String,
        /// How often; `None`: each message once.
        job: Option<Job>,
    },
    /// Someone wants no more of it sent.
    StopSending,
    /// Someone wants the message before the one in the box.
    Older {
        /// What the box shows.
        shown: String,
    },
    /// Someone wants the message after the one in the box.
    Newer,
    /// Someone wants the messages that were sent before forgotten.
    ForgetHistory,
    /// Someone looks for a text in the log.
    Filter(String),
    /// Someone wants to see the exchange whole that is in this row of all.
    SelectRow(usize),
    /// Someone wants to see another exchange whole.
    MoveSelection(Step),
    /// Someone has seen enough of an exchange.
    Deselect,
    /// Someone wants more of its bytes.
    ShowMoreBytes,
    /// Someone wants the selected exchange on the clipboard.
    CopySelected,
    /// Someone wants this text on the clipboard.
    Copy(String),
    /// Someone wants to see the newest from now on.
    FollowEnd,
    /// Someone wants the log empty.
    Clear,
    /// Someone wants the log as a file.
    Export(FileKind),
    /// The time of a [`crate::Effect::ResumeExport`] has come.
    ResumeExport,
    /// The browser did not take the file.
    FileRefused,
    /// Someone chose how messages are typed.
    SetMode(Mode),
    /// Someone chose how stamps are to look: as typed, empty for what the service does by itself.
    SetFormat(String),
    /// Someone chose other colours.
    SetTheme(Theme),
    /// The service told its ports.
    PortsTold(Ports),
    /// Someone wants programs that reach the service.
    OpenSnippets,
    /// The pointer is so many pixels from the left edge of the picture of round trips over time, or not on it.
    PointAtChart(Option<f64>),
    /// Something that is drawn has moved, or has another size.
    Redraw,
    /// The page is about to be drawn.
    Frame {
        /// What the browser shows of the log.
        seen: Viewport,
        /// What time it is.
        at: f64,
    },
}
