//! The view of what all clients of the server do: sessions, messages, and one message in full.

mod detail;
mod filter;
mod head;
mod keys;
mod list;
mod row;
mod sessions;

use super::Handler;
use crate::event::Event;
use crate::list::Viewport;
use crate::list::inspector::Notation;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{find, location, root, set_attribute};
use crate::shell::browser::registrations::Listener;
use crate::shell::bus;
use crate::state::State;
use crate::view::View;
use crate::watch::{WatchEvent, WatchTab};

use detail::DetailView;
use head::HeadView;
use list::ListView;
use sessions::SessionsView;

pub(super) use filter::offer;
pub(super) use keys::key;

pub(super) const HANDLERS: [Handler; 8] = [
    ("page", "click", clicked),
    ("watch-filter", "input", filter::written),
    ("watch-filter", "keydown", filter::key),
    ("watch-log", "scroll", |_| bus::send(Event::Redraw)),
    ("watch-log", "keydown", keys::key_in_list),
    ("session-list", "keydown", sessions::key),
    ("watch-detail", "keydown", detail::key),
    ("token-form", "submit", token_given),
];

/// What the view remembers.
pub(crate) struct WatchView {
    sessions: SessionsView,
    head: HeadView,
    list: ListView,
    detail: DetailView,
    _moved: Listener,
}

impl WatchView {
    pub(crate) fn new() -> Self {
        let moved = |_: &Object| bus::send(Event::Show(View::of_fragment(&location("hash"))));
        Self {
            sessions: SessionsView::default(),
            head: HeadView::default(),
            list: ListView::new(),
            detail: DetailView::default(),
            _moved: Listener::on(&Object::scope(), "hashchange", moved),
        }
    }

    /// Measures the list of messages as the browser shows it.
    pub(crate) fn measure(&mut self) -> Viewport {
        self.list.measure()
    }

    /// Draws all of it, at most once per frame.
    pub(crate) fn draw(&mut self, state: &State) {
        let watch = state.watch();
        self.sessions.draw(watch);
        self.head.draw(state);
        self.list.draw(watch);
        self.detail.draw(watch);
        filter::draw(watch);
    }
}

/// Shows this view and hides the other.
pub(crate) fn show_view(view: View) {
    root().set_attribute("data-view", view.name());
    // Notices are over the lower edge of what is shown.
    find(if view == View::Watch { "watch-messages" } else { "exchanges" }).append(&find("toast"));
    for (tab, of) in [("view-send", View::Send), ("view-watch", View::Watch)] {
        let (selected, index) = if of == view { ("true", "0") } else { ("false", "-1") };
        set_attribute(tab, "aria-selected", selected);
        set_attribute(tab, "tabindex", index);
    }
}

fn send(event: WatchEvent) {
    bus::send(Event::Watch(event));
}

/// What a click on a button, a session or a row asks for.
fn clicked(event: &Object) {
    if let Some(button) = event.target("button") {
        let id = button.text("id").unwrap_or_default();
        match id.as_str() {
            "view-send" => bus::send(Event::Show(View::Send)),
            "view-watch" => bus::send(Event::Show(View::Watch)),
            "watch-copy" => {
                bus::send(Event::Copy(find("watch-netcat").text("textContent").unwrap_or_default()))
            }
            _ => match button.attribute("data-hint") {
                Some(hint) => filter::find_hint(&hint),
                None => asked_by(&id, &button).into_iter().for_each(send),
            },
        }
    } else if let Some(session) = event.target("[data-session]") {
        sessions::clicked(&session);
    } else if let Some(row) = event.target("#watch-rows [aria-rowindex]") {
        list::clicked(&row);
    }
}

fn asked_by(id: &str, button: &Object) -> Option<WatchEvent> {
    Some(match id {
        "all-sessions" => WatchEvent::Choose(None),
        "watch-close" => WatchEvent::Close,
        "watch-jump" => WatchEvent::FollowEnd,
        "watch-pause" => WatchEvent::TogglePause,
        _ => match WatchTab::ALL.into_iter().find(|tab| tab.id() == id) {
            Some(tab) => WatchEvent::ShowTab(tab),
            None => {
                button.closest("#watch-detail")?;
                WatchEvent::Copy(Notation::named(&button.attribute("data-copy")?)?)
            }
        },
    })
}

fn token_given(event: &Object) {
    event.run("preventDefault");
    let input = find("token");
    let token = input.value();
    input.set("value", "");
    if !token.is_empty() {
        send(WatchEvent::Token(token));
    }
}
