//! Thin wrappers around browser APIs.

pub(crate) mod clock;
pub(crate) mod dom;
pub(crate) mod object;
pub(crate) mod page;
pub(crate) mod registrations;
