//! The toolbar: settings, exports, and what is shown.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlInputElement, HtmlSelectElement};

use crate::event::Event;
use crate::list::{FileKind, LogEvent};
use crate::settings::{PageSettings, Theme};
use crate::shell::browser::dom::{by_id, document, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;

pub(crate) struct Tools {
    root: Element,
    counts: Element,
    offset: Element,
    theme: HtmlSelectElement,
    _listeners: [Listener; 5],
}

impl Tools {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let root = document()?.document_element().ok_or("the page has no root")?;
        let (theme, times) = (by_id::<HtmlSelectElement>("theme")?, by_id::<HtmlInputElement>("times")?);
        let clear = by_id::<Element>("clear")?;
        let (json_lines, csv) = (by_id::<Element>("export-jsonl")?, by_id::<Element>("export-csv")?);
        let on = |element: &web_sys::EventTarget, kind, act: fn()| {
            Listener::new(element, kind, move |_: &DomEvent| act())
        };
        let listeners = [
            Listener::new(&theme, "change", {
                let theme = theme.clone();
                move |_: &DomEvent| {
                    bus::send(Event::SetTheme(Theme::named(&theme.value()).unwrap_or_default()));
                }
            })?,
            Listener::new(&times, "change", {
                let (times, root) = (times.clone(), root.clone());
                move |_: &DomEvent| {
                    let _ = root.toggle_attribute_with_force("data-times", times.checked());
                    bus::send(Event::Redraw);
                }
            })?,
            on(&clear, "click", || bus::send(Event::Log(LogEvent::Clear)))?,
            on(&json_lines, "click", || bus::send(Event::Export(FileKind::JsonLines)))?,
            on(&csv, "click", || bus::send(Event::Export(FileKind::Csv)))?,
        ];
        Ok(Self { root, counts: by_id("counts")?, offset: by_id("offset")?, theme, _listeners: listeners })
    }

    /// Shows the number of exchanges, and the offset between the clocks.
    pub(crate) fn draw(&self, state: &State) -> Result<(), JsValue> {
        let log = state.send().log();
        set_text(&self.counts, &log.counts());
        let offset = state.send().offset().estimate().map(|estimate| estimate.describe());
        set_shown(&self.offset, offset.is_some());
        set_text(&self.offset, &offset.unwrap_or_default());
        Ok(())
    }

    /// Shows the settings in their controls, and applies the theme.
    pub(crate) fn show_settings(&self, settings: &PageSettings) -> Result<(), JsValue> {
        self.theme.set_value(settings.theme.name());
        self.root.set_attribute("data-theme", settings.theme.name())?;
        Ok(())
    }
}
