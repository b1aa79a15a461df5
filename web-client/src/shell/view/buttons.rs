//! What the buttons ask for that need no more than a click.

use super::Handler;
use crate::event::Event;
use crate::list::inspector::Tab;
use crate::list::{FileKind, LogEvent};
use crate::measure::chart::ChartEvent;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::focus;
use crate::shell::bus;

pub(super) const HANDLERS: [Handler; 1] = [("page", "click", clicked)];

fn clicked(event: &Object) {
    let Some(id) = event.target("button").and_then(|button| button.text("id")) else { return };
    if let Some(event) = asked_by(&id) {
        bus::send(event);
    }
    if id == "picture-close" {
        // The focus would be lost with the button that is hidden.
        focus("strip");
    }
}

/// What the button with this id asks for.
fn asked_by(id: &str) -> Option<Event> {
    Some(match id {
        "anew" => Event::Chart(ChartEvent::StartAnew),
        "clear" => Event::Log(LogEvent::Clear),
        "detail-close" => Event::Log(LogEvent::Deselect),
        "detail-copy" => Event::Log(LogEvent::CopySelected),
        "detail-more" => Event::Log(LogEvent::ShowMoreBytes),
        "export-csv" => Event::Export(FileKind::Csv),
        "export-jsonl" => Event::Export(FileKind::JsonLines),
        "forget" => Event::ForgetHistory,
        "jump" => Event::Log(LogEvent::FollowEnd),
        "pause" => Event::Log(LogEvent::TogglePause),
        "snippets-open" => Event::OpenSnippets,
        "stop" => Event::Stop,
        "strip" | "picture-close" => Event::Chart(ChartEvent::Toggle),
        "tab-hex" => Event::Log(LogEvent::ShowTab(Tab::Hex)),
        "tab-json" => Event::Log(LogEvent::ShowTab(Tab::Json)),
        "tab-text" => Event::Log(LogEvent::ShowTab(Tab::Text)),
        "toast-undo" => Event::Log(LogEvent::Undo),
        "toggle" => Event::Toggle,
        _ => return None,
    })
}
