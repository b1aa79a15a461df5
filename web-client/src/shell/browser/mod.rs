//! Thin wrappers around browser APIs.

pub(crate) mod bytes;
pub(crate) mod clock;
pub(crate) mod object;
pub(crate) mod page;
pub(crate) mod registrations;
