//! The process around the server: its log, its limits and its signals.

pub mod logging;
pub(crate) mod open_files;
pub mod signals;
