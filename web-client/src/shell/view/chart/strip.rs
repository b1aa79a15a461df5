//! The strip in the log's head: the latest round trips and the most important figures. It opens the chart.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlElement};

use super::canvas::within;
use crate::event::Event;
use crate::measure::chart::{ChartEvent, Size, sparkline};
use crate::measure::{RoundTrips, strip_text};
use crate::shell::browser::dom::{by_id, document, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;

/// The size of the sparkline's view box, in pixels.
const SIZE: Size = Size { width: 120.0, height: 20.0 };

pub(super) struct Strip {
    button: Element,
    line: Element,
    text: Element,
    side: Element,
    _listeners: [Listener; 3],
}

fn toggle() {
    bus::send(Event::Chart(ChartEvent::Toggle));
}

impl Strip {
    pub(super) fn new() -> Result<Self, JsValue> {
        let (close, anew) = (by_id::<Element>("picture-close")?, by_id::<Element>("anew")?);
        let button = by_id::<Element>("strip")?;
        let on_click =
            |element: &Element, act: fn()| Listener::new(element, "click", move |_: &DomEvent| act());
        let listeners = [
            on_click(&button, toggle)?,
            on_click(&close, || {
                toggle();
                // The focus would be lost with the button that is hidden.
                let _ = by_id::<HtmlElement>("strip").and_then(|button| button.focus());
            })?,
            on_click(&anew, || bus::send(Event::Chart(ChartEvent::StartAnew)))?,
        ];
        let side = by_id::<Element>("side")?;
        // From now on its other attributes decide.
        set_shown(&side, true);
        let line = within(&document()?, &by_id::<Element>("sparkline")?, "path", "")?;
        Ok(Self { button, line, text: by_id("strip-text")?, side, _listeners: listeners })
    }

    pub(super) fn draw(&self, all: &RoundTrips) -> Result<(), JsValue> {
        set_text(&self.text, &strip_text(all));
        self.line.set_attribute("d", &sparkline(all, SIZE))
    }

    /// Shows the chart, or only the strip.
    pub(super) fn show_open(&self, is_open: bool) -> Result<(), JsValue> {
        self.side.toggle_attribute_with_force("data-picture", is_open)?;
        let (expanded, title) =
            if is_open { ("true", "Hide the chart") } else { ("false", "Show the chart of round trips") };
        self.button.set_attribute("aria-expanded", expanded)?;
        self.button.set_attribute("title", title)
    }
}
