//! What the server listens on.

pub(crate) mod accept;
pub mod address;
pub(crate) mod bind;
pub(crate) mod endpoint;
pub mod systemd;
pub(crate) mod unix;
