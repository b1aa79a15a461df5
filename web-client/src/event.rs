//! What happens to the page. Views and callbacks report it to the state and do nothing else.

use crate::list::{FileKind, Step, Viewport};
use crate::send::Job;
use crate::send::Mode;
use crate::settings::Theme;
use crate::snippets::Ports;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Connect, or disconnect if there is a connection: the page was loaded, or the button was pressed.
    Toggle,
    /// Stop retrying.
    Stop,
    /// A connection opened.
    Opened {
        /// Which one: the number in [`crate::Effect::Open`].
        generation: u32,
        /// When.
        at: f64,
    },
    /// The next message of those being sent went out.
    Sent {
        /// On which connection.
        generation: u32,
        /// When, right before.
        at: f64,
    },
    /// All messages being sent went out, or sending was stopped.
    Delivered {
        /// On which connection.
        generation: u32,
    },
    /// A reply arrived.
    Received {
        /// On which connection.
        generation: u32,
        /// The message as received.
        reply: Vec<u8>,
        /// When it arrived.
        at: f64,
    },
    /// A connection ended, or could not be opened.
    Closed {
        /// Which one.
        generation: u32,
        /// The WebSocket close code.
        code: u16,
        /// The other side's reason.
        reason: String,
        /// When it ended.
        at: f64,
    },
    /// The timer of an [`crate::Effect::Wake`] fired.
    Tick {
        /// The current time.
        at: f64,
    },
    /// The browser went online or offline.
    Network {
        /// Whether it is online.
        online: bool,
    },
    /// The text in the message box changed.
    Typed {
        /// The new text.
        text: String,
    },
    /// Send the text in the message box.
    Send {
        /// The text, to be read in the current mode.
        text: String,
        /// How often to send it; `None` sends each message once.
        job: Option<Job>,
    },
    /// Stop sending.
    StopSending,
    /// Recall the previous message.
    Older {
        /// The text in the message box.
        shown: String,
    },
    /// Recall the next message.
    Newer,
    /// Forget the messages sent before.
    ForgetHistory,
    /// Show only exchanges that contain this text.
    Filter(String),
    /// Open the exchange in this row.
    SelectRow(usize),
    /// Open another exchange.
    MoveSelection(Step),
    /// Close the exchange.
    Deselect,
    /// Show more of its bytes.
    ShowMoreBytes,
    /// Copy the open exchange.
    CopySelected,
    /// Copy this text.
    Copy(String),
    /// Jump to the latest exchange and follow new ones.
    FollowEnd,
    /// Clear the log.
    Clear,
    /// Export the log as a file.
    Export(FileKind),
    /// The timer of an [`crate::Effect::ResumeExport`] fired.
    ResumeExport,
    /// The browser refused to save the file.
    FileRefused,
    /// Change how messages are typed.
    SetMode(Mode),
    /// Change the stamp format. The text is as typed; empty means the server's default.
    SetFormat(String),
    /// Change the theme.
    SetTheme(Theme),
    /// The service reported its ports.
    PortsTold(Ports),
    /// Open the snippets dialog.
    OpenSnippets,
    /// The pointer moved over the chart of round trips over time: pixels from its left edge, or `None` once it
    /// has left.
    PointAtChart(Option<f64>),
    /// Something visible moved or was resized.
    Redraw,
    /// A frame is about to be drawn.
    Frame {
        /// The log as the browser shows it now.
        seen: Viewport,
        /// The current time.
        at: f64,
    },
}
