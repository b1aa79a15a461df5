//! The layout of the two charts: round trips over time, and their distribution.
//!
//! Lengths are in pixels from the upper left corner. However many readings there are, a chart has only a few
//! marks per pixel column.

mod axis;
mod distribution;
mod picture;
mod pointing;
mod scale;
mod series;
mod sparkline;
mod window;

pub use distribution::{Bar, Distribution, bar_words};
pub use picture::{Size, Tick, pixels, short};
pub use pointing::{Chart, ChartEvent, Target};
pub use series::{Mark, Series};
pub use sparkline::sparkline;
pub use window::TimeWindow;

#[cfg(test)]
mod tests;
