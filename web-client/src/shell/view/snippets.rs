//! The snippets dialog, and the command in the empty log. Both show the service's real ports.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlDialogElement};

use crate::event::Event;
use crate::shell::browser::dom::{by_id, document, element, http_port, set_text, window};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::snippets::{Ports, Service};
use crate::state::State;

pub(crate) struct SnippetsView {
    _listeners: [Listener; 2],
}

impl SnippetsView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (button, list) = (by_id::<Element>("snippets-open")?, by_id::<Element>("snippets-list")?);
        Ok(Self {
            _listeners: [
                Listener::new(&button, "click", |_: &DomEvent| bus::send(Event::OpenSnippets))?,
                Listener::new(&list, "click", |event: &DomEvent| {
                    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                    if let Some(code) = target.and_then(|target| code_beside(&target)) {
                        bus::send(Event::Copy(code));
                    }
                })?,
            ],
        })
    }

    /// Opens the dialog.
    pub(crate) fn open(&self, state: &State) {
        // Fails only if an element is missing from the page.
        let _ = open(state.ports(), state.settings().format.as_deref());
    }

    /// Shows the command in the empty log.
    pub(crate) fn show_ports(&self, state: &State) {
        let _ = show_netcat(state.ports());
    }
}

fn service(ports: Option<Ports>, format: Option<&str>) -> Result<Option<Service>, JsValue> {
    let location = window()?.location();
    let ports = match ports {
        Some(ports) => ports,
        None => Ports { tcp: None, udp: None, http: http_port()? },
    };
    Ok(Service::new(&location.hostname()?, ports, location.protocol()? == "https:", format))
}

fn show_netcat(ports: Option<Ports>) -> Result<(), JsValue> {
    let host = window()?.location().hostname()?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Some(Ports { tcp: Some(port), .. }) = ports {
        set_text(&by_id::<Element>("netcat")?, &["nc ", host, " ", &port.to_string()].concat());
    }
    Ok(())
}

fn open(ports: Option<Ports>, format: Option<&str>) -> Result<(), JsValue> {
    let document = document()?;
    let list: Element = by_id("snippets-list")?;
    list.set_text_content(None);
    for snippet in service(ports, format)?.map(|service| service.snippets()).unwrap_or_default() {
        let title = element(&document, "h3", "")?;
        title.set_text_content(Some(snippet.title));
        let button = element(&document, "button", "plain")?;
        button.set_attribute("type", "button")?;
        button.set_attribute("aria-label", &["Copy ", snippet.title].concat())?;
        button.set_attribute("data-copy", "")?;
        button.set_text_content(Some("Copy"));
        let head = element(&document, "div", "title")?;
        head.append_child(&title)?;
        head.append_child(&button)?;
        let code = element(&document, "pre", "")?;
        code.set_attribute("tabindex", "0")?;
        code.set_text_content(Some(&snippet.code));
        for part in [&head, &code] {
            list.append_child(part)?;
        }
    }
    by_id::<HtmlDialogElement>("snippets")?.show_modal()
}

/// The code next to a button.
fn code_beside(target: &Element) -> Option<String> {
    let head = target.closest("[data-copy]").ok()??.parent_element()?;
    head.next_element_sibling()?.text_content()
}
