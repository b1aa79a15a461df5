//! The process around the server: its log, its limit of open files, signals, the system clock and systemd.

pub(crate) mod clock_status;
mod log_fields;
mod log_queue;
pub mod logging;
pub(crate) mod notify;
pub(crate) mod open_files;
pub mod signals;
