//! The strip in the log's head: the latest round trips and the most important figures. It opens the chart.

use crate::measure::chart::{Size, sparkline};
use crate::measure::{RoundTrips, strip_text};
use crate::shell::browser::page::{find, say, set_attribute};

/// The size of the sparkline's view box, in pixels.
const SIZE: Size = Size { width: 120.0, height: 20.0 };

pub(super) fn draw(all: &RoundTrips) {
    say("strip-text", &strip_text(all));
    set_attribute("sparkline-path", "d", &sparkline(all, SIZE));
}

/// Shows the chart, or only the strip.
pub(super) fn show_open(is_open: bool) {
    find("side").toggle_attribute("data-picture", is_open);
    let (expanded, title) =
        if is_open { ("true", "Hide the chart") } else { ("false", "Show the chart of round trips") };
    set_attribute("strip", "aria-expanded", expanded);
    set_attribute("strip", "title", title);
}
