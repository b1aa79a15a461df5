//! What both charts are made of.

use crate::measure::round_trip::fixed;

/// The size of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// A labelled mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// The position along the axis.
    pub at: f64,
    /// The label.
    pub label: String,
}

/// A number with up to three decimals, without trailing zeros.
pub fn short(number: f64) -> String {
    let text = fixed((number * 1000.0).round() as u64, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A length for SVG, to a tenth of a pixel.
pub fn pixels(length: f64) -> String {
    let tenths = (length * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    let (whole, tenth) = ((tenths / 10).to_string(), tenths % 10);
    match tenth {
        0 => [sign, &whole].concat(),
        _ => [sign, &whole, ".", &tenth.to_string()].concat(),
    }
}
