//! The notice over the log's lower edge.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlElement};

use crate::event::Event;
use crate::list::LogEvent;
use crate::shell::browser::dom::{by_id, document, set_shown, set_text};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::toast::Toast;

pub(crate) struct ToastView {
    /// What is seen. The status around it always exists: screen readers read out changes in it.
    notice: Element,
    words: Element,
    undo: Element,
    _undo_clicked: Listener,
}

impl ToastView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let undo = by_id::<Element>("toast-undo")?;
        Ok(Self {
            notice: by_id("toast-notice")?,
            words: by_id("toast-words")?,
            _undo_clicked: Listener::new(&undo, "click", |_: &DomEvent| {
                bus::send(Event::Log(LogEvent::Undo))
            })?,
            undo,
        })
    }

    pub(crate) fn show(&self, toast: &Toast) {
        set_text(&self.words, &toast.words);
        self.offer_undo(toast.undo);
        set_shown(&self.notice, true);
    }

    pub(crate) fn hide(&self) {
        self.offer_undo(false);
        set_shown(&self.notice, false);
        // So that the same words are read out again.
        set_text(&self.words, "");
    }

    fn offer_undo(&self, offered: bool) {
        let focused = document().ok().and_then(|document| document.active_element());
        if !offered && focused.as_ref() == Some(&self.undo) {
            // The log is next to the button. A focus that vanishes would start over at the top of the page.
            let _ = by_id::<HtmlElement>("log").and_then(|log| log.focus());
        }
        set_shown(&self.undo, offered);
    }
}
