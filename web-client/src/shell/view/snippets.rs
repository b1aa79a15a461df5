//! The snippets dialog, and the command in the empty log. Both show the service's real ports.

use super::Handler;
use crate::event::Event;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{append, find, http_port, is_secure, location, say};
use crate::shell::bus;
use crate::snippets::{Ports, Service};
use crate::state::State;

pub(super) const HANDLERS: [Handler; 1] = [("snippets-list", "click", copy)];

/// Shows the command in the empty log.
pub(crate) fn show_ports(state: &State) {
    let host = location("hostname");
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Some(Ports { tcp: Some(port), .. }) = state.ports() {
        let command = ["nc ", host, " ", &port.to_string()].concat();
        say("netcat", &command);
        say("watch-netcat", &command);
    }
}

/// Opens the dialog.
pub(crate) fn open(state: &State) {
    let list = find("snippets-list");
    list.set_content("");
    let ports = state.ports().unwrap_or_else(|| Ports { tcp: None, udp: None, http: http_port() });
    let format = state.settings().format.as_deref();
    let service = Service::new(&location("hostname"), ports, is_secure(), format);
    for snippet in service.map(|service| service.snippets()).unwrap_or_default() {
        let head = append(&list, "div", "title");
        append(&head, "h3", "").set_content(snippet.title);
        let button = append(&head, "button", "plain");
        button.set_attribute("type", "button");
        button.set_attribute("aria-label", &["Copy ", snippet.title].concat());
        button.set_content("Copy");
        let code = append(&list, "pre", "");
        code.set_attribute("tabindex", "0");
        code.set_content(&snippet.code);
    }
    find("snippets").run("showModal");
}

/// Copies the code next to a button.
fn copy(event: &Object) {
    let head = event.target("button").and_then(|button| button.get("parentElement"));
    if let Some(code) = head.and_then(|head| head.get("nextElementSibling")?.text("textContent")) {
        bus::send(Event::Copy(code));
    }
}
