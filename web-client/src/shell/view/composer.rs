//! The message box, its options, and the hint below it.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event as DomEvent, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, InputEvent,
    KeyboardEvent,
};

use super::held::HeldView;
use crate::event::Event;
use crate::link::Connection;
use crate::send::{Job, Mode, Sending, held, on_first_line, on_last_line};
use crate::settings::PageSettings;
use crate::shell::browser::dom::{by_id, document, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;

pub(crate) struct Composer {
    parts: Rc<Parts>,
    hint: Element,
    preview: Element,
    sending: Element,
    progress: Element,
    progress_text: Element,
    _listeners: [Listener; 9],
}

struct Parts {
    message: HtmlTextAreaElement,
    /// A text that is too long for the box.
    held: HeldView,
    send: Element,
    mode: HtmlSelectElement,
    job: HtmlSelectElement,
    every: HtmlInputElement,
    count: HtmlInputElement,
    in_flight: HtmlInputElement,
    /// Whether the button stops sending.
    stops: Cell<bool>,
}

impl Composer {
    /// Moves the focus to the message box.
    pub(crate) fn new(settings: &PageSettings) -> Result<Self, JsValue> {
        let message = by_id::<HtmlTextAreaElement>("message")?;
        let parts = Rc::new(Parts {
            held: HeldView::new(message.clone()),
            message,
            send: by_id("send")?,
            mode: by_id("mode")?,
            job: by_id("job")?,
            every: by_id("every")?,
            count: by_id("count")?,
            in_flight: by_id("in-flight")?,
            stops: Cell::new(false),
        });
        let on = |element: &web_sys::EventTarget, kind, act: fn(&Parts)| {
            let parts = Rc::clone(&parts);
            Listener::new(element, kind, move |_: &DomEvent| act(&parts))
        };
        let (key, before) = (Rc::clone(&parts), Rc::clone(&parts));
        let listeners = [
            Listener::new(&parts.message, "keydown", move |event: &KeyboardEvent| key.key(event))?,
            Listener::new(&parts.message, "beforeinput", move |event: &InputEvent| {
                before.before_input(event);
            })?,
            on(&parts.message, "input", Parts::written)?,
            on(by_id::<Element>("held-edit")?.as_ref(), "click", Parts::edit)?,
            on(by_id::<Element>("held-drop")?.as_ref(), "click", Parts::drop_held)?,
            on(&parts.send, "click", |parts| {
                parts.press();
                // Pressing a button moves the focus to it.
                let _ = parts.message.focus();
            })?,
            on(&parts.mode, "change", Parts::mode_chosen)?,
            on(&parts.job, "change", Parts::job_chosen)?,
            on(by_id::<Element>("forget")?.as_ref(), "click", |_| bus::send(Event::ForgetHistory))?,
        ];
        parts.message.focus()?;
        parts.mode.set_value(settings.mode.name());
        Ok(Self {
            parts,
            hint: by_id("hint")?,
            preview: by_id("preview")?,
            sending: by_id("sending")?,
            progress: by_id("progress")?,
            progress_text: by_id("progress-text")?,
            _listeners: listeners,
        })
    }

    /// Puts a text into the box, and the caret at its end. One that is too long is held beside it.
    pub(crate) fn show(&self, text: &str) {
        self.parts.held.release();
        if held::is_too_long(text) {
            self.parts.message.set_value("");
            self.parts.hold(text);
            return;
        }
        self.parts.message.set_value(text);
        self.place_caret(self.parts.message.text_length() as usize);
    }

    pub(crate) fn place_caret(&self, at: usize) {
        let at = u32::try_from(at).unwrap_or_default();
        // Fails only for inputs without a caret, such as numbers.
        let _ = self.parts.message.set_selection_range(at, at);
    }

    /// Shows the hint, the preview, and whether the text can be sent.
    pub(crate) fn show_hint(&self, state: &State) {
        set_text(&self.hint, &state.hint());
        let preview = state.preview();
        set_shown(&self.preview, preview.is_some());
        set_text(&self.preview, &preview.unwrap_or_default());
        let is_wrong = state.is_wrong();
        // Fails only for an invalid attribute name.
        let _ = if is_wrong {
            self.parts.message.set_attribute("aria-invalid", "true")
        } else {
            self.parts.message.remove_attribute("aria-invalid")
        };
        self.show_button(state, is_wrong);
    }

    /// Shows what the button does: send, or stop sending.
    fn show_button(&self, state: &State, is_wrong: bool) {
        let stops = state.send().sending().is_some_and(Sending::takes_time);
        let enabled = stops || (state.connection() == Connection::Connected && !is_wrong);
        // Not `disabled`: the button stays reachable by keyboard, and the hint says what is missing.
        let _ = self.parts.send.set_attribute("aria-disabled", if enabled { "false" } else { "true" });
        if self.parts.stops.replace(stops) == stops {
            return;
        }
        let (words, title) = if stops { ("Stop", "Stop sending") } else { ("Send", "Send (Enter)") };
        let name = if stops { title } else { words };
        set_text(&self.parts.send, words);
        let _ = self.parts.send.set_attribute("aria-label", name);
        let _ = self.parts.send.set_attribute("title", title);
    }

    /// Shows the input mode.
    pub(crate) fn show_mode(&self, mode: Mode) {
        self.parts.mode.set_value(mode.name());
    }

    /// Shows the progress. What is sent at once has none to show.
    pub(crate) fn show_sending(&self, state: &State) {
        let sending = state.send().sending().filter(|sending| sending.takes_time());
        if self.parts.stops.get() != sending.is_some() {
            self.show_button(state, state.is_wrong());
        }
        set_shown(&self.sending, sending.is_some());
        let Some(sending) = sending else { return };
        let (sent, all) = sending.progress();
        let _ = match all {
            Some(all) => {
                let _ = self.progress.set_attribute("max", &all.to_string());
                self.progress.set_attribute("value", &sent.to_string())
            }
            None => self.progress.remove_attribute("value"),
        };
        set_text(&self.progress_text, &sending.describe());
    }
}

impl Parts {
    /// The button was pressed. It does what it says: by the time of the press, the state may be another.
    fn press(&self) {
        if self.stops.get() {
            bus::send(Event::StopSending);
        } else {
            self.send();
        }
    }

    fn send(&self) {
        bus::send(Event::Send { text: self.text(), job: self.job() });
    }

    fn text(&self) -> String {
        self.held.text().unwrap_or_else(|| self.message.value())
    }

    fn hold(&self, text: &str) {
        self.held.hold(text);
    }

    /// Text is about to be put into the box: typed, pasted or dropped.
    fn before_input(&self, event: &InputEvent) {
        let selection = (self.message.selection_start(), self.message.selection_end());
        if let (Some(data), (Ok(Some(start)), Ok(Some(end)))) = (event.data(), selection)
            && held::is_too_long(&data)
        {
            event.prevent_default();
            self.hold(&held::pasted(&self.message.value(), (start as usize, end as usize), &data));
            self.written();
        }
    }

    /// Moves the text that is held into the box.
    fn edit(&self) {
        if let Some(text) = self.held.release() {
            self.message.set_value(&text);
        }
        self.written();
        let _ = self.message.focus();
    }

    /// Returns to what was in the box before.
    fn drop_held(&self) {
        self.held.release();
        self.written();
        let _ = self.message.focus();
    }

    /// How to send repeatedly; `None` to send once.
    fn job(&self) -> Option<Job> {
        let (every, count, in_flight) = (self.every.value(), self.count.value(), self.in_flight.value());
        Job::parse(&self.job.value(), &every, &count, &in_flight)
    }

    fn mode_chosen(&self) {
        bus::send(Event::SetMode(Mode::parse(&self.mode.value()).unwrap_or_default()));
    }

    fn job_chosen(&self) {
        // Fails only if an element is missing from the page.
        let _ = self.show_options(&self.job.value());
        self.written();
    }

    /// Shows the numbers that go with the chosen way of sending.
    fn show_options(&self, chosen: &str) -> Result<(), JsValue> {
        let options = document()?.query_selector_all(".options :is(.every, .burst)")?;
        for at in 0..options.length() {
            if let Some(option) = options.item(at).and_then(|option| option.dyn_into::<Element>().ok()) {
                set_shown(&option, option.class_list().contains(chosen));
            }
        }
        Ok(())
    }

    fn written(&self) {
        bus::send(Event::Typed { text: self.text() });
    }

    fn key(&self, event: &KeyboardEvent) {
        let modified = event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key();
        let undoes = (event.ctrl_key() || event.meta_key()) && event.key() == "z";
        if undoes && self.held.is_on() {
            self.drop_held();
            return event.prevent_default();
        }
        // While an input method is composing, keys belong to it.
        if modified || event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Enter" => self.send(),
            "ArrowUp" if self.caret_at(on_first_line) => {
                bus::send(Event::Older { shown: self.text() });
            }
            "ArrowDown" if self.caret_at(on_last_line) => bus::send(Event::Newer),
            _ => return,
        }
        event.prevent_default();
    }

    /// Whether the caret is at this edge and nothing is selected. A text that is held has no caret in it.
    fn caret_at(&self, edge: fn(&str, usize) -> bool) -> bool {
        if self.held.is_on() {
            return true;
        }
        let bounds = (self.message.selection_start(), self.message.selection_end());
        match bounds {
            (Ok(Some(start)), Ok(Some(end))) => start == end && edge(&self.message.value(), start as usize),
            _ => false,
        }
    }
}
