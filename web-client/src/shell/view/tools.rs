//! What can be done with the log as a whole, and the settings.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlInputElement, HtmlSelectElement};

use super::snippets::SnippetsView;
use crate::shell::app::{dispatch, export, request_draw, with_state};
use crate::shell::browser::dom::{by_id, document, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::effect::file::{Export, Kind};
use crate::{Event, Exchanges, Settings, State, Theme};

pub(crate) struct Tools {
    root: Element,
    side: Element,
    counts: Element,
    offset: Element,
    format: HtmlInputElement,
    theme: HtmlSelectElement,
    snippets: SnippetsView,
    _listeners: [Listener; 8],
}

impl Tools {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let root = document()?.document_element().ok_or("the page has no root")?;
        let (filter, format) = (by_id::<HtmlInputElement>("filter")?, by_id::<HtmlInputElement>("format")?);
        let (theme, times) = (by_id::<HtmlSelectElement>("theme")?, by_id::<HtmlInputElement>("times")?);
        let picture = by_id::<HtmlInputElement>("picture-shown")?;
        let (side, clear) = (by_id::<Element>("side")?, by_id::<Element>("clear")?);
        let (json_lines, csv) = (by_id::<Element>("export-jsonl")?, by_id::<Element>("export-csv")?);
        let on = |element: &web_sys::EventTarget, kind, act: fn()| {
            Listener::new(element, kind, move |_: &DomEvent| act())
        };
        let listeners = [
            Listener::new(&filter, "input", {
                let filter = filter.clone();
                move |_: &DomEvent| dispatch(Event::Filter(filter.value()))
            })?,
            Listener::new(&format, "change", {
                let format = format.clone();
                move |_: &DomEvent| set(|settings| settings.format = named(&format.value()))
            })?,
            Listener::new(&theme, "change", {
                let theme = theme.clone();
                move |_: &DomEvent| {
                    set(|settings| settings.theme = Theme::named(&theme.value()).unwrap_or_default());
                }
            })?,
            Listener::new(&times, "change", {
                let (times, root) = (times.clone(), root.clone());
                move |_: &DomEvent| {
                    let _ = root.toggle_attribute_with_force("data-times", times.checked());
                    request_draw();
                }
            })?,
            Listener::new(&picture, "change", {
                let (picture, side) = (picture.clone(), side.clone());
                move |_: &DomEvent| {
                    let _ = side.toggle_attribute_with_force("data-picture", picture.checked());
                    request_draw();
                }
            })?,
            on(&clear, "click", || dispatch(Event::Clear))?,
            on(&json_lines, "click", || export(Export::new(Kind::JsonLines)))?,
            on(&csv, "click", || export(Export::new(Kind::Csv)))?,
        ];
        // On a phone the log needs the room.
        picture.set_checked(
            !crate::shell::browser::dom::window()?
                .match_media("(max-width: 44rem)")?
                .is_some_and(|query| query.matches()),
        );
        set_shown(&side, true);
        side.toggle_attribute_with_force("data-picture", picture.checked())?;
        Ok(Self {
            root,
            side,
            counts: by_id("counts")?,
            offset: by_id("offset")?,
            format,
            theme,
            snippets: SnippetsView::new()?,
            _listeners: listeners,
        })
    }

    /// How much there is in the log, and of what is looked for.
    pub(crate) fn show_counts(&self, state: &State) -> Result<(), JsValue> {
        let exchanges = state.send().log().exchanges();
        let words = match (state.send().log().filter().is_on(), exchanges.is_empty()) {
            (_, true) => String::new(),
            (true, _) => {
                [&state.send().log().filter().rows(exchanges).to_string(), " of ", &of(exchanges)].concat()
            }
            (false, _) => of(exchanges),
        };
        set_text(&self.counts, &words);
        self.side.toggle_attribute_with_force("data-empty", exchanges.is_empty())?;
        Ok(())
    }

    /// How the service's clock stands against the browser's.
    pub(crate) fn show_offset(&self, state: &State) -> Result<(), JsValue> {
        let words = state.send().offset().estimate().map(|estimate| estimate.describe());
        set_shown(&self.offset, words.is_some());
        set_text(&self.offset, &words.unwrap_or_default());
        Ok(())
    }

    /// The settings, where they can be changed, and in how the page looks.
    pub(crate) fn show_settings(&self, settings: &Settings) -> Result<(), JsValue> {
        self.format.set_value(settings.format.as_deref().unwrap_or_default());
        self.theme.set_value(settings.theme.name());
        self.root.set_attribute("data-theme", settings.theme.name())?;
        self.snippets.set_format(settings.format.clone());
        Ok(())
    }
}

/// `12,345 exchanges, 3 waiting`.
fn of(exchanges: &Exchanges) -> String {
    let count = match exchanges.len() {
        1 => "1 exchange".to_owned(),
        count => [&count.to_string(), " exchanges"].concat(),
    };
    match exchanges.waiting() {
        0 => count,
        waiting => [&count, ", ", &waiting.to_string(), " waiting"].concat(),
    }
}

fn named(format: &str) -> Option<String> {
    let format = format.trim();
    (!format.is_empty()).then(|| format.to_owned())
}

fn set(change: impl FnOnce(&mut Settings)) {
    if let Some(mut settings) = with_state(|state| state.settings().clone()) {
        change(&mut settings);
        dispatch(Event::Set(settings));
    }
}
