//! The list of sessions, the latest first.

use super::send;
use crate::shell::browser::object::{Object, parse_json};
use crate::shell::browser::page::{append, append_isolated, append_svg, create, find, say, show};
use crate::text::{escaped, visible};
use crate::watch::{LISTED, Session, Watch, WatchEvent, counted};

/// The height of a sparkline, in pixels. It is 64 wide.
const SPARK: f64 = 16.0;

#[derive(Default)]
pub(super) struct SessionsView {
    items: Vec<Item>,
}

/// A session in the list. It is reused for others.
struct Item {
    element: Object,
    tag: Object,
    peer: Object,
    mark: Object,
    line: Object,
    counts: Object,
    ending: Object,
    /// The session's number and version, and whether it is chosen and this tab's own.
    shows: Option<(u64, u32, bool, bool)>,
}

impl SessionsView {
    pub(super) fn draw(&mut self, watch: &Watch) {
        let (log, list) = (watch.log(), find("session-list"));
        let chosen = log.chosen().map(|session| session.number);
        let mut count = 0;
        let mut current = None;
        for session in log.sessions() {
            if self.items.len() == count {
                self.items.push(Item::new(&list, count));
            }
            let is_chosen = chosen == Some(session.number);
            if is_chosen {
                current = Some(Item::id(count));
            }
            if let Some(item) = self.items.get_mut(count) {
                item.show(session, is_chosen, watch.own_session() == Some(session.number));
            }
            count += 1;
        }
        for item in self.items.drain(count..) {
            item.element.run("remove");
        }
        match current {
            Some(id) => list.set_attribute("aria-activedescendant", &id),
            None => list.remove_attribute("aria-activedescendant"),
        }
        let all = log.store().sessions().len();
        let more = if count == LISTED && all > count { ", the latest of them below" } else { "" };
        say("session-counts", &[&counted(all as u64, "session", "sessions"), more].concat());
        show("all-sessions", chosen.is_some());
    }
}

impl Item {
    /// The element's id, for `aria-activedescendant`.
    fn id(at: usize) -> String {
        ["session-", &at.to_string()].concat()
    }

    fn new(list: &Object, at: usize) -> Self {
        let element = create("div", "session");
        element.set_attribute("id", &Self::id(at));
        element.set_attribute("role", "option");
        let (tag, peer) = (append(&element, "span", "tag"), append(&element, "span", "peer"));
        let (mark, spark) = (append(&element, "span", "mark"), append_svg(&element, "svg"));
        spark.set_attribute("viewBox", "0 0 64 16");
        spark.set_attribute("aria-hidden", "true");
        let (counts, ending) = (append(&element, "span", "counts"), append(&element, "span", "ending"));
        list.append(&element);
        Self { line: append_svg(&spark, "path"), element, tag, peer, mark, counts, ending, shows: None }
    }

    fn show(&mut self, session: &Session, is_chosen: bool, is_own: bool) {
        let shows = Some((session.number, session.version, is_chosen, is_own));
        if self.shows == shows {
            return;
        }
        self.shows = shows;
        self.element.set_attribute("data-session", &session.number.to_string());
        self.element.set_attribute("aria-selected", if is_chosen { "true" } else { "false" });
        self.element.toggle_attribute("data-ended", session.ending.is_some());
        self.tag.set_content(session.transport.name());
        self.tag.set_attribute("data-transport", session.transport.name());
        self.peer.set_content("");
        append_isolated(&self.peer, &visible(session.peer.as_bytes()));
        self.peer.set_attribute("title", &escaped(session.peer.as_bytes()));
        self.mark.set_content(if is_own { "this tab" } else { "" });
        self.line.set_attribute("d", &session.activity.path(SPARK));
        let (messages, bytes) = (session.messages, session.bytes_in);
        let counts =
            [&counted(messages, "message", "messages"), ", ", &counted(bytes, "byte", "bytes")].concat();
        self.counts.set_content(&counts);
        let ending = session.ending.as_ref().map(|ending| ending.words());
        self.ending.set_content(ending.as_deref().unwrap_or("open"));
    }
}

pub(super) fn clicked(session: &Object) {
    let number = session.attribute("data-session").and_then(|number| number.parse().ok());
    send(WatchEvent::Choose(number));
}

/// The arrow keys choose another session.
pub(super) fn key(event: &Object) {
    let list = find("session-list");
    let chosen = list.attribute("aria-activedescendant").map(|id| find(&id));
    let first = list.get("firstElementChild");
    let to = match event.key().as_str() {
        "ArrowDown" | "ArrowRight" => match chosen {
            Some(chosen) => chosen.get("nextElementSibling"),
            None => first,
        },
        "ArrowUp" | "ArrowLeft" => match chosen {
            Some(chosen) => chosen.get("previousElementSibling"),
            None => first,
        },
        "Home" => first,
        "End" => list.get("lastElementChild"),
        _ => return,
    };
    event.run("preventDefault");
    if let Some(to) = to {
        clicked(&to);
        let nearest = parse_json("{\"block\":\"nearest\",\"inline\":\"nearest\"}");
        // Fails only if there is no such method.
        let _ = to.call("scrollIntoView", nearest.into_iter().map(Into::into).collect());
    }
}
