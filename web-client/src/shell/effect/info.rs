//! Reads the service's ports from `/api/info`.

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Event as DomEvent, XmlHttpRequest};

use crate::event::Event;
use crate::shell::browser::dom::http_port;
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::snippets::Ports;

/// A request to the service, with the listener for its answer.
pub(crate) struct InfoRequest {
    _request: XmlHttpRequest,
    _listener: Listener,
}

impl InfoRequest {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        let answered = Listener::new(&request, "load", {
            let request = request.clone();
            move |_: &DomEvent| {
                // Behind a proxy that doesn't forward this path, the ports stay unknown.
                let text = request.response_text().ok().flatten().unwrap_or_default();
                if let Some(ports) = read_ports(&text) {
                    bus::send(Event::PortsTold(ports));
                }
            }
        })?;
        request.open("GET", "api/info")?;
        request.send()?;
        Ok(Self { _request: request, _listener: answered })
    }
}

/// The ports in the answer; `None` if it isn't the expected JSON.
fn read_ports(text: &str) -> Option<Ports> {
    let info = JSON::parse(text).ok()?;
    let port_of = |kind: &str| {
        let listeners = Reflect::get(&info, &kind.into()).ok()?.dyn_into::<js_sys::Array>().ok()?;
        let port = Reflect::get(&listeners.get(0), &"port".into()).ok()?.as_f64()?;
        Some(port as u16)
    };
    Some(Ports { tcp: port_of("tcp"), udp: port_of("udp"), http: http_port().ok()? })
}
