//! The log: exchanges, the connection's story, filter, selection, rows in view, and exports.

mod announcements;
mod event;
mod exchanges;
pub mod export;
mod file;
pub mod filter;
mod happening;
pub mod inspector;
mod log;
pub mod row;
mod story;
mod window;

pub use event::LogEvent;
pub use exchanges::{Exchange, Exchanges, Outcome};
pub(crate) use file::file_name;
pub use file::{Exporting, FileKind};
pub use filter::Filter;
pub use happening::Happening;
pub use inspector::Inspector;
pub use log::{Log, Step};
pub use story::{Entry, Occurrence, Story};
pub use window::{Placement, RowWindow, Viewport};
