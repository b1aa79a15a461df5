//! The state of the view for sending messages.

use wirestamp_protocol::count_lines;

use crate::effect::Effect;
use crate::list::{Exporting, FileKind, Happening, Log, Step, Viewport, export};
use crate::measure::{ClockOffset, Description, RoundTrips};
use crate::pacing::Announcement;
use crate::send::{Draft, History, Job, Mode, Sending, payloads};
use crate::toast::Toast;

/// The view for sending messages: those being sent, the log, and the measurements.
#[derive(Debug)]
pub struct SendState {
    draft: Draft,
    log: Log,
    round_trips: RoundTrips,
    /// The round trips of the exchanges that were cleared last, while that can be undone.
    cleared: Option<RoundTrips>,
    /// The pointer's position on the chart of round trips.
    pointer: Option<f64>,
    description: Description,
    offset: ClockOffset,
    sending: Option<Sending>,
    /// Messages to be sent once, after those.
    queued: Vec<Vec<u8>>,
    /// When an [`Effect::Resume`] is due.
    resume_at: Option<f64>,
    history: History,
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
            cleared: None,
            pointer: None,
            description: Description::default(),
            offset: ClockOffset::new(timer_step),
            sending: None,
            queued: Vec::new(),
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

    /// The messages sent before.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The connection ended. Replies are matched in order, per connection, so waiting messages are lost. Nothing
    /// more is sent.
    pub(super) fn lose(&mut self, mode: Mode) -> Vec<Effect> {
        self.log.lose();
        self.hold_back(mode)
    }

    /// Something happened to the connection.
    pub(super) fn tell(&mut self, what: Happening, at: f64) {
        self.log.tell(what, at);
    }

