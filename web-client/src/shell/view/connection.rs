//! The connection's state in the header and the title.

use super::time::time_to_the_second;
use crate::event::Event;
use crate::link::{Connection, Status};
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{document, find, location, say, show};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;

/// Shows the server's address, and watches the network. Returns what keeps watching.
pub(crate) fn start() -> [Listener; 2] {
    say("address", &location("host"));
    show("toggle", true);
    let network =
        |kind, online| Listener::on(&Object::scope(), kind, move |_| bus::send(Event::Network { online }));
    [network("online", true), network("offline", false)]
}

pub(crate) fn draw(state: &State) {
    let (link, status) = (state.link(), Status::of(state.link()));
    let since = link.since().map(|at| ["since ", &time_to_the_second(state.origin() + at)].concat());
    find("connection").set_attribute("data-state", status.name);
    if let Some(document) = document() {
        document.set("title", &[status.mark, " Wirestamp"].concat());
    }
    // Only what changed: screen readers read out every change of a status.
    say("state", status.words);
    say("countdown", &status.countdown);
    say("since", &since.unwrap_or_default());
    say("note", &status.note);
    say("toggle", status.button);
    show("stop", matches!(link.connection(), Connection::Waiting { .. }));
}
