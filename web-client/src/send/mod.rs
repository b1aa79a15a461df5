//! What is sent, when, and what was sent before.

mod caret;
mod draft;
pub mod held;
mod hidden;
mod history;
mod length;
mod messages;
mod numbered;
mod pace;
mod payload;
mod sending;
mod summary;

pub use caret::{on_first_line, on_last_line};
pub use draft::Draft;
pub(crate) use hidden::Hidden;
pub use history::History;
pub use messages::Messages;
pub use numbered::numbered;
pub use pace::{Due, Job, Pace};
pub use payload::{Mistake, Mode, payloads};
pub use sending::Sending;
pub use summary::Summary;
pub(crate) use summary::Tally;
