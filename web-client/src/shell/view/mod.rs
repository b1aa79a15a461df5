//! The parts of the page that is seen.

pub(crate) mod announcer;
pub(crate) mod chart;
pub(crate) mod composer;
pub(crate) mod connection;
pub(crate) mod detail;
pub(crate) mod keys;
pub(crate) mod log;
mod row;
mod snippets;
mod time;
pub(crate) mod tools;
