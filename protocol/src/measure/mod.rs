//! What a client can measure of a timestamp service: how far the two clocks are apart, how much its round trips
//! vary, and how much of each is the way there.
//!
//! Nothing here reads a clock: times are passed in, as everywhere in this crate.

mod clock_comparison;
mod jitter;
mod split;
mod stamp_time;

pub use clock_comparison::{ClockComparison, OffsetEstimate, Timing};
pub use jitter::Jitter;
pub use split::{Split, Splitter};
pub use stamp_time::StampTime;
