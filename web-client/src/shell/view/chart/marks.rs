//! What the charts are drawn with, apart from their paths.

use crate::measure::chart::{Tick, pixels};
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{append_svg, find, say, show};

/// The distance between a label and what it labels.
pub(super) const GAP: f64 = 6.0;

/// Shows exactly these labels in a group, each at the position given by `place`.
pub(super) fn show_labels(group: &str, ticks: &[Tick], place: &dyn Fn(usize, f64) -> (f64, f64)) {
    let group = find(group);
    group.set_content("");
    for (index, tick) in ticks.iter().enumerate() {
        let (x, y) = place(index, tick.at);
        let text = append_svg(&group, "text");
        set_lengths(&text, &[("x", x), ("y", y)]);
        text.set_content(&tick.label);
    }
}

/// Marks what is pointed at in a chart of this height with a line and a dot, and says what it is above the chart.
/// Marks nothing if nothing is. The element with the id `caption` shows the words.
pub(super) fn show_pointed(chart: &str, caption: &str, pointed: Option<(String, (f64, f64))>, height: f64) {
    let id = |of: &str| [chart, of].concat();
    show(&id("-pointed"), pointed.is_some());
    let (words, (x, y)) = pointed.unwrap_or_default();
    say(caption, &words);
    set_lengths(&find(&id("-line")), &[("x1", x), ("x2", x), ("y2", height)]);
    set_lengths(&find(&id("-dot")), &[("cx", x), ("cy", y)]);
}

fn set_lengths(element: &Object, lengths: &[(&str, f64)]) {
    for (name, length) in lengths {
        element.set_attribute(name, &pixels(*length));
    }
}
