//! The state of the view for sending messages.

use crate::effect::Effect;
use crate::list::{Exporting, FileKind, Log, Step, Viewport, export};
use crate::measure::{ClockOffset, Description, RoundTrips};
use crate::pacing::Announcement;
use crate::send::{Draft, History, Sending, Summary, Tally};

/// The view for sending messages: those being sent, the log, and the measurements.
#[derive(Debug)]
pub struct SendState {
    pub(super) draft: Draft,
    pub(super) log: Log,
    round_trips: RoundTrips,
    /// The pointer's position on the chart of round trips.
    pointer: Option<f64>,
    description: Description,
    offset: ClockOffset,
    pub(super) sending: Option<Sending>,
    /// Messages to be sent once, after those.
    pub(super) queued: Vec<Vec<u8>>,
    /// Counts what comes of the last job, until all its messages are answered.
    pub(super) tally: Option<Tally>,
    pub(super) summary: Option<Summary>,
    /// When an [`Effect::Resume`] is due.
    pub(super) resume_at: Option<f64>,
    pub(super) history: History,
    exporting: Option<Exporting>,
    /// When an [`Effect::DrawIn`] is due.
    draw_at: Option<f64>,
}

impl SendState {
    pub(super) fn new(history: History, timer_step: f64) -> Self {
        Self {
            draft: Draft::default(),
            log: Log::default(),
            round_trips: RoundTrips::new(timer_step),
            pointer: None,
            description: Description::default(),
            offset: ClockOffset::new(timer_step),
            sending: None,
            queued: Vec::new(),
            tally: None,
            summary: None,
            resume_at: None,
            history,
            exporting: None,
            draw_at: None,
        }
    }

    /// The text in the message box.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// How long replies took.
    pub fn round_trips(&self) -> &RoundTrips {
        &self.round_trips
    }

    /// The pointer's position on the chart of round trips, in pixels from its left edge.
    pub fn pointer(&self) -> Option<f64> {
        self.pointer
    }

    /// The offset between the service's clock and the browser's.
    pub fn offset(&self) -> &ClockOffset {
        &self.offset
    }

    /// The messages being sent.
    pub fn sending(&self) -> Option<&Sending> {
        self.sending.as_ref()
    }

    /// What came of the last burst or repetition whose messages have all been answered or lost.
    pub fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
    }

    /// The messages sent before.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Handles a reply. The page's clock was at zero at `origin`.
    pub(super) fn received(&mut self, reply: &[u8], at: f64, origin: f64) -> Vec<Effect> {
        let place = self.log.received(reply.strip_suffix(b"\n").unwrap_or(reply), at);
        if let Some(exchange) = self.log.exchanges().get(place)
            && let Some(round_trip) = exchange.round_trip()
        {
            self.round_trips.push(at, round_trip);
            self.tally.iter_mut().for_each(|tally| tally.answered(at, round_trip));
            let (stamp, _) = exchange.reply_parts();
            self.offset.take(stamp, origin + exchange.sent_at, origin + at);
        }
        let mut effects = vec![Effect::Draw];
        // A reply may make room for another message in flight. Timers are slow while the page is hidden, but
        // replies aren't, so replies also stand in for an overdue timer.
        if self.resume_at.is_none_or(|due| at >= due) {
            effects.extend(self.transmit(at));
        }
        effects.extend(self.sum_up_if_complete());
        effects
    }

    pub(super) fn look_for(&mut self, text: &str) -> Vec<Effect> {
        self.log.look_for(text);
        vec![Effect::Draw]
    }

    pub(super) fn select_row(&mut self, row: usize) -> Vec<Effect> {
        self.log.select_row(row);
        vec![Effect::Draw]
    }

    pub(super) fn move_selection(&mut self, step: Step) -> Vec<Effect> {
        self.log.move_selection(step);
        vec![Effect::Draw]
    }

    pub(super) fn deselect(&mut self) -> Vec<Effect> {
        self.log.select(None);
        vec![Effect::Draw]
    }

    pub(super) fn show_more_bytes(&mut self) -> Vec<Effect> {
        self.log.show_more_bytes();
        vec![Effect::Draw]
    }

    pub(super) fn copy_selected(&self, timer_step: f64) -> Vec<Effect> {
        let inspected = self.log.inspected();
        let text = inspected.map(|(_, _, exchange)| export::one(&exchange, timer_step));
        text.map(Effect::Copy).into_iter().collect()
    }

    pub(super) fn follow_end(&mut self) -> Vec<Effect> {
        self.log.follow_end();
        vec![Effect::Draw]
    }

    pub(super) fn clear(&mut self) -> Vec<Effect> {
        self.log.clear();
        self.round_trips.clear();
        vec![Effect::Draw]
    }

    /// The stamp format changed.
    pub(super) fn forget_offset(&mut self) {
        self.offset.clear();
    }

    /// Starts writing the log to a file, replacing any other export.
    pub(super) fn export(&mut self, kind: FileKind, origin: f64) -> Vec<Effect> {
        self.exporting = Some(Exporting::new(kind));
        let mut effects = vec![Effect::BeginFile];
        effects.extend(self.resume_export(origin));
        effects
    }

    /// Writes the next piece. The rest follows after the page has been drawn.
    pub(super) fn resume_export(&mut self, origin: f64) -> Vec<Effect> {
        let Some(exporting) = &mut self.exporting else { return Vec::new() };
        let mut effects = vec![Effect::AppendToFile(exporting.next(self.log.exchanges(), origin))];
        self.draft.say(exporting.progress());
        effects.push(Effect::ShowHint);
        if exporting.is_done() {
            effects.push(Effect::SaveFile(exporting.kind()));
            self.exporting = None;
        } else {
            effects.push(Effect::ResumeExport(1));
        }
        effects
    }

    pub(super) fn file_refused(&mut self) -> Vec<Effect> {
        self.draft.say("The browser refused to save the file".to_owned());
        vec![Effect::ShowHint]
    }

    /// Prepares the next frame, based on what the browser shows now.
    pub(super) fn frame(&mut self, seen: Viewport, at: f64) -> Vec<Effect> {
        let said = self.log.look(seen, at);
        let described = self.description.look(&self.round_trips, at);
        let said = self.announce(said, Effect::Announce, at);
        said.into_iter().chain(self.announce(described, Effect::DescribeChart, at)).collect()
    }

    fn announce(&mut self, what: Announcement, how: fn(String) -> Effect, at: f64) -> Option<Effect> {
        match what {
            Announcement::Nothing => None,
            Announcement::Now(words) => Some(how(words)),
            Announcement::Later(ms) => self.draw_in(ms, at),
        }
    }

    pub(super) fn point_at_chart(&mut self, at: Option<f64>) -> Vec<Effect> {
        self.pointer = at;
        vec![Effect::ShowReading]
    }

    /// Asks for a frame in this many milliseconds, unless one is due by then.
    fn draw_in(&mut self, ms: f64, at: f64) -> Option<Effect> {
        let due = at + ms;
        if self.draw_at.is_some_and(|earlier| at < earlier && earlier <= due) {
            return None;
        }
        self.draw_at = Some(due);
        // Timers may fire early.
        Some(Effect::DrawIn(ms.ceil() as i32 + 1))
    }
}