    /// Stops sending. Unsent messages go back into the box, unless they were to be repeated.
    pub(super) fn hold_back(&mut self, mode: Mode) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(sending) = self.sending.take() {
            let queued = std::mem::take(&mut self.queued);
            let unsent = sending.unsent().iter().chain(&queued);
            let unsent: Vec<_> = unsent.map(|one| String::from_utf8_lossy(one)).collect();
            if !unsent.is_empty() && mode == Mode::Text {
                effects.push(self.compose(&unsent.join("\n")));
            }
        }
        effects.push(Effect::Draw);
        effects
    }

    pub(super) fn send(&mut self, text: &str, job: Option<Job>, mode: Mode) -> Vec<Effect> {
        self.draft.write(text.to_owned());
        let messages = match payloads(mode, text) {
            Ok(messages) => messages,
            Err(mistake) => {
                let caret = mistake.caret(text);
                self.draft.say(mistake.what);
                return vec![Effect::ShowHint, Effect::PlaceCaret(caret)];
            }
        };
        let mut effects = vec![Effect::KeepHistory];
        match (job, &self.sending) {
            // Only one repeated job at a time.
            (Some(_), Some(_)) => return Vec::new(),
            // Repeated messages stay in the box, to be sent again.
            (Some(job), None) => self.sending = Some(Sending::again(messages, job)),
            (None, Some(_)) => self.queued.extend(messages),
            (None, None) => self.sending = Some(Sending::once(messages)),
        }
        if job.is_none() {
            effects.push(self.compose(""));
        }
        self.history.push(text);
        effects.push(Effect::ResumeOnceDrawn);
        effects
    }

    pub(super) fn resume(&mut self, at: f64) -> Vec<Effect> {
        self.resume_at = None;
        self.transmit(at)
    }

    /// Sends the messages that are due.
    fn transmit(&mut self, at: f64) -> Vec<Effect> {
        let Self { sending, log, .. } = self;
        let Some(job) = sending else { return Vec::new() };
        let mut effects = vec![Effect::Draw];
        let (messages, wake_in) = job.due(at, log.exchanges().waiting());
        for message in messages {
            // To the service each line is a message, with its own reply.
            for line in message.split(|byte| *byte == b'\n').take(count_lines(message)) {
                log.sent(line, at);
            }
            effects.push(Effect::Transmit(message.to_owned()));
        }
        if job.is_done() {
            let next = std::mem::take(&mut self.queued);
            *sending = (!next.is_empty()).then(|| Sending::once(next));
            effects.extend(sending.is_some().then_some(Effect::ResumeOnceDrawn));
        } else {
            // At least 1 ms, so that the page can be drawn in between.
            let wake_in = wake_in.map(|ms| ms.ceil().max(1.0));
            self.resume_at = wake_in.map(|ms| at + ms);
            effects.extend(wake_in.map(|ms| Effect::Resume(ms as i32)));
        }
        effects
    }

    /// Handles a reply. The page's clock was at zero at `origin`.
    pub(super) fn received(&mut self, reply: &[u8], at: f64, origin: f64) -> Vec<Effect> {
        let place = self.log.received(reply.strip_suffix(b"\n").unwrap_or(reply), at);
        if let Some(exchange) = self.log.exchanges().get(place)
            && let Some(round_trip) = exchange.round_trip()
        {
            self.round_trips.push(at, round_trip);
            let (stamp, _) = exchange.reply_parts();
            self.offset.take(stamp, origin + exchange.sent_at, origin + at);
        }
        let mut effects = vec![Effect::Draw];
        // A reply may make room for another message in flight. Timers are slow while the page is hidden, but
        // replies aren't, so replies also stand in for an overdue timer.
        if self.resume_at.is_none_or(|due| at >= due) {
            effects.extend(self.transmit(at));
        }
        effects
    }

    pub(super) fn typed(&mut self, text: String) -> Vec<Effect> {
        self.draft.write(text);
        vec![Effect::ShowHint]
    }

    /// The text will be read in another mode.
    pub(super) fn read_again(&mut self) {
        self.draft.read_again();
    }

    pub(super) fn older(&mut self, shown: &str) -> Vec<Effect> {
        let older = self.history.older(shown).map(str::to_owned);
        older.map(|text| self.compose(&text)).into_iter().collect()
    }

    pub(super) fn newer(&mut self) -> Vec<Effect> {
        let newer = self.history.newer().map(str::to_owned);
        newer.map(|text| self.compose(&text)).into_iter().collect()
    }

    fn compose(&mut self, text: &str) -> Effect {
        self.draft.write(text.to_owned());
        Effect::Compose(text.to_owned())
    }

    pub(super) fn forget_history(&mut self) -> Vec<Effect> {
        self.history = History::default();
        self.draft.say("Forgotten".to_owned());
        vec![Effect::KeepHistory, Effect::ShowHint]
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

    pub(super) fn toggle_pause(&mut self) -> Vec<Effect> {
        self.log.toggle_pause();
        vec![Effect::Draw]
    }

    pub(super) fn clear(&mut self) -> Vec<Effect> {
        let Some(count) = self.log.clear() else { return Vec::new() };
        let none = RoundTrips::new(self.round_trips.timer_step());
        self.cleared = Some(std::mem::replace(&mut self.round_trips, none));
        let toast = Toast { undo: true, ..Toast::of_exchanges("Cleared ", count) };
        vec![Effect::Draw, Effect::Toast(toast)]
    }

    /// Brings back what was cleared last. What came since stays behind it.
    pub(super) fn undo(&mut self) -> Vec<Effect> {
        let Some(earlier) = self.cleared.take() else { return Vec::new() };
        let since = std::mem::replace(&mut self.round_trips, earlier);
        since.readings().iter().for_each(|one| self.round_trips.push(one.at, one.ms));
        let toast = Toast::of_exchanges("Brought back ", self.log.restore());
        vec![Effect::Draw, Effect::Toast(toast)]
    }

    /// The stamp format changed.
    pub(super) fn forget_offset(&mut self) {
        self.offset.clear();
    }

    /// Starts writing the log to a file with this name, replacing any other export.
    pub(super) fn export(&mut self, kind: FileKind, name: String, origin: f64) -> Vec<Effect> {
        self.exporting = Some(Exporting::new(kind, name));
        let mut effects = vec![Effect::BeginFile];
        effects.extend(self.resume_export(origin));
        effects
    }

    /// Writes the next piece. The rest follows after the page has been drawn.
    pub(super) fn resume_export(&mut self, origin: f64) -> Vec<Effect> {
        let Some(exporting) = &mut self.exporting else { return Vec::new() };
        let mut effects =
            vec![Effect::AppendToFile(exporting.next(&self.log, origin, self.round_trips.timer_step()))];
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
