//! The state of the view for sending messages.

use wirestamp_protocol::count_lines;

use crate::effect::Effect;
use crate::list::{Exporting, FileKind, Log, Step, Viewport, export};
use crate::measure::{ClockOffset, Description, RoundTrips};
use crate::pacing::Announcement;
use crate::send::{Draft, History, Job, Mode, Sending, payloads};

/// The view for sending messages: those being sent, the log, and the measurements.
#[derive(Debug)]
pub struct SendState {
    draft: Draft,
    log: Log,
    round_trips: RoundTrips,
    /// The pointer's position on the chart of round trips.
    pointer: Option<f64>,
    description: Description,
    offset: ClockOffset,
    sending: Option<Sending>,
    /// Messages to be sent once, after those.
    queued: Vec<Vec<u8>>,
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
            pointer: None,
            description: Description::default(),
            offset: ClockOffset::new(timer_step),
            sending: None,
            queued: Vec::new(),
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
    /// more is sent. If the user ended it, what went out in the last frame isn't reported, and counts as unsent.
    pub(super) fn lose(&mut self, mode: Mode) -> Vec<Effect> {
        self.log.lose();
        self.hold_back(mode)
    }

    /// Nothing more is sent. Unsent messages go back into the box, unless they were to be repeated.
    fn hold_back(&mut self, mode: Mode) -> Vec<Effect> {
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
        let is_next = self.sending.is_none();
        match (job, &self.sending) {
            // Only one repeated job at a time.
            (Some(_), Some(_)) => return Vec::new(),
            // Repeated messages stay in the box, to be sent again.
            (Some(job), None) => self.sending = Some(Sending::again(messages, job)),
            (None, Some(_)) => self.queued.extend(messages),
            (None, None) => self.sending = Some(Sending::once(messages)),
        }
        if is_next {
            effects.extend(self.sending.as_ref().map(Sending::deliver));
        }
        if job.is_none() {
            effects.push(self.compose(""));
        }
        self.history.push(text);
        effects.push(Effect::Draw);
        effects
    }

    /// The next message went out.
    pub(super) fn sent(&mut self, at: f64) -> Vec<Effect> {
        let Self { sending, log, .. } = self;
        if let Some(message) = sending.as_mut().and_then(Sending::sent) {
            // To the service each line is a message, with its own reply.
            for line in message.split(|byte| *byte == b'\n').take(count_lines(message)) {
                log.sent(line, at);
            }
        }
        vec![Effect::Draw]
    }

    /// Nothing more of those messages goes out: all have been sent, or sending was stopped.
    pub(super) fn delivered(&mut self, mode: Mode) -> Vec<Effect> {
        if !self.sending.as_ref().is_some_and(Sending::is_done) {
            return self.hold_back(mode);
        }
        let next = std::mem::take(&mut self.queued);
        self.sending = (!next.is_empty()).then(|| Sending::once(next));
        let deliver = self.sending.as_ref().map(Sending::deliver);
        deliver.into_iter().chain([Effect::Draw]).collect()
    }

    /// Stops sending. What went out until then is still to be reported.
    pub(super) fn stop_sending(&mut self) -> Vec<Effect> {
        self.sending.iter().map(|_| Effect::StopDelivery).collect()
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
        vec![Effect::Draw]
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
