//! Reads the service's ports and limits from `/api/info`.

use super::request::Request;
use crate::event::Event;
use crate::shell::browser::object::{Object, parse_json};
use crate::shell::browser::page::http_port;
use crate::shell::bus;
use crate::snippets::Ports;

/// Asks the service about itself. The answers are events.
pub(crate) fn ask() -> Option<Request> {
    Request::get("api/info", |_, text| answered(&text)).ok()
}

fn answered(text: &str) {
    // Behind a proxy that doesn't forward this path, all of it stays unknown.
    if let Some(info) = parse_json(text) {
        told(&info);
    }
    bus::send(Event::Start);
}

fn told(info: &Object) {
    bus::send(Event::PortsTold(Ports { tcp: port(info, "tcp"), udp: port(info, "udp"), http: http_port() }));
    let max = info.number("max_message");
    if max > 0.0 {
        bus::send(Event::MaxMessageTold(max as usize));
    }
    let (watch, gap) = (info.text("watch").unwrap_or_default(), info.number("gap_ms"));
    bus::send(Event::WatchTold {
        labels: matches!(watch.as_str(), "open" | "token"),
        gap_ns: (gap > 0.0).then_some((gap * 1e6) as u64),
    });
}

/// The port of the first listener of this kind.
fn port(info: &Object, kind: &str) -> Option<u16> {
    let port = info.get(kind)?.get("0")?.number("port");
    (port > 0.0).then_some(port as u16)
}
