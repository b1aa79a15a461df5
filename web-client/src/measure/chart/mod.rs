//! The geometry of the chart's two pictures: round trips over time, and how they are distributed.
//!
//! Lengths are pixels, from a picture's upper left corner. However many readings there are, a picture has a
//! few marks for each column of pixels at most.

mod axis;
mod distribution;
mod picture;
mod series;
mod window;

pub use distribution::{Bar, Distribution};
pub use picture::{Size, Tick, pixels, short};
pub use series::{Mark, Series};
pub use window::TimeWindow;

#[cfg(test)]
mod tests;
