//! Programs that reach this very service, in a dialog; and the command for a terminal, in the empty log. Both have
//! the real ports, which the service tells at `/api/info`.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, HtmlDialogElement, XmlHttpRequest};

use super::detail::copy;
use crate::shell::browser::dom::{by_id, document, element, set_text, window};
use crate::shell::browser::registrations::Listener;
use crate::{Ports, Service};

pub(crate) struct SnippetsView {
    format: Rc<RefCell<Option<String>>>,
    _request: XmlHttpRequest,
    _listeners: [Listener; 3],
}

impl SnippetsView {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let (format, ports) = (Rc::new(RefCell::new(None)), Rc::new(RefCell::new(None)));
        let request = XmlHttpRequest::new()?;
        let told = Listener::new(&request, "load", {
            let (request, ports) = (request.clone(), Rc::clone(&ports));
            move |_: &DomEvent| {
                // A service elsewhere, behind a proxy that keeps the path to itself, tells nothing.
                let text = request.response_text().ok().flatten().unwrap_or_default();
                *ports.borrow_mut() = read_ports(&text);
                let _ = show_netcat(*ports.borrow());
            }
        })?;
        let (button, list) = (by_id::<Element>("snippets-open")?, by_id::<Element>("snippets-list")?);
        let copied = Listener::new(&list, "click", |event: &DomEvent| {
            if let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
                copy_beside(&target);
            }
        })?;
        let opened = Listener::new(&button, "click", {
            let (format, ports) = (Rc::clone(&format), Rc::clone(&ports));
            move |_: &DomEvent| {
                // It fails only on a page that misses a part.
                let _ = open(*ports.borrow(), format.borrow().as_deref());
            }
        })?;
        request.open("GET", "api/info")?;
        request.send()?;
        Ok(Self { format, _request: request, _listeners: [told, opened, copied] })
    }

    /// What the WebSocket is to be asked for.
    pub(crate) fn set_format(&self, format: Option<String>) {
        self.format.replace(format);
    }
}

/// The ports in the service's answer; `None` if it is not the answer that is expected.
fn read_ports(text: &str) -> Option<Ports> {
    let info = JSON::parse(text).ok()?;
    let port_of = |kind: &str| {
        let listeners = Reflect::get(&info, &kind.into()).ok()?.dyn_into::<js_sys::Array>().ok()?;
        let port = Reflect::get(&listeners.get(0), &"port".into()).ok()?.as_f64()?;
        Some(port as u16)
    };
    Some(Ports { tcp: port_of("tcp"), udp: port_of("udp"), http: here().ok()? })
}

/// The port that the page came from: a proxy may stand before the service's.
fn here() -> Result<u16, JsValue> {
    let location = window()?.location();
    let standard = if location.protocol()? == "https:" { 443 } else { 80 };
    Ok(location.port()?.parse().unwrap_or(standard))
}

fn service(ports: Option<Ports>, format: Option<&str>) -> Result<Option<Service>, JsValue> {
    let location = window()?.location();
    let ports = match ports {
        Some(ports) => ports,
        None => Ports { tcp: None, udp: None, http: here()? },
    };
    Ok(Service::new(&location.hostname()?, ports, location.protocol()? == "https:", format))
}

/// The command for a terminal, in the empty log.
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

/// Copies the program beside a button.
fn copy_beside(target: &Element) {
    let head = target.closest("[data-copy]").ok().flatten().and_then(|button| button.parent_element());
    if let Some(code) = head.and_then(|head| head.next_element_sibling()) {
        copy(&code.text_content().unwrap_or_default());
    }
}
