//! Parts of SVG paths.

use crate::measure::chart::pixels;

/// Adds an upright line from a point, downwards by `length`, or upwards if it is negative.
pub(super) fn tick(path: &mut String, x: f64, y: f64, length: f64) {
    path.extend(["M", &pixels(x), " ", &pixels(y), "v", &pixels(length)]);
}

/// Adds a box of this width and height, with its left upper corner at this place.
pub(super) fn block(path: &mut String, x: f64, y: f64, width: f64, height: f64) {
    let (width, height) = (pixels(width), pixels(height));
    path.extend(["M", &pixels(x), " ", &pixels(y), "h", &width, "v", &height, "h-", &width, "z"]);
}
