//! Sending messages: what leaves the message box, when, and what goes back into it.

use wirestamp_protocol::count_lines;

use super::send::SendState;
use crate::effect::Effect;
use crate::list::Happening;
use crate::send::{History, Job, Messages, Mistake, Mode, Sending, Summary, Tally, numbered};

impl SendState {
    /// The connection ended. Replies are matched in order, per connection, so waiting messages are lost. Nothing
    /// more is sent. If the user ended it, what went out in the last frame isn't reported, and counts as unsent.
    pub(super) fn lose(&mut self, mode: Mode) -> Vec<Effect> {
        self.log.lose();
        self.measurements.lose();
        let mut effects = self.hold_back(mode);
        while !self.tallies.is_empty() {
            effects.extend(self.sum_up(0));
        }
        effects
    }

    /// Nothing more is sent. Unsent messages go back into the box, before what was typed meanwhile, unless they were to be
    /// repeated.
    fn hold_back(&mut self, mode: Mode) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(sending) = self.sending.take() {
            let queued = std::mem::take(&mut self.queued);
            let unsent = sending.unsent().iter().chain(&queued);
            let mut unsent: Vec<_> = unsent.map(|one| String::from_utf8_lossy(one)).collect();
            if !unsent.is_empty() && mode == Mode::Text {
                let typed = self.draft.text().to_owned();
                unsent.extend((!typed.is_empty()).then_some(typed.into()));
                effects.push(self.compose(&unsent.join("\n")));
            }
        }
        effects.push(Effect::Draw);
        self.tallies.iter_mut().for_each(Tally::end);
        effects.extend(self.sum_up_complete());
        effects
    }

    pub(super) fn send(&mut self, text: &str, job: Option<Job>, mode: Mode) -> Vec<Effect> {
        self.draft.write(text.to_owned());
        let messages = match self.messages(job, mode) {
            Ok(messages) => messages,
            Err(mistake) => {
                let caret = mistake.caret(text);
                self.draft.say(mistake.what.clone());
                return vec![Effect::ShowHint, Effect::PlaceCaret(caret), Effect::Announce(mistake.what)];
            }
        };
        let mut effects = vec![Effect::KeepHistory];
        let is_next = self.sending.is_none();
        match (job, &self.sending) {
            (Some(_), Some(_)) => {
                self.draft.say("Still sending; stop that first".to_owned());
                return vec![Effect::ShowHint];
            }
            // Repeated messages stay in the box, to be sent again.
            (Some(job), None) => {
                let (earlier, step) = (self.log.exchanges().waiting(), self.round_trips().timer_step());
                self.tallies.push(Tally::new(earlier, step));
                self.sending = Some(Sending::again(Messages::new(messages, is_numbered(mode)), job));
            }
            (None, Some(_)) => self.queued.extend(messages),
            (None, None) => self.sending = Some(Sending::once(messages)),
        }
        if is_next {
            effects.extend(self.sending.as_ref().map(deliver));
        }
        if job.is_none() {
            effects.push(self.compose(""));
        }
        self.history.push(text);
        effects.push(Effect::Draw);
        effects
    }

    /// The messages in the box. Even the last one of a job, which has the longest number, must not be too long.
    fn messages(&self, job: Option<Job>, mode: Mode) -> Result<Vec<Vec<u8>>, Mistake> {
        let messages = self.draft.read(mode)?;
        if let Some(job) = job.filter(|_| is_numbered(mode)) {
            let last: Vec<_> = messages.iter().map(|message| numbered(message, job.last())).collect();
            self.draft.check(&last, mode)?;
        }
        Ok(messages)
    }

    /// The next message went out.
    pub(super) fn sent(&mut self, at: f64) -> Vec<Effect> {
        let Self { sending, log, measurements, tallies, .. } = self;
        let overlaps = sending.as_ref().is_some_and(Sending::overlaps);
        if let Some(message) = sending.as_mut().and_then(Sending::sent) {
            // To the service each line is a message, with its own reply.
            for line in message.split(|byte| *byte == b'\n').take(count_lines(&message)) {
                log.sent(line, at);
                measurements.sent(overlaps);
                tallies.iter_mut().for_each(|tally| tally.sent(at));
            }
        }
        vec![Effect::Draw]
    }

    /// Nothing more of those messages goes out: all have been sent, or sending was stopped.
    pub(super) fn delivered(&mut self, mode: Mode) -> Vec<Effect> {
        if !self.sending.as_ref().is_some_and(Sending::is_done) {
            return self.hold_back(mode);
        }
        self.tallies.iter_mut().for_each(Tally::end);
        let next = std::mem::take(&mut self.queued);
        self.sending = (!next.is_empty()).then(|| Sending::once(next));
        let mut effects = vec![Effect::Draw];
        effects.extend(self.sending.as_ref().map(deliver));
        effects.extend(self.sum_up_complete());
        effects
    }

    /// Stops sending. What went out until then is still to be reported.
    pub(super) fn stop_sending(&self) -> Vec<Effect> {
        self.sending.iter().map(|_| Effect::StopDelivery).collect()
    }

    /// Tells what came of the jobs whose messages are all answered.
    pub(super) fn sum_up_complete(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(place) = self.tallies.iter().position(Tally::is_complete) {
            effects.extend(self.sum_up(place));
        }
        effects
    }

    /// Tells what came of a job. Messages without a reply are lost.
    fn sum_up(&mut self, place: usize) -> Vec<Effect> {
        let Some(Summary { at, words }) = self.tallies.remove(place).summary() else { return Vec::new() };
        self.log.tell(Happening::Summary(words.clone()), at);
        self.draft.say(words.clone());
        vec![Effect::ShowHint, Effect::Announce(words)]
    }

    /// Shows these words in place of the hint.
    pub(super) fn say(&mut self, words: String) -> Effect {
        self.draft.say(words);
        Effect::ShowHint
    }

    pub(super) fn typed(&mut self, text: String) -> Vec<Effect> {
        self.hidden.dismiss();
        self.draft.write(text);
        vec![Effect::ShowHint]
    }

    /// The server takes messages of at most this many bytes.
    pub(super) fn set_max_message(&mut self, max: usize) -> Vec<Effect> {
        self.draft.set_max(max);
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
        self.hidden.dismiss();
        self.draft.write(text.to_owned());
        Effect::Compose(text.to_owned())
    }

    pub(super) fn forget_history(&mut self) -> Vec<Effect> {
        self.history = History::default();
        self.draft.say("Forgotten".to_owned());
        vec![Effect::KeepHistory, Effect::ShowHint]
    }
}

fn deliver(sending: &Sending) -> Effect {
    let (messages, job) = sending.order();
    Effect::Deliver { messages: messages.clone(), job }
}

/// Whether `{n}` counts the messages of a job. Hex is only bytes.
fn is_numbered(mode: Mode) -> bool {
    mode != Mode::Hex
}
