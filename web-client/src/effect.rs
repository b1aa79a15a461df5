//! What the page does to the outside world: decided by the state, carried out by the shell.

use crate::list::FileKind;
use crate::send::{Job, Messages};
use crate::toast::Toast;
use crate::watch::WatchEffect;

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open a connection, replacing any other.
    Open {
        /// Identifies the connection; its events carry it.
        generation: u32,
    },
    /// Close the connection. Its later events are ignored.
    Close,
    /// Send these messages on the connection, and deliver an [`crate::Event::Sent`] for each, then an
    /// [`crate::Event::Delivered`].
    Deliver {
        /// The messages.
        messages: Messages,
        /// How often to send them; `None` sends each once.
        job: Option<Job>,
    },
    /// Stop sending them. The [`crate::Event::Delivered`] follows.
    StopDelivery,
    /// Deliver an [`crate::Event::Tick`] in this many milliseconds, replacing any other.
    Wake(i32),
    /// Put this text into the message box. The hint changes with it.
    Compose(String),
    /// Put the caret at this position in the message box, in UTF-16 units.
    PlaceCaret(usize),
    /// The hint or the preview below the message box changed.
    ShowHint,
    /// The connection's state changed.
    ShowConnection,
    /// The log, the statistics or the progress changed: draw them in the next frame.
    Draw,
    /// Draw now: the browser is about to print the page.
    DrawNow,
    /// Save the sent messages for the next visit.
    KeepHistory,
    /// Copy this text to the clipboard, and deliver an [`crate::Event::Copied`].
    Copy(String),
    /// Show this over the log for a while, and deliver an [`crate::Event::ToastOver`] then.
    Toast(Toast),
    /// Hide the toast.
    HideToast,
    /// Have screen readers say this.
    Announce(String),
    /// Replace the chart's accessible description.
    DescribeChart(String),
    /// Open or close the charts.
    ShowChart,
    /// Show what is pointed at in the charts.
    ShowPointed,
    /// Deliver an [`crate::Event::Redraw`] in this many milliseconds, replacing any other. An announcement may
    /// be due then, and nothing else is sure to cause a frame.
    DrawIn(i32),
    /// Start a file, replacing any other.
    BeginFile,
    /// Append this to the file.
    AppendToFile(String),
    /// Deliver an [`crate::Event::ResumeExport`] in this many milliseconds.
    ResumeExport(i32),
    /// Offer the file as a download with this name.
    SaveFile(FileKind, String),
    /// Ask the server whether this stamp format is valid, and deliver an [`crate::Event::FormatChecked`]. This replaces
    /// any other question.
    CheckFormat(String),
    /// The service's ports became known.
    ShowPorts,
    /// Show the other view, and tell the address.
    ShowView,
    /// Do this for the view of the server's sessions.
    Watch(WatchEffect),
    /// Show the snippets dialog.
    ShowSnippets,
    /// The width of a pane or a column changed: apply the widths.
    ShowWidths,
    /// Save the widths for the next visit.
    KeepWidths,
    /// The settings changed: update the address and the page's appearance.
    ShowSettings,
}
