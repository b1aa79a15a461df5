//! The process around the server: its log, its limit of open files, signals and systemd.

mod log_fields;
mod log_queue;
pub mod logging;
pub(crate) mod notify;
pub(crate) mod open_files;
pub mod signals;
