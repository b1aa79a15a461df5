//! The connection's state in the header and the title, and its buttons.

use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event as DomEvent};

use super::time::time_to_the_second;
use crate::event::Event;
use crate::link::{Connection, Status};
use crate::shell::browser::dom::{by_id, document, set_shown, set_text, window};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;

pub(crate) struct ConnectionView {
    document: Document,
    status: Element,
    state: Element,
    countdown: Element,
    since: Element,
    note: Element,
    toggle: Element,
    stop: Element,
    _listeners: [Listener; 4],
}

impl ConnectionView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (toggle, stop) = (by_id::<Element>("toggle")?, by_id::<Element>("stop")?);
        let network = |online| move |_: &DomEvent| bus::send(Event::Network { online });
        let window = window()?;
        by_id::<Element>("address")?.set_text_content(Some(&window.location().host()?));
        set_shown(&toggle, true);
        let listeners = [
            Listener::new(&toggle, "click", |_: &DomEvent| bus::send(Event::Toggle))?,
            Listener::new(&stop, "click", |_: &DomEvent| bus::send(Event::Stop))?,
            Listener::new(&window, "online", network(true))?,
            Listener::new(&window, "offline", network(false))?,
        ];
        Ok(Self {
            document: document()?,
            status: by_id("connection")?,
            state: by_id("state")?,
            countdown: by_id("countdown")?,
            since: by_id("since")?,
            note: by_id("note")?,
            toggle,
            stop,
            _listeners: listeners,
        })
    }

    pub(crate) fn show(&self, state: &State) {
        let (link, status) = (state.link(), Status::of(state.link()));
        let since = link.since().map(|at| ["since ", &time_to_the_second(state.origin() + at)].concat());

        // Fails only for an invalid attribute name.
        let _ = self.status.set_attribute("data-state", status.name);
        self.document.set_title(&[status.mark, " Wirestamp"].concat());
        // Only what changed: screen readers read out every change of a status.
        set_text(&self.state, status.words);
        set_text(&self.countdown, &status.countdown);
        set_text(&self.since, &since.unwrap_or_default());
        set_text(&self.note, &status.note);
        set_text(&self.toggle, status.button);
        set_shown(&self.stop, matches!(link.connection(), Connection::Waiting { .. }));
    }
}
