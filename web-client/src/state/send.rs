//! The state of the view for sending messages.

use crate::effect::Effect;
use crate::list::inspector::{self, Notation, Side, Tab};
use crate::list::{Exporting, FileKind, Happening, Log, LogEvent, Step, Viewport, export};
use crate::measure::chart::ChartEvent;
use crate::measure::{ClockOffset, Measurements, RoundTrips};
use crate::pacing::Announcement;
use crate::send::{Draft, Hidden, History, Sending, Tally};
use crate::toast::Toast;

/// The view for sending messages: those being sent, the log, and the measurements.
#[derive(Debug)]
pub struct SendState {
    pub(super) draft: Draft,
    pub(super) hidden: Hidden,
    pub(super) log: Log,
    pub(super) measurements: Measurements,
    offset: ClockOffset,
    pub(super) sending: Option<Sending>,
    /// Messages to be sent once, after those.
    pub(super) queued: Vec<Vec<u8>>,
    /// Count what comes of each job, until all its messages are answered.
    pub(super) tallies: Vec<Tally>,
    pub(super) history: History,
    exporting: Option<Exporting>,
    /// When an [`Effect::DrawIn`] is due.
    draw_at: Option<f64>,
}

impl SendState {
    pub(super) fn new(history: History, timer_step: f64) -> Self {
        Self {
            draft: Draft::default(),
            hidden: Hidden::default(),
            log: Log::default(),
            measurements: Measurements::new(timer_step),
            offset: ClockOffset::new(timer_step),
            sending: None,
            queued: Vec::new(),
            tallies: Vec::new(),
            history,
            exporting: None,
            draw_at: None,
        }
    }

    /// The text in the message box.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The sent messages that the filter hides.
    pub(super) fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// How long replies took, and what the charts show of it.
    pub fn measurements(&self) -> &Measurements {
        &self.measurements
    }

    /// The round trips of the exchanges that the log shows.
    pub fn round_trips(&self) -> &RoundTrips {
        self.measurements.shown()
    }

    /// The offset between the service's clock and the browser's.
    pub fn offset(&self) -> &ClockOffset {
        &self.offset
    }

    /// The messages being sent.
    pub fn sending(&self) -> Option<&Sending> {
        self.sending.as_ref()
    }

    /// The messages sent before.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Something happened to the connection.
    pub(super) fn tell(&mut self, what: Happening, at: f64) {
        self.log.tell(what, at);
    }

    /// Handles a reply, and also returns when its message was sent. The page's clock was at zero at `origin`.
    pub(super) fn received(&mut self, reply: &[u8], at: f64, origin: f64) -> (Vec<Effect>, Option<f64>) {
        let mut sent_at = None;
        let place = self.log.received(reply.strip_suffix(b"\n").unwrap_or(reply), at);
        if let Some(exchange) = self.log.exchanges().get(place)
            && let Some(round_trip) = exchange.round_trip()
        {
            sent_at = Some(exchange.sent_at);
            self.measurements.answered(place, at, round_trip, self.log.shows(place));
            self.tallies.iter_mut().for_each(|tally| tally.answered(at, round_trip));
            let (stamp, _) = exchange.reply_parts();
            self.offset.take(stamp, origin + exchange.sent_at, origin + at);
        }
        let mut effects = vec![Effect::Draw];
        effects.extend(self.sum_up_complete());
        (effects, sent_at)
    }

    pub(super) fn log_event(&mut self, event: LogEvent, timer_step: f64) -> Vec<Effect> {
        // A file is of the log as it was. What moves or hides rows waits until it is written.
        let mut effects = match event {
            LogEvent::Filter(_) | LogEvent::Clear | LogEvent::Undo => self.finish_export(),
            _ => Vec::new(),
        };
        effects.extend(self.change_log(event, timer_step));
        effects
    }

    fn change_log(&mut self, event: LogEvent, timer_step: f64) -> Vec<Effect> {
        match event {
            LogEvent::Filter(text) => self.look_for(&text),
            LogEvent::SelectRow(row) => self.select_row(row),
            LogEvent::MoveSelection(step) => self.move_selection(step),
            LogEvent::Deselect => self.deselect(),
            LogEvent::Inspect => self.inspect(),
            LogEvent::ShowMoreBytes => self.show_more_bytes(),
            LogEvent::ShowTab(tab) => self.show_tab(tab),
            LogEvent::CopySide(side, notation) => self.copy_side(side, notation),
            LogEvent::CopySelected => self.copy_selected(timer_step),
            LogEvent::FollowEnd => self.follow_end(),
            LogEvent::TogglePause => self.toggle_pause(),
            LogEvent::Clear => self.clear(),
            LogEvent::Undo => self.undo(),
            LogEvent::Print(printing) => self.print(printing),
        }
    }

    fn look_for(&mut self, text: &str) -> Vec<Effect> {
        self.log.look_for(text);
        self.filter_measurements();
        let mut effects = vec![Effect::Draw];
        effects.extend(self.hint_at_hidden());
        effects
    }

    /// Measures only what the filter shows.
    fn filter_measurements(&mut self) {
        let log = &self.log;
        self.measurements.filter(log.is_filtered().then_some(|exchange| log.shows(exchange)));
    }

    fn select_row(&mut self, row: usize) -> Vec<Effect> {
        self.log.select_row(row);
        vec![Effect::Draw]
    }

