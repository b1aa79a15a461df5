//! Grips that change the width of a pane or a column: by pointer, and for the side panel by arrow keys.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent};

use crate::event::Event;
use crate::panes::{Pane, Widths};
use crate::shell::browser::dom::{by_id, document};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;

/// How far an arrow key moves a grip, in pixels.
const STEP: i32 = 16;

pub(crate) struct PanesView {
    root: HtmlElement,
    grip: Element,
    _listeners: [Listener; 6],
}

/// A grip that is being dragged.
#[derive(Clone, Copy)]
struct Drag {
    pane: Pane,
    /// The width when the drag began, minus the pointer's position, in pixels.
    offset: i32,
}

impl PanesView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let main = by_id::<HtmlElement>("main")?;
        let root = document()?.document_element().ok_or("the page has no root")?;
        let drag = Rc::new(Cell::new(None::<Drag>));
        let [moved, ended, cancelled, escaped] = [(); 4].map(|()| Rc::clone(&drag));
        let listeners = [
            Listener::new(&main, "pointerdown", move |event: &PointerEvent| drag.set(begin(event)))?,
            Listener::new(&main, "pointermove", move |event: &PointerEvent| {
                if let Some(Drag { pane, offset }) = moved.get() {
                    let width = offset + towards(pane) * event.client_x();
                    bus::send(Event::Resize { pane, width: Some(width) });
                }
            })?,
            Listener::new(&main, "pointerup", move |_: &DomEvent| {
                end(&ended, Event::Resized);
            })?,
            Listener::new(&main, "pointercancel", move |_: &DomEvent| {
                end(&cancelled, Event::ResizeCancelled);
            })?,
            Listener::new(&main, "dblclick", |event: &MouseEvent| {
                if let Some((pane, _)) = grip(event) {
                    bus::send(Event::Resize { pane, width: None });
                    bus::send(Event::Resized);
                }
            })?,
            // Not on `main`: during a drag, the focus may be anywhere.
            Listener::new(&root, "keydown", move |event: &KeyboardEvent| {
                if event.key() == "Escape" && end(&escaped, Event::ResizeCancelled) {
                    event.stop_propagation();
                } else {
                    key(event);
                }
            })?,
        ];
        Ok(Self { root: root.unchecked_into(), grip: by_id("grip")?, _listeners: listeners })
    }

    pub(crate) fn show(&self, widths: &Widths) {
        if let Some(width) = widths.get(Pane::Side) {
            let _ = self.grip.set_attribute("aria-valuenow", &width.to_string());
        }
        for pane in Pane::ALL {
            let property = ["--w-", pane.name()].concat();
            // Fails only for an invalid property.
            let _ = match widths.get(pane) {
                Some(width) => {
                    self.root.style().set_property(&property, &[&width.to_string(), "px"].concat())
                }
                None => self.root.style().remove_property(&property).map(drop),
            };
        }
    }
}

/// Whether a pane grows when its grip moves to the right, 1, or to the left, -1.
fn towards(pane: Pane) -> i32 {
    match pane {
        Pane::Side | Pane::RoundTrip => -1,
        _ => 1,
    }
}

/// Ends the drag, if there is one.
fn end(drag: &Cell<Option<Drag>>, how: Event) -> bool {
    let was_on = drag.take().is_some();
    if was_on {
        bus::send(how);
    }
    was_on
}

fn begin(event: &PointerEvent) -> Option<Drag> {
    let (pane, grip) = grip(event)?;
    event.prevent_default();
    // The pointer may leave the grip, and the page.
    let _ = grip.set_pointer_capture(event.pointer_id());
    let width = grip.parent_element()?.get_bounding_client_rect().width() as i32;
    Some(Drag { pane, offset: width - towards(pane) * event.client_x() })
}

/// The grip at which an event happened, and its pane.
fn grip(event: &DomEvent) -> Option<(Pane, Element)> {
    let grip = event.target()?.dyn_into::<Element>().ok()?;
    Some((Pane::named(&grip.get_attribute("data-pane")?)?, grip))
}

fn key(event: &KeyboardEvent) {
    let Some((pane, grip)) = grip(event) else { return };
    let by = match event.key().as_str() {
        "ArrowLeft" => -STEP,
        "ArrowRight" => STEP,
        _ => return,
    };
    event.prevent_default();
    let width = grip.parent_element().map_or(0.0, |pane| pane.get_bounding_client_rect().width());
    bus::send(Event::Resize { pane, width: Some(width as i32 + towards(pane) * by) });
    bus::send(Event::Resized);
}
