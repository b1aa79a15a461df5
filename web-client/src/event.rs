//! What happens to the page. Views and callbacks report it to the state and do nothing else.

use crate::list::{FileKind, LogEvent, Viewport};
use crate::measure::chart::ChartEvent;
use crate::panes::Pane;
use crate::send::Job;
use crate::send::Mode;
use crate::settings::{Theme, Verdict};
use crate::snippets::Ports;
use crate::view::View;
use crate::watch::WatchEvent;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The service told what it can do, or didn't answer: connect, if the page hasn't yet.
    Start,
    /// Connect, or disconnect if there is a connection.
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
    /// The user did something with the log.
    Log(LogEvent),
    /// Copy this text.
    Copy(String),
    /// The text of an [`crate::Effect::Copy`] is on the clipboard, or the browser refused.
    Copied(bool),
    /// The timer of an [`crate::Effect::Toast`] fired.
    ToastOver,
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
    /// The server answered an [`crate::Effect::CheckFormat`], or couldn't be reached.
    FormatChecked {
        /// The format it was asked about.
        format: String,
        /// What it says about it.
        verdict: Verdict,
    },
    /// Change the theme.
    SetTheme(Theme),
    /// The service reported its ports.
    PortsTold(Ports),
    /// The service reported the longest message that it takes, in bytes, line feed included.
    MaxMessageTold(usize),
    /// The service reported whether it knows labels, and the silence that ends a message, in nanoseconds.
    WatchTold {
        /// Whether a session can have a label, by which this page knows its own.
        labels: bool,
        /// `None` if silence ends none.
        gap_ns: Option<u64>,
    },
    /// Show this view.
    Show(View),
    /// Something happened to the view of the server's sessions.
    Watch(WatchEvent),
    /// Open the snippets dialog.
    OpenSnippets,
    /// The width of a pane or a column was changed.
    Resize {
        /// Which.
        pane: Pane,
        /// The new width in pixels; `None` for the default.
        width: Option<i32>,
    },
    /// The change of a width is over.
    Resized,
    /// The change of a width was given up.
    ResizeCancelled,
    /// Something happened to the charts.
    Chart(ChartEvent),
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
