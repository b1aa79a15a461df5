//! What a client can measure of a timestamp service: how far the two clocks are apart, and how much its round
//! trips vary.
//!
//! Nothing here reads a clock: times are passed in, as everywhere in this crate.

mod clock_comparison;
mod jitter;
mod stamp_time;

pub use clock_comparison::{ClockComparison, OffsetEstimate, Timing};
pub use jitter::Jitter;
pub use stamp_time::StampTime;
