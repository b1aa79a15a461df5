//! Measurements: round trips, and the offset between the two clocks.

pub(crate) mod chart;
mod clock_offset;
mod description;
mod figures;
pub(crate) mod round_trip;
mod statistics;

pub use clock_offset::{ClockOffset, Estimate};
pub(crate) use description::Description;
pub use figures::{FIGURES, figures, reading, timer_note};
pub use round_trip::round_trip;
pub use statistics::{Reading, RoundTrips};
