//! The box in which messages are written, how it is sent, and what there is to say about it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event as DomEvent, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent,
};

use crate::shell::app::{dispatch, with_state};
use crate::shell::browser::dom::{by_id, document, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::{Event, Job, Mistake, Mode, Sending, Settings, hex, on_first_line, on_last_line, payloads};

/// How many bytes of a message the preview shows.
const PREVIEWED: usize = 48;

pub(crate) struct Composer {
    parts: Rc<Parts>,
    _listeners: [Listener; 7],
}

struct Parts {
    message: HtmlTextAreaElement,
    send: Element,
    hint: Element,
    preview: Element,
    mode: HtmlSelectElement,
    job: HtmlSelectElement,
    every: HtmlInputElement,
    count: HtmlInputElement,
    in_flight: HtmlInputElement,
    sending: Element,
    progress: Element,
    progress_text: Element,
    connected: Cell<bool>,
    /// What is to be said in place of the hint, until the box is written in.
    said: RefCell<Option<String>>,
}

impl Composer {
    /// Takes the focus.
    pub(crate) fn new(settings: &Settings) -> Result<Self, JsValue> {
        let parts = Rc::new(Parts {
            message: by_id("message")?,
            send: by_id("send")?,
            hint: by_id("hint")?,
            preview: by_id("preview")?,
            mode: by_id("mode")?,
            job: by_id("job")?,
            every: by_id("every")?,
            count: by_id("count")?,
            in_flight: by_id("in-flight")?,
            sending: by_id("sending")?,
            progress: by_id("progress")?,
            progress_text: by_id("progress-text")?,
            connected: Cell::new(false),
            said: RefCell::new(None),
        });
        let on = |element: &web_sys::EventTarget, kind, act: fn(&Parts)| {
            let parts = Rc::clone(&parts);
            Listener::new(element, kind, move |_: &DomEvent| act(&parts))
        };
        let key = Rc::clone(&parts);
        let listeners = [
            Listener::new(&parts.message, "keydown", move |event: &KeyboardEvent| key.key(event))?,
            on(&parts.message, "input", Parts::written)?,
            on(&parts.send, "click", |parts| {
                parts.send();
                // A button takes the focus when it is pressed.
                let _ = parts.message.focus();
            })?,
            on(&parts.mode, "change", Parts::mode_chosen)?,
            on(&parts.job, "change", Parts::job_chosen)?,
            on(by_id::<Element>("sending-stop")?.as_ref(), "click", |_| dispatch(Event::StopSending))?,
            on(by_id::<Element>("forget")?.as_ref(), "click", |parts| {
                dispatch(Event::ForgetHistory);
                parts.said.replace(Some("Forgotten".to_owned()));
                parts.show_hint();
            })?,
        ];
        parts.message.focus()?;
        parts.mode.set_value(settings.mode.name());
        Ok(Self { parts, _listeners: listeners })
    }

    /// Puts a text into the box, with the caret behind it.
    pub(crate) fn show(&self, text: &str) {
        let message = &self.parts.message;
        message.set_value(text);
        let end = message.text_length();
        // It fails only on boxes that have no caret, such as one for numbers.
        let _ = message.set_selection_range(end, end);
        self.parts.written();
    }

    /// Says what is wrong with the box's text, and puts the caret there.
    pub(crate) fn show_mistake(&self, mistake: &Mistake) {
        let message = &self.parts.message;
        let caret = u32::try_from(mistake.caret(&message.value())).unwrap_or_default();
        let _ = message.set_selection_range(caret, caret);
        self.say(&mistake.what);
    }

    /// Says something in place of the hint.
    pub(crate) fn say(&self, words: &str) {
        self.parts.said.replace(Some(words.to_owned()));
        self.parts.show_hint();
    }

    /// Whether the box's text could be sent.
    pub(crate) fn set_connected(&self, connected: bool) {
        self.parts.connected.set(connected);
        // Not `disabled`: it stays within reach of the keyboard, with a hint at what is missing.
        let _ = self.parts.send.set_attribute("aria-disabled", if connected { "false" } else { "true" });
        self.parts.show_hint();
    }

    /// As what the box's text is read.
    pub(crate) fn set_mode(&self, mode: Mode) {
        self.parts.mode.set_value(mode.name());
        self.parts.written();
    }

    /// How far what is being sent has come.
    pub(crate) fn show_sending(&self, sending: Option<&Sending>) {
        let parts = &self.parts;
        set_shown(&parts.sending, sending.is_some());
        let Some(sending) = sending else { return };
        let (sent, all) = sending.progress();
        let _ = match all {
            Some(all) => {
                let _ = parts.progress.set_attribute("max", &all.to_string());
                parts.progress.set_attribute("value", &sent.to_string())
            }
            None => parts.progress.remove_attribute("value"),
        };
        let of = all.map(|all| [" of ", &all.to_string()].concat()).unwrap_or_default();
        set_text(&parts.progress_text, &[&sent.to_string(), of.as_str(), " sent"].concat());
    }
}

impl Parts {
    fn send(&self) {
        dispatch(Event::Send { text: self.message.value(), job: self.job() });
    }

    /// How often the text is to be sent; `None`: once.
    fn job(&self) -> Option<Job> {
        let number =
            |input: &HtmlInputElement| input.value().parse::<u32>().ok().filter(|number| *number > 0);
        match self.job.value().as_str() {
            "every" => Some(Job::Every { ms: f64::from(number(&self.every).unwrap_or(1000)), count: None }),
            "burst" => Some(Job::Burst {
                count: number(&self.count).unwrap_or(1000),
                in_flight: number(&self.in_flight),
            }),
            _ => None,
        }
    }

    fn mode(&self) -> Mode {
        Mode::parse(&self.mode.value()).unwrap_or_default()
    }

    fn mode_chosen(&self) {
        if let Some(mut settings) = with_state(|state| state.settings().clone()) {
            settings.mode = self.mode();
            dispatch(Event::Set(settings));
        }
        self.written();
    }

    fn job_chosen(&self) {
        let chosen = self.job.value();
        // It fails only on a page that misses a part.
        let _ = self.show_options(&chosen);
        self.written();
    }

    /// Shows the numbers that the chosen way of sending takes.
    fn show_options(&self, chosen: &str) -> Result<(), JsValue> {
        let options = document()?.query_selector_all(".options label.every, .options label.burst")?;
        for at in 0..options.length() {
            if let Some(option) = options.item(at).and_then(|option| option.dyn_into::<Element>().ok()) {
                set_shown(&option, option.class_list().contains(chosen));
            }
        }
        Ok(())
    }

    fn written(&self) {
        self.said.replace(None);
        self.show_hint();
        self.show_preview();
    }

    fn key(&self, event: &KeyboardEvent) {
        let modified = event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key();
        // While an input method composes, its keys are not the page's.
        if modified || event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Enter" => self.send(),
            "ArrowUp" if self.caret_at(on_first_line) => {
                dispatch(Event::Older { shown: self.message.value() });
            }
            "ArrowDown" if self.caret_at(on_last_line) => dispatch(Event::Newer),
            _ => return,
        }
        event.prevent_default();
    }

    /// Whether the caret, and no selection, is at such an edge.
    fn caret_at(&self, edge: fn(&str, usize) -> bool) -> bool {
        let bounds = (self.message.selection_start(), self.message.selection_end());
        match bounds {
            (Ok(Some(start)), Ok(Some(end))) => start == end && edge(&self.message.value(), start as usize),
            _ => false,
        }
    }

    fn show_hint(&self) {
        let said = self.said.borrow();
        let hint = match (&*said, self.connected.get()) {
            (Some(words), _) => words.clone(),
            (None, false) => "Not connected: what you type is kept".to_owned(),
            (None, true) => self.plan(),
        };
        set_text(&self.hint, &hint);
    }

    /// What sending would do.
    fn plan(&self) -> String {
        match payloads(self.mode(), &self.message.value()) {
            Err(mistake) => mistake.what,
            Ok(messages) if messages.len() > 1 => {
                let count = messages.len().to_string();
                [&count, " lines: ", &count, " messages"].concat()
            }
            Ok(_) => "Enter sends · Shift+Enter breaks the line · ↑↓ recall · ? lists the keys".to_owned(),
        }
    }

    /// The very bytes, where the text is not what is sent.
    fn show_preview(&self) {
        let messages = match self.mode() {
            Mode::Text => Vec::new(),
            mode => payloads(mode, &self.message.value()).unwrap_or_default(),
        };
        let first = messages.first().filter(|message| !message.is_empty());
        set_shown(&self.preview, first.is_some());
        let Some(message) = first else { return };
        let shown = &message[..message.len().min(PREVIEWED)];
        let row: String = hex::rows(shown, PREVIEWED, 0..1).map(|row| row.hex).collect();
        let cut = if message.len() > PREVIEWED { " …" } else { "" };
        let more = match messages.len() {
            1 => String::new(),
            count => [", and ", &(count - 1).to_string(), " more"].concat(),
        };
        let bytes = if message.len() == 1 { " byte: " } else { " bytes: " };
        set_text(&self.preview, &[&message.len().to_string(), bytes, &row, cut, &more].concat());
    }
}
