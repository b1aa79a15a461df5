//! What happens, told.

pub(crate) mod metrics;
