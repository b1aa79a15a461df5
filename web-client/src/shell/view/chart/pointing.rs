//! Pointers and keys on a chart.

use wasm_bindgen::prelude::*;
use web_sys::{Event as DomEvent, KeyboardEvent, MouseEvent};

use super::canvas::{Canvas, LEFT};
use crate::event::Event;
use crate::measure::chart::{Chart, ChartEvent, Size, Target};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;

/// Reports what is pointed at in this chart.
pub(super) fn watch(chart: Chart, canvas: &Canvas) -> Result<Vec<Listener>, JsValue> {
    let meter = canvas.meter.clone();
    let point = move |target| {
        // A chart that was just hidden has no size, but the pointer has left it.
        let size = meter.size().unwrap_or(Size { width: 0.0, height: 0.0 });
        bus::send(Event::Chart(ChartEvent::Point { chart, target, size }));
    };
    let svg = &canvas.svg;
    let at = {
        let (svg, point) = (svg.clone(), point.clone());
        move |event: &MouseEvent| {
            let left = svg.get_bounding_client_rect().left() + LEFT;
            point(Target::At(f64::from(event.client_x()) - left));
        }
    };
    let away = {
        let point = point.clone();
        move |_: &DomEvent| point(Target::Nothing)
    };
    let key = move |event: &KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" => point(Target::Previous),
            "ArrowRight" => point(Target::Next),
            "Home" => point(Target::First),
            "End" => point(Target::Last),
            "Enter" => open(chart),
            _ => return,
        }
        event.prevent_default();
    };
    let mut listeners = vec![Listener::new(svg, "keydown", key)?];
    // A finger enters where it touches, without moving.
    for kind in ["pointerenter", "pointermove"] {
        listeners.push(Listener::new(svg, kind, at.clone())?);
    }
    for kind in ["pointerleave", "blur"] {
        listeners.push(Listener::new(svg, kind, away.clone())?);
    }
    listeners.push(Listener::new(svg, "click", move |_: &DomEvent| open(chart))?);
    Ok(listeners)
}

/// Opens the exchange of the reading that is pointed at. A bar has many.
fn open(chart: Chart) {
    if chart == Chart::Series {
        bus::send(Event::Chart(ChartEvent::OpenPointed));
    }
}
