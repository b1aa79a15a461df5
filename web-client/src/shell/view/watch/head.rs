//! What is above the messages: the chosen session with its verdict and timeline, or why there is nothing.

use crate::measure::chart::Size;
use crate::shell::browser::page::{append, append_isolated, find, root, say, set_attribute, show};
use crate::state::State;
use crate::text::{escaped, visible};
use crate::watch::{Feed, Session, Watch, counted, duration, lasted, timeline};

/// The size of the timeline's view box, in pixels.
const TIMELINE: Size = Size { width: 600.0, height: 36.0 };

#[derive(Default)]
pub(super) struct HeadView {
    /// The session shown, its version, and how many events were forgotten.
    shows: Option<(u64, u32, u64)>,
}

impl HeadView {
    pub(super) fn draw(&mut self, state: &State) {
        let watch = state.watch();
        let log = watch.log();
        show_feed(watch);
        show_pause(log.since_pause(), log.placement().away);
        say("watch-counts", &log.counts());
        let chosen = log.chosen();
        root().toggle_attribute("data-chosen", chosen.is_some());
        let shows = chosen.map(|session| (session.number, session.version, log.store().numbers().0));
        if shows == self.shows {
            return;
        }
        self.shows = shows;
        show("watch-chosen", chosen.is_some());
        let Some(session) = chosen else {
            return say("watch-title", "All sessions");
        };
        say("watch-title", &title(session));
        show_findings(session);
        let picture = timeline(log.store(), session, TIMELINE);
        set_attribute("timeline-in", "d", &picture.incoming);
        set_attribute("timeline-out", "d", &picture.outgoing);
        set_attribute("timeline-end", "d", &picture.end);
        say("timeline-length", &duration(picture.length));
        let ending = session.ending.as_ref().map(|ending| ending.words());
        say("timeline-ending", ending.as_deref().unwrap_or("open"));
    }
}

/// `tcp 127.0.0.1:44398, 3 messages, 18 bytes in 1.2 s`.
fn title(session: &Session) -> String {
    let peer = escaped(session.peer.as_bytes());
    let (messages, bytes) =
        (counted(session.messages, "message", "messages"), counted(session.bytes_in, "byte", "bytes"));
    let parts = [session.transport.name(), " ", &peer, ", ", &messages, ", ", &bytes, " in "];
    [&parts.concat(), duration(lasted(session)).as_str()].concat()
}

/// Shows the verdict and the names of what was noticed. A click on a name finds all sessions with it.
fn show_findings(session: &Session) {
    let verdict = find("verdict");
    verdict.set_content("");
    let words = match session.findings.verdict.as_str() {
        "" => "Nothing unusual so far.",
        verdict => verdict,
    };
    append_isolated(&verdict, &visible(words.as_bytes()));
    let hints = find("hints");
    hints.set_content("");
    for hint in &session.findings.hints {
        let (item, name) = (append(&hints, "li", ""), escaped(hint.as_bytes()));
        let button = append(&item, "button", "hint");
        button.set_attribute("type", "button");
        button.set_attribute("data-hint", &name);
        button.set_attribute("title", &["Show all sessions with hint:", &name].concat());
        button.set_content(&name);
    }
}

/// Says how to begin, or why nothing comes.
fn show_feed(watch: &Watch) {
    let feed = watch.feed();
    let is_empty = watch.is_empty();
    set_attribute("watch", "data-feed", feed.name());
    show("watch-empty", is_empty && *feed == Feed::Open);
    let is_locked = matches!(feed, Feed::Locked(_));
    say("watch-feed-words", feed.words());
    show("token-form", is_locked);
    // What came before a stream broke can still be read.
    let is_in_the_way = is_empty || is_locked || matches!(feed, Feed::Refused(_));
    find("watch-feed").toggle_attribute("data-lead", is_in_the_way);
}

/// Says how many events have been added during the pause, if there is one.
fn show_pause(since: Option<u64>, is_away: bool) {
    set_attribute("watch-pause", "aria-pressed", if since.is_some() { "true" } else { "false" });
    show("watch-jump", is_away);
    match since {
        None => say("watch-jump", "Jump to latest"),
        Some(0) => say("watch-jump", "Paused"),
        Some(count) => say("watch-jump", &["Paused, ", &count.to_string(), " new"].concat()),
    }
}
