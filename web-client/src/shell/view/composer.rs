//! The message box, its options, and the hint below it.

use super::{Handler, held};
use crate::event::Event;
use crate::link::Connection;
use crate::send::held::{is_too_long, pasted};
use crate::send::{Job, Mode, Sending, on_first_line, on_last_line};
use crate::settings::PageSettings;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::{find, focus, say, set_attribute, show, show_text};
use crate::shell::bus;
use crate::state::State;

pub(super) const HANDLERS: [Handler; 8] = [
    ("message", "keydown", key),
    ("message", "beforeinput", before_input),
    ("message", "input", written),
    ("send", "click", pressed),
    ("mode", "change", mode_chosen),
    ("job", "change", job_chosen),
    ("held-edit", "click", edit),
    ("held-drop", "click", |_| drop_held()),
];

/// Moves the focus to the message box.
pub(super) fn start(settings: &PageSettings) {
    show_mode(settings.mode);
    focus("message");
}

/// Puts a text into the box, and the caret at its end. One that is too long is held beside it.
pub(super) fn compose(text: &str) {
    held::release();
    let message = find("message");
    if is_too_long(text) {
        message.set("value", "");
        held::hold(text);
        return;
    }
    message.set("value", text);
    place_caret(message.number("textLength") as usize);
}

pub(crate) fn place_caret(at: usize) {
    let at = at as f64;
    // Fails only for inputs without a caret, such as numbers.
    let _ = find("message").call("setSelectionRange", vec![at.into(), at.into()]);
}

/// Shows the hint, the preview, and whether the text can be sent.
pub(crate) fn show_hint(state: &State) {
    say("hint", &state.hint());
    show_text("preview", state.preview());
    let (message, is_wrong) = (find("message"), state.is_wrong());
    if is_wrong {
        message.set_attribute("aria-invalid", "true");
    } else {
        message.remove_attribute("aria-invalid");
    }
    show_button(state, is_wrong);
}

/// Shows what the button does: send, or stop sending.
fn show_button(state: &State, is_wrong: bool) {
    let stops = state.send().sending().is_some_and(Sending::takes_time);
    let enabled = stops || (state.connection() == Connection::Connected && !is_wrong);
    // Not `disabled`: the button stays reachable by keyboard, and the hint says what is missing.
    set_attribute("send", "aria-disabled", if enabled { "false" } else { "true" });
    if says_stop() == stops {
        return;
    }
    let (words, title) = if stops { ("Stop", "Stop sending") } else { ("Send", "Send (Enter)") };
    say("send", words);
    set_attribute("send", "aria-label", if stops { title } else { words });
    set_attribute("send", "title", title);
}

/// Whether the button stops sending.
fn says_stop() -> bool {
    find("send").text("textContent").as_deref() == Some("Stop")
}

/// Shows the input mode.
pub(super) fn show_mode(mode: Mode) {
    find("mode").set("value", mode.name());
}

/// Shows the progress. What is sent at once has none to show.
pub(super) fn show_sending(state: &State) {
    let sending = state.send().sending().filter(|sending| sending.takes_time());
    if says_stop() != sending.is_some() {
        show_button(state, state.is_wrong());
    }
    show("sending", sending.is_some());
    let Some(sending) = sending else { return };
    let (sent, all) = sending.progress();
    let progress = find("progress");
    match all {
        Some(all) => {
            progress.set_attribute("max", &all.to_string());
            progress.set_attribute("value", &sent.to_string());
        }
        None => progress.remove_attribute("value"),
    }
    say("progress-text", &sending.describe());
}

/// The button was pressed. It does what it says: by the time of the press, the state may be another.
fn pressed(_: &Object) {
    if says_stop() {
        bus::send(Event::StopSending);
    } else {
        send();
    }
    // Pressing a button moves the focus to it.
    focus("message");
}

fn send() {
    bus::send(Event::Send { text: text(), job: job() });
}

fn text() -> String {
    held::text().unwrap_or_else(|| find("message").value())
}

/// Text is about to be put into the box: typed, pasted or dropped.
fn before_input(event: &Object) {
    let Some(data) = event.text("data").filter(|data| is_too_long(data)) else { return };
    event.run("preventDefault");
    held::hold(&pasted(&find("message").value(), selection(), &data));
    written(event);
}

/// Moves the text that is held into the box.
fn edit(event: &Object) {
    if let Some(text) = held::release() {
        find("message").set("value", &text);
    }
    written(event);
    focus("message");
}

/// Returns to what was in the box before.
fn drop_held() {
    held::release();
    bus::send(Event::Typed { text: text() });
    focus("message");
}

/// How to send repeatedly; `None` to send once.
fn job() -> Option<Job> {
    let [job, every, count, in_flight] = ["job", "every", "count", "in-flight"].map(|id| find(id).value());
    Job::parse(&job, &every, &count, &in_flight)
}

fn mode_chosen(_: &Object) {
    bus::send(Event::SetMode(Mode::parse(&find("mode").value()).unwrap_or_default()));
}

/// The style sheet shows the numbers that go with the chosen way of sending.
fn job_chosen(event: &Object) {
    set_attribute("options", "data-job", &find("job").value());
    written(event);
}

fn written(_: &Object) {
    bus::send(Event::Typed { text: text() });
}

fn key(event: &Object) {
    let undoes = (event.flag("ctrlKey") || event.flag("metaKey")) && event.key() == "z";
    if undoes && held::text().is_some() {
        drop_held();
        return event.run("preventDefault");
    }
    // While an input method is composing, keys belong to it.
    if event.is_modified() || event.flag("shiftKey") || event.flag("isComposing") {
        return;
    }
    match event.key().as_str() {
        "Enter" => send(),
        "ArrowUp" if caret_at(on_first_line) => bus::send(Event::Older { shown: text() }),
        "ArrowDown" if caret_at(on_last_line) => bus::send(Event::Newer),
        _ => return,
    }
    event.run("preventDefault");
}

/// Whether the caret is at this edge and nothing is selected. A text that is held has no caret in it.
fn caret_at(edge: fn(&str, usize) -> bool) -> bool {
    let (start, end) = selection();
    held::text().is_some() || start == end && edge(&find("message").value(), start)
}

/// Where the selection in the box begins and ends.
fn selection() -> (usize, usize) {
    let message = find("message");
    (message.number("selectionStart") as usize, message.number("selectionEnd") as usize)
}
