//! The state of the view that shows what all clients of the server do.

use wirestamp_protocol::event::{Event, EventId};

use super::effect::WatchEffect;
use super::event::WatchEvent;
use super::feed::Feed;
use super::lines::Lines;
use super::log::WatchLog;
use super::own::Own;
use super::read;
use super::show::payload;
use crate::effect::Effect;

/// How long to wait before a stream that broke is asked for again, in milliseconds. Each further time takes twice as long,
/// up to eight seconds.
const AGAIN_MS: i32 = 500;
const DOUBLINGS: u32 = 4;

/// The view's state.
#[derive(Debug)]
pub struct Watch {
    feed: Feed,
    log: WatchLog,
    own: Own,
    lines: Lines,
    /// How often it was asked for in vain since it was last open.
    tries: u32,
    /// The last event that was told.
    last: Option<EventId>,
    has_token: bool,
    /// Whether the next message opens its session, as nobody has sent anything yet.
    opens_next: bool,
    /// This tab's session.
    own_session: Option<u64>,
    /// The service's gap in nanoseconds.
    gap_ns: Option<u64>,
}

impl Watch {
    /// A view that asks for nothing yet, in a page whose sessions have this label.
    pub fn new(label: String, timer_step: f64) -> Self {
        Self {
            feed: Feed::Off,
            log: WatchLog::default(),
            own: Own::new(label, timer_step),
            lines: Lines::default(),
            tries: 0,
            last: None,
            has_token: false,
            opens_next: false,
            own_session: None,
            gap_ns: None,
        }
    }

    /// Whether the server tells what happens.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    /// What was told.
    pub fn log(&self) -> &WatchLog {
        &self.log
    }

    /// The round trips of this page.
    pub fn own(&self) -> &Own {
        &self.own
    }

    /// The number of this tab's session.
    pub fn own_session(&self) -> Option<u64> {
        self.own_session
    }

    /// The service's gap in nanoseconds, where it is known.
    pub fn gap_ns(&self) -> Option<u64> {
        self.gap_ns
    }

    /// Whether nobody but this tab has been seen.
    pub fn is_empty(&self) -> bool {
        let others = self.log.store().sessions().iter().filter(|one| Some(one.number) != self.own_session);
        others.count() == 0 && self.log.rows() <= 1
    }

    pub(crate) fn set_gap(&mut self, gap_ns: Option<u64>) {
        self.gap_ns = gap_ns;
    }

    pub(crate) fn own_mut(&mut self) -> &mut Own {
        &mut self.own
    }

    /// The view is shown. From then on the server is asked.
    pub(crate) fn shown(&mut self) -> Vec<Effect> {
        // Where it was refused, the server may have been started anew by now.
        match self.feed {
            Feed::Off | Feed::Refused(_) => self.ask(),
            _ => vec![Effect::Draw],
        }
    }

    fn ask(&mut self) -> Vec<Effect> {
        self.feed = Feed::Asking;
        vec![Effect::Watch(WatchEffect::AskForSessions), Effect::Draw]
    }

    pub(crate) fn update(&mut self, event: WatchEvent) -> Vec<Effect> {
        match event {
            WatchEvent::Answered { status: 200, text } => return self.told_sessions(&text),
            WatchEvent::Answered { status, text } => return self.refused(status, &text),
            WatchEvent::Following => {
                self.feed = Feed::Open;
                self.tries = 0;
                return vec![Effect::Watch(WatchEffect::Read), Effect::Draw];
            }
            WatchEvent::Arrived(bytes) => {
                self.arrived(&bytes);
                return vec![Effect::Watch(WatchEffect::Read), Effect::Draw];
            }
            WatchEvent::Ended => return self.refused(0, ""),
            WatchEvent::AskAgain => return self.ask(),
            WatchEvent::Token(token) => {
                self.has_token = true;
                let mut effects = vec![Effect::Watch(WatchEffect::KeepToken(token))];
                effects.extend(self.ask());
                return effects;
            }
            WatchEvent::Filter(text) => self.log.look_for(&text),
            WatchEvent::Choose(session) => {
                self.opens_next = false;
                self.log.choose(session);
            }
            WatchEvent::SelectRow(row) => self.log.select_row(row),
            WatchEvent::MoveSelection(step) => self.log.move_selection(step),
            WatchEvent::Inspect => self.log.inspect(),
            WatchEvent::Back if self.log.selected().is_none() => self.log.choose(None),
            WatchEvent::Back | WatchEvent::Close => self.log.close(),
            WatchEvent::ShowTab(tab) => self.log.show_tab(tab),
            WatchEvent::Copy(notation) => {
                let text = self.log.inspected().map(|message| notation.write(&payload(message)));
                return text.map(Effect::Copy).into_iter().collect();
            }
            WatchEvent::FollowEnd => self.log.follow_end(),
            WatchEvent::TogglePause => self.log.toggle_pause(),
            WatchEvent::Frame(seen) => {
                self.log.look(seen);
                return Vec::new();
            }
        }
        vec![Effect::Draw]
    }

    fn told_sessions(&mut self, text: &str) -> Vec<Effect> {
        self.log.know(read::sessions(text));
        self.find_own();
        self.opens_next = self.is_empty();
        self.lines.clear();
        vec![Effect::Watch(WatchEffect::Follow(self.last)), Effect::Draw]
    }

    /// The server refused, or the stream ended.
    fn refused(&mut self, status: u16, text: &str) -> Vec<Effect> {
        self.feed = Feed::of_refusal(status, text, self.has_token);
        match self.feed {
            Feed::Broken => {
                let ms = AGAIN_MS << self.tries.min(DOUBLINGS);
                self.tries += 1;
                vec![Effect::Watch(WatchEffect::AskAgainIn(ms)), Effect::Draw]
            }
            _ => vec![Effect::Draw],
        }
    }

    fn arrived(&mut self, bytes: &[u8]) {
        let mut events = Vec::new();
        self.lines.take(bytes, &mut |line| {
            if let Some(event) = read::event(line) {
                events.push(event);
            }
        });
        events.into_iter().for_each(|event| self.take(event));
    }

    fn take(&mut self, event: Event) {
        self.last = Some(event.id());
        let session = event.about().map(|about| about.session);
        let is_message = match &event {
            Event::Message(message) if session == self.own_session => {
                self.own.told(message);
                false
            }
            Event::Message(_) => true,
            _ => false,
        };
        let may_be_own = matches!(event, Event::Open(_));
        self.log.take(event);
        if may_be_own {
            self.find_own();
        }
        if is_message && self.opens_next {
            self.opens_next = false;
            self.log.choose(session);
        }
    }

    /// This tab's session is the latest that has its label.
    fn find_own(&mut self) {
        let is_own = |label: Option<&str>| label == Some(self.own.label());
        let own = self.log.store().sessions().iter().rfind(|one| is_own(one.label.as_deref()));
        self.own_session = own.map(|one| one.number);
    }
}

#[cfg(test)]
mod tests;
