//! The log: what is in it, what of it is looked at, and how it leaves the page.

mod exchanges;
pub mod export;
mod filter;
mod log;

pub use exchanges::{Exchange, Exchanges, Outcome};
pub use filter::Filter;
pub use log::Log;
