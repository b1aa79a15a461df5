//! Reads the service's ports and its limit from `/api/info`.

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;

use super::request::Request;
use crate::event::Event;
use crate::shell::browser::dom::http_port;
use crate::shell::bus;
use crate::snippets::Ports;

/// Asks the service about itself. The answers are events.
pub(crate) fn ask() -> Result<Request, JsValue> {
    Request::get("api/info", Box::new(|_, text| answered(&text)))
}

fn answered(text: &str) {
    // Behind a proxy that doesn't forward this path, all of it stays unknown.
    let Ok(info) = JSON::parse(text) else { return };
    if let Some(ports) = read_ports(&info) {
        bus::send(Event::PortsTold(ports));
    }
    if let Some(max) = read_max_message(&info) {
        bus::send(Event::MaxMessageTold(max));
    }
}

/// The ports in the answer.
fn read_ports(info: &JsValue) -> Option<Ports> {
    let port_of = |kind: &str| {
        let listeners = Reflect::get(info, &kind.into()).ok()?.dyn_into::<js_sys::Array>().ok()?;
        let port = Reflect::get(&listeners.get(0), &"port".into()).ok()?.as_f64()?;
        Some(port as u16)
    };
    Some(Ports { tcp: port_of("tcp"), udp: port_of("udp"), http: http_port().ok()? })
}

/// The longest message that the server takes, in bytes.
fn read_max_message(info: &JsValue) -> Option<usize> {
    Reflect::get(info, &"max_message".into()).ok()?.as_f64().map(|max| max as usize)
}
