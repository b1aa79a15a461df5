//! The connection's state in the header and the title, and its buttons.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent};

use super::app::dispatch;
use super::dom::{by_id, document, set_shown, window};
use super::guard::Listener;
use crate::{Closing, Connection, Event, visible};

pub(super) struct ConnectionView {
    document: Document,
    status: Element,
    state: Element,
    countdown: Element,
    note: Element,
    toggle: Element,
    stop: Element,
    _listeners: [Listener; 2],
}

impl ConnectionView {
    pub(super) fn new() -> Result<Self, JsValue> {
        let (toggle, stop) = (by_id::<Element>("toggle")?, by_id::<Element>("stop")?);
        let listeners = [
            Listener::new(&toggle, "click", |_: &DomEvent| dispatch(Event::Toggle))?,
            Listener::new(&stop, "click", |_: &DomEvent| dispatch(Event::Stop))?,
        ];
        let location = window()?.location();
        by_id::<Element>("address")?.set_text_content(Some(&location.host()?));
        by_id::<Element>("netcat-host")?.set_text_content(Some(&location.hostname()?));
        set_shown(&toggle, true);
        Ok(Self {
            document: document()?,
            status: by_id("connection")?,
            state: by_id("state")?,
            countdown: by_id("countdown")?,
            note: by_id("note")?,
            toggle,
            stop,
            _listeners: listeners,
        })
    }

    pub(super) fn show(&self, connection: Connection, last_close: Option<&Closing>) {
        let (name, words, mark, button) = match connection {
            Connection::Connecting => ("connecting", "Connecting", "◌", "Disconnect"),
            Connection::Connected => ("connected", "Connected", "●", "Disconnect"),
            Connection::Waiting { .. } => ("waiting", "Disconnected", "○", "Connect"),
            Connection::Stopped => ("stopped", "Disconnected", "○", "Connect"),
        };
        let countdown = match connection {
            Connection::Waiting { seconds } => [", reconnecting in ", &seconds.to_string(), " s"].concat(),
            Connection::Stopped => ", stopped by hand".to_owned(),
            _ => String::new(),
        };
        let note = last_close.map(|closing| note(connection, closing)).unwrap_or_default();

        // It fails only on a name that is no attribute's.
        let _ = self.status.set_attribute("data-state", name);
        self.document.set_title(&[mark, " Wirestamp"].concat());
        // Only what changed: a screen reader reads out each change of a status.
        set_text(&self.state, words);
        set_text(&self.countdown, &countdown);
        set_text(&self.note, &note);
        set_text(&self.toggle, button);
        set_shown(&self.stop, matches!(connection, Connection::Waiting { .. }));
    }
}

/// How the last connection ended, with the far side's words made safe to show.
fn note(connection: Connection, closing: &Closing) -> String {
    let earlier = if connection == Connection::Connected { "Earlier: " } else { "" };
    let pieces = visible(closing.describe().as_bytes());
    std::iter::once(earlier).chain(pieces.iter().map(|piece| piece.text.as_str())).collect()
}

fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}
