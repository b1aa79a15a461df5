//! What a pointer or a key can ask of a chart.

use super::picture::Size;

/// One of the two charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    /// Round trips over time.
    Series,
    /// Their distribution.
    Distribution,
}

/// What to point at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// Whatever is closest to this many pixels from the left edge.
    At(f64),
    /// What is left of the current one.
    Previous,
    /// What is right of it.
    Next,
    /// The leftmost.
    First,
    /// The rightmost.
    Last,
    /// Nothing any more.
    Nothing,
}

/// Something that happened to the charts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ChartEvent {
    /// Open them, or close them if they are open.
    Toggle,
    /// Forget all readings, without clearing the log.
    StartAnew,
    /// Point at one of them.
    Point {
        /// At which.
        chart: Chart,
        /// At what in it.
        target: Target,
        /// Its size.
        size: Size,
    },
    /// Open the exchange of the reading that is pointed at.
    OpenPointed,
}