    fn move_selection(&mut self, step: Step) -> Vec<Effect> {
        self.log.move_selection(step);
        vec![Effect::Draw]
    }

    fn deselect(&mut self) -> Vec<Effect> {
        self.log.select(None);
        vec![Effect::Draw]
    }

    fn inspect(&mut self) -> Vec<Effect> {
        self.log.inspect();
        vec![Effect::Draw]
    }

    fn show_tab(&mut self, tab: Tab) -> Vec<Effect> {
        self.log.choose_tab(tab);
        vec![Effect::Draw]
    }

    fn copy_side(&self, side: Side, notation: Notation) -> Vec<Effect> {
        let inspected = self.log.inspected();
        let bytes = inspected.and_then(|(_, _, exchange)| inspector::bytes(&exchange, side));
        bytes.map(|bytes| Effect::Copy(notation.write(bytes))).into_iter().collect()
    }

    fn show_more_bytes(&mut self) -> Vec<Effect> {
        self.log.show_more_bytes();
        vec![Effect::Draw]
    }

    fn copy_selected(&self, timer_step: f64) -> Vec<Effect> {
        let inspected = self.log.inspected();
        let text = inspected.map(|(_, _, exchange)| export::one(&exchange, timer_step));
        text.map(Effect::Copy).into_iter().collect()
    }

    fn print(&mut self, printing: bool) -> Vec<Effect> {
        self.log.print(printing);
        vec![Effect::DrawNow]
    }

    fn follow_end(&mut self) -> Vec<Effect> {
        self.log.follow_end();
        vec![Effect::Draw]
    }

    fn toggle_pause(&mut self) -> Vec<Effect> {
        self.log.toggle_pause();
        vec![Effect::Draw]
    }

    fn clear(&mut self) -> Vec<Effect> {
        let Some(count) = self.log.clear() else { return Vec::new() };
        self.measurements.set_aside();
        self.filter_measurements();
        let toast = Toast { undo: true, ..Toast::of_exchanges("Cleared ", count) };
        vec![Effect::Draw, Effect::Toast(toast)]
    }

    /// Brings back what was cleared last. What came since follows it.
    fn undo(&mut self) -> Vec<Effect> {
        if !self.measurements.has_set_aside() {
            return Vec::new();
        }
        let restored = self.log.restore();
        self.measurements.bring_back(restored);
        self.filter_measurements();
        vec![Effect::Draw, Effect::Toast(Toast::of_exchanges("Brought back ", restored))]
    }

    /// The stamp format changed.
    pub(super) fn forget_offset(&mut self) {
        self.offset.clear();
    }

    /// Starts writing the log to a file with this name, replacing any other export.
    pub(super) fn export(&mut self, kind: FileKind, name: String, origin: f64) -> Vec<Effect> {
        self.exporting = Some(Exporting::new(kind, name, origin, self.round_trips().timer_step()));
        let mut effects = vec![Effect::BeginFile];
        effects.extend(self.resume_export());
        effects
    }

    /// Writes the next piece. The rest follows after the page has been drawn.
    pub(super) fn resume_export(&mut self) -> Vec<Effect> {
        let Some(exporting) = &mut self.exporting else { return Vec::new() };
        let mut effects = vec![Effect::AppendToFile(exporting.next(&self.log))];
        self.draft.say(exporting.progress());
        effects.push(Effect::ShowHint);
        if exporting.is_done() {
            effects.push(Effect::SaveFile(exporting.kind(), exporting.name().to_owned()));
            self.exporting = None;
        } else {
            effects.push(Effect::ResumeExport(1));
        }
        effects
    }

    /// Writes all that is left, at once.
    fn finish_export(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.exporting.is_some() {
            effects.extend(self.resume_export());
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
        let described = self.measurements.look(at);
        let said = self.announce(said, Effect::Announce, at);
        let described = self.announce(described, Effect::DescribeChart, at);
        let moved = self.measurements.moves_in().and_then(|ms| self.draw_in(ms, at));
        let mut effects = Vec::new();
        effects.extend([said, described, moved].into_iter().flatten());
        effects.extend(self.hint_at_hidden());
        effects
    }

    /// Counts the sent messages that the filter hides.
    fn hint_at_hidden(&mut self) -> Option<Effect> {
        self.hidden.count(self.log.hidden()).then_some(Effect::ShowHint)
    }

    fn announce(&mut self, what: Announcement, how: fn(String) -> Effect, at: f64) -> Option<Effect> {
        match what {
            Announcement::Nothing => None,
            Announcement::Now(words) => Some(how(words)),
            Announcement::Later(ms) => self.draw_in(ms, at),
        }
    }

    pub(super) fn chart(&mut self, event: ChartEvent) -> Vec<Effect> {
        match event {
            ChartEvent::Toggle => {
                self.measurements.toggle();
                vec![Effect::ShowChart, Effect::Draw]
            }
            ChartEvent::StartAnew => {
                self.measurements.clear();
                vec![Effect::Draw]
            }
            ChartEvent::Point { chart, target, size } => {
                let said = self.measurements.point(chart, target, size).map(Effect::Announce);
                said.into_iter().chain([Effect::ShowPointed]).collect()
            }
            ChartEvent::OpenPointed => {
                if let Some(exchange) = self.measurements.pointed_exchange() {
                    self.log.select(Some(exchange));
                }
                vec![Effect::Draw]
            }
        }
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
