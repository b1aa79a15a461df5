//! The toolbar: settings, and what is shown.

use super::Handler;
use crate::event::Event;
use crate::settings::{PageSettings, Theme};
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{find, root, say, show_text};
use crate::shell::bus;
use crate::state::State;

pub(super) const HANDLERS: [Handler; 2] =
    [("theme", "change", theme_chosen), ("times", "change", times_toggled)];

fn theme_chosen(_: &Object) {
    bus::send(Event::SetTheme(Theme::named(&find("theme").value()).unwrap_or_default()));
}

fn times_toggled(_: &Object) {
    root().toggle_attribute("data-times", find("times").flag("checked"));
    bus::send(Event::Redraw);
}

/// Shows the number of exchanges, and the offset between the clocks.
pub(crate) fn draw(state: &State) {
    let send = state.send();
    say("counts", &send.log().counts());
    show_text("offset", send.offset().estimate().map(|estimate| estimate.describe()));
}

/// Shows the settings in their controls, and applies the theme.
pub(crate) fn show_settings(settings: &PageSettings) {
    find("theme").set("value", settings.theme.name());
    root().set_attribute("data-theme", settings.theme.name());
}
