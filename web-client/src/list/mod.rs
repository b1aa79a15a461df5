//! The log: exchanges, filter, selection, rows in view, and exports.

mod announcements;
mod exchanges;
pub mod export;
mod file;
pub mod filter;
pub mod inspector;
mod log;
pub mod row;
mod window;

pub use exchanges::{Exchange, Exchanges, Outcome};
pub use file::{Exporting, FileKind};
pub use filter::Filter;
pub use inspector::Inspector;
pub use log::{Log, Step};
pub use window::{Placement, RowWindow, Viewport};
