//! What happens to the page. Whoever sees it happen tells the state so, and nobody else.

use crate::send::Job;
use crate::settings::Settings;

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
    /// Someone wants to see an exchange whole, by its place, or none.
    Select(Option<usize>),
    /// Someone wants the log empty.
    Clear,
    /// Someone chose other settings.
    Set(Settings),
}
