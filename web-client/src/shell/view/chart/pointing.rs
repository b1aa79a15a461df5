//! Pointers and keys on a chart.

use super::sizes::{LEFT, id, size};
use crate::event::Event;
use crate::measure::chart::{Chart, ChartEvent, Size, Target};
use crate::shell::browser::object::Object;
use crate::shell::browser::page::find;
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;

/// Reports what is pointed at in this chart.
pub(super) fn watch(chart: Chart) -> Vec<Listener> {
    let svg = find(id(chart));
    // A finger enters where it touches, without moving.
    let kinds = ["keydown", "pointerenter", "pointermove", "pointerleave", "blur", "click"];
    let listen = |kind| Listener::on(&svg, kind, move |event| happened(chart, kind, event));
    kinds.into_iter().map(listen).collect()
}

fn happened(chart: Chart, kind: &str, event: &Object) {
    let target = match kind {
        "keydown" if event.is_modified() => return,
        "keydown" => match event.key().as_str() {
            "ArrowLeft" => Target::Previous,
            "ArrowRight" => Target::Next,
            "Home" => Target::First,
            "End" => Target::Last,
            "Enter" => {
                event.run("preventDefault");
                return open(chart);
            }
            _ => return,
        },
        "click" => return open(chart),
        "blur" | "pointerleave" => Target::Nothing,
        _ => Target::At(position(chart, event)),
    };
    if kind == "keydown" {
        event.run("preventDefault");
    }
    // A chart that was just hidden has no size, but the pointer has left it.
    let size = size(chart).unwrap_or(Size { width: 0.0, height: 0.0 });
    bus::send(Event::Chart(ChartEvent::Point { chart, target, size }));
}

/// The position of a pointer in a chart, in pixels from its left edge.
fn position(chart: Chart, event: &Object) -> f64 {
    let around = find(id(chart)).call("getBoundingClientRect", Vec::new());
    event.number("clientX") - around.map_or(0.0, |around| around.number("left")) - LEFT
}

/// Opens the exchange of the reading that is pointed at. A bar has many.
fn open(chart: Chart) {
    if chart == Chart::Series {
        bus::send(Event::Chart(ChartEvent::OpenPointed));
    }
}
