//! The field for the stamp format, and what is wrong with it.

use super::Handler;
use crate::event::Event;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{find, say};
use crate::shell::bus;
use crate::state::State;

pub(super) const HANDLERS: [Handler; 1] = [("format", "change", chosen)];

fn chosen(_: &Object) {
    bus::send(Event::SetFormat(find("format").value()));
}

pub(crate) fn show(state: &State) {
    let (field, error) = (find("format"), state.format_error());
    field.set("value", state.shown_format());
    match error {
        Some(_) => field.set_attribute("aria-invalid", "true"),
        None => field.remove_attribute("aria-invalid"),
    }
    say("format-error", error.unwrap_or_default());
}
