//! What the browser gives, made a little safer.

pub(crate) mod clock;
pub(crate) mod dom;
pub(crate) mod registrations;
