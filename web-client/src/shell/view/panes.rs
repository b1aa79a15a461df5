//! Grips that change the width of a pane or a column: by pointer, and for the side panel by arrow keys.

use std::cell::Cell;

use super::Handler;
use crate::event::Event;
use crate::panes::{Pane, Widths};
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{find, root};
use crate::shell::bus;

pub(super) const HANDLERS: [Handler; 6] = [
    ("main", "pointerdown", |event| DRAG.set(begin(event))),
    ("main", "pointermove", moved),
    ("main", "pointerup", |_| _ = end(Event::Resized)),
    ("main", "pointercancel", |_| _ = end(Event::ResizeCancelled)),
    ("main", "dblclick", reset),
    // Not on `main`: during a drag, the focus may be anywhere.
    ("page", "keydown", key),
];

/// How far an arrow key moves a grip, in pixels.
const STEP: i32 = 16;

thread_local! {
    static DRAG: Cell<Option<Drag>> = const { Cell::new(None) };
}

/// A grip that is being dragged.
#[derive(Clone, Copy)]
struct Drag {
    pane: Pane,
    /// The width when the drag began, minus the pointer's position, in pixels.
    offset: i32,
}

pub(crate) fn show(widths: &Widths) {
    if let Some(width) = widths.get(Pane::Side) {
        find("grip").set_attribute("aria-valuenow", &width.to_string());
    }
    let Some(style) = root().get("style") else { return };
    for pane in Pane::ALL {
        let width = widths.get(pane).map(|width| [&width.to_string(), "px"].concat());
        let property = ["--w-", pane.name()].concat();
        // An empty value removes it.
        let _ = style.call("setProperty", vec![property.into(), width.unwrap_or_default().into()]);
    }
}

/// Whether a pane grows when its grip moves to the right, 1, or to the left, -1.
fn towards(pane: Pane) -> i32 {
    match pane {
        Pane::Side | Pane::RoundTrip => -1,
        _ => 1,
    }
}

fn begin(event: &Object) -> Option<Drag> {
    let (pane, grip) = grip(event)?;
    event.run("preventDefault");
    // The pointer may leave the grip, and the page.
    let _ = grip.call("setPointerCapture", vec![event.number("pointerId").into()]);
    Some(Drag { pane, offset: width(&grip) - towards(pane) * event.number("clientX") as i32 })
}

fn moved(event: &Object) {
    if let Some(Drag { pane, offset }) = DRAG.get() {
        resize(pane, Some(offset + towards(pane) * event.number("clientX") as i32));
    }
}

/// Ends the drag, if there is one.
fn end(how: Event) -> bool {
    let was_on = DRAG.take().is_some();
    if was_on {
        bus::send(how);
    }
    was_on
}

fn reset(event: &Object) {
    if let Some((pane, _)) = grip(event) {
        resize(pane, None);
        bus::send(Event::Resized);
    }
}

fn resize(pane: Pane, width: Option<i32>) {
    bus::send(Event::Resize { pane, width });
}

/// The grip at which an event happened, and its pane.
fn grip(event: &Object) -> Option<(Pane, Object)> {
    let grip = event.target("[data-pane]")?;
    Some((Pane::named(&grip.attribute("data-pane")?)?, grip))
}

/// The width of the pane around a grip, in pixels.
fn width(grip: &Object) -> i32 {
    grip.get("parentElement").map_or(0, |pane| pane.number("offsetWidth") as i32)
}

fn key(event: &Object) {
    if event.key() == "Escape" && end(Event::ResizeCancelled) {
        event.run("stopImmediatePropagation");
        return;
    }
    let Some((pane, grip)) = grip(event) else { return };
    let by = match event.key().as_str() {
        "ArrowLeft" => -STEP,
        "ArrowRight" => STEP,
        _ => return,
    };
    event.run("preventDefault");
    resize(pane, Some(width(&grip) + towards(pane) * by));
    bus::send(Event::Resized);
}
