//! What the page does to the world outside it.

pub(crate) mod file;
pub(crate) mod socket;
pub(crate) mod store;
