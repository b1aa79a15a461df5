//! The view of what all clients of the server do: its sessions and messages, live.
//!
//! The server tells it as [`wirestamp_protocol::event`]s, one JSON object a line.

mod activity;
mod anatomy;
mod effect;
mod event;
mod feed;
pub mod filter;
mod json;
mod lines;
mod log;
mod own;
mod picture;
mod read;
#[cfg(test)]
mod samples;
mod session;
mod show;
mod state;
mod store;
mod timeline;
mod words;

pub use activity::Activity;
pub use anatomy::{Anatomy, anatomy, mini_bar};
pub use effect::WatchEffect;
pub use event::WatchEvent;
pub use feed::Feed;
pub use log::{LISTED, WatchLog, WatchTab};
pub use own::Own;
pub use read::{event, sessions};
pub use session::{Ending, Session};
pub use show::{cut_note, facts, payload, reads, unix_ms, whole_time};
pub use state::Watch;
pub use store::{BYTES_MAX, EVENTS_MAX, SESSIONS_MAX, Store, lasted};
pub use timeline::{Timeline, timeline};
pub use words::{counted, duration, sentence, story, unanswered};
