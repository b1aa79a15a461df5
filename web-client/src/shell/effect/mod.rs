//! What the page does to the world outside it.

pub(super) mod clipboard;
pub(super) mod file;
pub(super) mod info;
pub(super) mod socket;
pub(super) mod store;
