//! What the view knows in which messages are sent.

use wirestamp_protocol::count_lines;

use crate::effect::Effect;
use crate::list::Log;
use crate::measure::{ClockOffset, RoundTrips};
use crate::send::{History, Job, Mode, Sending, payloads};

/// The view in which messages are sent: what is on its way out, the log, and what the replies tell.
#[derive(Debug)]
pub struct SendState {
    log: Log,
    round_trips: RoundTrips,
    offset: ClockOffset,
    sending: Option<Sending>,
    /// What is to be sent once behind it.
    queued: Vec<Vec<u8>>,
    /// When a [`Effect::Resume`] is to bring its event, if it has not.
    resume_at: Option<f64>,
    history: History,
}

impl SendState {
    pub(super) fn new(history: History, timer_step: f64) -> Self {
        Self {
            log: Log::default(),
            round_trips: RoundTrips::new(timer_step),
            offset: ClockOffset::new(timer_step),
            sending: None,
            queued: Vec::new(),
            resume_at: None,
            history,
        }
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// How long replies took.
    pub fn round_trips(&self) -> &RoundTrips {
        &self.round_trips
    }

    /// How the service's clock stands against this one.
    pub fn offset(&self) -> &ClockOffset {
        &self.offset
    }

    /// What is being sent.
    pub fn sending(&self) -> Option<&Sending> {
        self.sending.as_ref()
    }

    /// The messages that were sent.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What still waited has no answer to come: replies are paired by their order, on one connection. What was
    /// not sent is not going to be.
    pub(super) fn lose(&mut self, mode: Mode) -> Vec<Effect> {
        self.log.lose();
        self.hold_back(mode)
    }

    /// Ends what is being sent. What was to be sent once goes back into the box.
    pub(super) fn hold_back(&mut self, mode: Mode) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(sending) = self.sending.take() {
            let queued = std::mem::take(&mut self.queued);
            let unsent = sending.unsent().iter().chain(&queued);
            let unsent: Vec<_> = unsent.map(|one| String::from_utf8_lossy(one)).collect();
            if !unsent.is_empty() && mode == Mode::Text {
                effects.push(Effect::Compose(unsent.join("\n")));
            }
        }
        effects.push(Effect::Draw);
        effects
    }

    pub(super) fn send(&mut self, text: &str, job: Option<Job>, mode: Mode) -> Vec<Effect> {
        let messages = match payloads(mode, text) {
            Ok(messages) => messages,
            Err(mistake) => return vec![Effect::ShowMistake(mistake)],
        };
        let mut effects = vec![Effect::KeepHistory];
        match (job, &self.sending) {
            // One thing over and over at a time.
            (Some(_), Some(_)) => return Vec::new(),
            // What is sent over and over stays in the box, to be sent once more.
            (Some(job), None) => self.sending = Some(Sending::again(messages, job)),
            (None, sending) => {
                effects.push(Effect::Compose(String::new()));
                match sending {
                    Some(_) => self.queued.extend(messages),
                    None => self.sending = Some(Sending::once(messages)),
                }
            }
        }
        self.history.push(text);
        effects.push(Effect::ResumeOnceDrawn);
        effects
    }

    pub(super) fn resume(&mut self, at: f64) -> Vec<Effect> {
        self.resume_at = None;
        self.transmit(at)
    }

    /// Sends what is due.
    fn transmit(&mut self, at: f64) -> Vec<Effect> {
        let Self { sending, log, .. } = self;
        let Some(job) = sending else { return Vec::new() };
        let mut effects = vec![Effect::Draw];
        let (messages, wake_in) = job.due(at, log.exchanges().waiting());
        for message in messages {
            // Each line is a message of its own to the service, and has a reply of its own.
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
            // At least one: the page is to be drawn in between.
            let wake_in = wake_in.map(|ms| ms.ceil().max(1.0));
            self.resume_at = wake_in.map(|ms| at + ms);
            effects.extend(wake_in.map(|ms| Effect::Resume(ms as i32)));
        }
        effects
    }

    /// Takes a reply in. The page's clock began at `origin`.
    pub(super) fn received(&mut self, reply: &[u8], at: f64, origin: f64) -> Vec<Effect> {
        // The line feed ends the line and is not of it.
        let place = self.log.received(reply.strip_suffix(b"\n").unwrap_or(reply), at);
        if let Some(exchange) = self.log.exchanges().get(place)
            && let Some(round_trip) = exchange.round_trip()
        {
            self.round_trips.push(at, round_trip);
            let (stamp, _) = exchange.reply_parts();
            self.offset.take(stamp, origin + exchange.sent_at, origin + at);
        }
        let mut effects = vec![Effect::Draw];
        // A reply may make room for another message in flight. And timers are slow while the page is hidden, where
        // replies are not: one that comes behind its time does as well.
        if self.resume_at.is_none_or(|due| at >= due) {
            effects.extend(self.transmit(at));
        }
        effects
    }

    pub(super) fn older(&mut self, shown: &str) -> Vec<Effect> {
        self.history.older(shown).map(compose).into_iter().collect()
    }

    pub(super) fn newer(&mut self) -> Vec<Effect> {
        self.history.newer().map(compose).into_iter().collect()
    }

    pub(super) fn forget_history(&mut self) -> Vec<Effect> {
        self.history = History::default();
        vec![Effect::KeepHistory]
    }

    pub(super) fn look_for(&mut self, text: &str) -> Vec<Effect> {
        self.log.look_for(text);
        vec![Effect::Draw]
    }

    pub(super) fn select(&mut self, exchange: Option<usize>) -> Vec<Effect> {
        self.log.select(exchange);
        vec![Effect::Draw]
    }

    pub(super) fn clear(&mut self) -> Vec<Effect> {
        self.log.clear();
        self.round_trips.clear();
        vec![Effect::Draw]
    }

    /// Stamps look different from now on.
    pub(super) fn forget_offset(&mut self) {
        self.offset.clear();
    }
}

fn compose(text: &str) -> Effect {
    Effect::Compose(text.to_owned())
}
