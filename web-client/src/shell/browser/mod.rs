//! Thin wrappers around browser APIs.

pub(crate) mod clock;
pub(crate) mod dom;
pub(crate) mod registrations;
