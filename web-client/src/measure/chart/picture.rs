//! What both pictures are made of.

use crate::measure::round_trip::fixed;

/// How large a picture is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From the top down.
    pub height: f64,
}

/// A mark at an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// How far along the axis.
    pub at: f64,
    /// What it stands for.
    pub label: String,
}

/// A number with three decimals, of which those are left out that say nothing.
pub fn short(number: f64) -> String {
    let text = fixed((number * 1000.0).round() as u64, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A length as SVG has it, to a tenth of a pixel.
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
