//! Measurements: round trips, and the offset between the two clocks.

pub(crate) mod chart;
mod clock_offset;
mod description;
mod figures;
mod in_flight;
mod measurements;
mod readings;
pub(crate) mod round_trip;
mod statistics;

pub use clock_offset::{ClockOffset, Estimate};
pub use figures::{FIGURES, burst_note, figures, reading_words, strip_text, timer_note};
pub use measurements::Measurements;
pub use readings::{Reading, RoundTrips};
pub use round_trip::round_trip;
pub use statistics::Statistics;
