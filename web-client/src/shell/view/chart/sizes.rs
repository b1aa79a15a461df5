//! The sizes of the charts. Measuring is slow, so it is done only after a resize.

use std::cell::Cell;

use crate::measure::chart::{Chart, Size};
use crate::shell::browser::page::find;
use crate::shell::browser::registrations::Resizes;
use crate::shell::bus;

/// Space around the charts for labels, in pixels. The markup moves the pictures by the first two.
pub(super) const LEFT: f64 = 64.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 20.0;
pub(super) const BOTTOM: f64 = 22.0;

thread_local! {
    static SIZES: Cell<[Option<Size>; 2]> = const { Cell::new([None; 2]) };
}

/// The id of a chart's SVG element.
pub(super) fn id(chart: Chart) -> &'static str {
    match chart {
        Chart::Series => "series",
        Chart::Distribution => "distribution",
    }
}

/// Measures and redraws the charts whenever they are resized.
pub(super) fn watch() -> Resizes {
    let resizes = Resizes::new(|| {
        measure();
        bus::send(crate::Event::Redraw);
    });
    resizes.observe(&find("series"));
    resizes.observe(&find("distribution"));
    resizes
}

/// Measures the charts.
pub(super) fn measure() {
    SIZES.set([Chart::Series, Chart::Distribution].map(|chart| {
        let outer = find(id(chart)).call("getBoundingClientRect", Vec::new()).ok()?;
        let (width, height) = (outer.number("width") - LEFT - RIGHT, outer.number("height") - TOP - BOTTOM);
        (width > 0.0 && height > 0.0).then_some(Size { width, height })
    }));
}

/// The size of a chart without the labels around it, as last measured; `None` if it is hidden.
pub(super) fn size(chart: Chart) -> Option<Size> {
    SIZES.get()[chart as usize]
}
