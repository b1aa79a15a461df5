//! The log: what is in it, what of it is looked at, and how it leaves the page.

mod announcements;
mod exchanges;
pub mod export;
mod file;
mod filter;
pub mod inspector;
mod log;
mod window;

pub use exchanges::{Exchange, Exchanges, Outcome};
pub use file::{Exporting, FileKind};
pub use filter::Filter;
pub use inspector::Inspector;
pub use log::{Log, Step};
pub use window::{Placement, RowWindow, Viewport};
