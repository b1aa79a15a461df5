//! The filter's input.

use super::send;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{append, find, focus, say, set_attribute};
use crate::watch::{Watch, WatchEvent, filter::complete};

/// Shows what is wrong with the text.
pub(super) fn draw(watch: &Watch) {
    let mistake = watch.log().mistake();
    say("watch-mistake", mistake.unwrap_or_default());
    set_attribute("watch-filter", "aria-invalid", if mistake.is_some() { "true" } else { "false" });
}

pub(super) fn written(_: &Object) {
    send(WatchEvent::Filter(find("watch-filter").value()));
    offer();
}

/// Shows all sessions with this hint.
pub(super) fn find_hint(hint: &str) {
    let input = find("watch-filter");
    input.set("value", &["hint:", hint].concat());
    send(WatchEvent::Choose(None));
    written(&input);
    focus("watch-log");
}

/// Offers the completions of the text.
pub(crate) fn offer() {
    let words = find("watch-words");
    words.set_content("");
    for text in complete(&find("watch-filter").value()) {
        append(&words, "option", "").set("value", &text);
    }
}

/// `Esc` clears the text. If there is none, the key is left to the page.
pub(super) fn key(event: &Object) {
    let input = find("watch-filter");
    if event.key() == "Escape" && !event.flag("isComposing") && !input.value().is_empty() {
        event.run("preventDefault");
        event.run("stopPropagation");
        input.set("value", "");
        written(event);
    }
}
