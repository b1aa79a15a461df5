//! Carries out effects on the outside world.

pub(super) mod clipboard;
pub(super) mod feed;
pub(super) mod file;
pub(super) mod format;
pub(super) mod info;
mod request;
pub(super) mod socket;
pub(super) mod store;

pub(super) use request::Request;
