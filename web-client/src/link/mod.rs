//! The one connection to the service.

mod backoff;
mod close;
mod connection;
mod status;

pub use backoff::Backoff;
pub use close::Closing;
pub use connection::{Connection, Link};
pub use status::Status;
