//! What the exchanges tell: how long replies take, and how the two clocks stand.

pub(crate) mod chart;
mod clock_offset;
pub(crate) mod round_trip;
mod statistics;

pub use clock_offset::{ClockOffset, Estimate};
pub use round_trip::round_trip;
pub use statistics::{Reading, RoundTrips};
