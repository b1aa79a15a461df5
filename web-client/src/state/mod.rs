//! What the page knows, and what it does about what happens. No browser, no clock: times are handed in, as
//! milliseconds of a clock that only goes forward.

use wirestamp_protocol::count_lines;

use crate::effect::Effect;
use crate::event::Event;
use crate::link::{Connection, Link};
use crate::list::{Exchanges, Filter};
use crate::measure::{ClockOffset, RoundTrips};
use crate::send::{History, Job, Mode, Sending, payloads};
use crate::settings::Settings;

/// What the page knows.
#[derive(Debug)]
pub struct State {
    link: Link,
    exchanges: Exchanges,
    filter: Filter,
    round_trips: RoundTrips,
    offset: ClockOffset,
    selected: Option<usize>,
    sending: Option<Sending>,
    /// What is to be sent once behind it.
    queued: Vec<Vec<u8>>,
    /// When a [`Effect::Resume`] is to bring its event, if it has not.
    resume_at: Option<f64>,
    history: History,
    settings: Settings,
    /// What the page's clock has to be moved by for the time of day, in milliseconds since 1970.
    origin: f64,
    timer_step: f64,
}

impl State {
    /// A page that is not connected, with these settings and messages that were sent before. Its clock began at
    /// `origin`, in milliseconds since 1970, and steps by `timer_step` milliseconds.
    pub fn new(settings: Settings, history: History, origin: f64, timer_step: f64) -> Self {
        Self {
            link: Link::default(),
            exchanges: Exchanges::default(),
            filter: Filter::default(),
            round_trips: RoundTrips::new(timer_step),
            offset: ClockOffset::new(timer_step),
            selected: None,
            sending: None,
            queued: Vec::new(),
            resume_at: None,
            history,
            settings,
            origin,
            timer_step,
        }
    }

    /// What the page's clock steps by, in milliseconds.
    pub fn timer_step(&self) -> f64 {
        self.timer_step
    }

    /// The connection.
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The log.
    pub fn exchanges(&self) -> &Exchanges {
        &self.exchanges
    }

    /// What of the log is looked at.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// How long replies took.
    pub fn round_trips(&self) -> &RoundTrips {
        &self.round_trips
    }

    /// How the service's clock stands against this one.
    pub fn offset(&self) -> &ClockOffset {
        &self.offset
    }

    /// The exchange that is seen whole, by its place.
    pub fn selected(&self) -> Option<usize> {
        self.selected
    }

    /// What is being sent.
    pub fn sending(&self) -> Option<&Sending> {
        self.sending.as_ref()
    }

    /// The messages that were sent.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// As someone set it.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// When the page's clock began, in milliseconds since 1970.
    pub fn origin(&self) -> f64 {
        self.origin
    }

    /// Where the connection is.
    pub fn connection(&self) -> Connection {
        self.link.connection()
    }

    /// Takes in what happened, and says what to do, in order. Nothing it does for a message grows with the log.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Toggle if self.link.is_wanted() => self.stop(),
            Event::Toggle => self.link.open(),
            Event::Stop => self.stop(),
            Event::Opened { generation, at } if self.link.is_current(generation) => self.link.opened(at),
            Event::Received { generation, reply, at } if self.link.is_current(generation) => {
                self.received(&reply, at)
            }
            Event::Closed { generation, code, reason, at } if self.link.is_current(generation) => {
                let mut effects = self.link.closed(code, reason, at);
                effects.extend(self.lose());
                effects
            }
            // An old connection's last words.
            Event::Opened { .. } | Event::Received { .. } | Event::Closed { .. } => Vec::new(),
            Event::Tick { at } => match self.link.connection() {
                Connection::Waiting { .. } => self.link.count_down(at),
                _ => Vec::new(),
            },
            Event::Network { online } => self.link.network(online),
            Event::Resume { at } => {
                self.resume_at = None;
                self.transmit(at)
            }
            Event::Send { text, job } => self.send(&text, job),
            Event::StopSending => self.hold_back().into_iter().chain([Effect::Draw]).collect(),
            Event::Older { shown } => self.history.older(&shown).map(compose).into_iter().collect(),
            Event::Newer => self.history.newer().map(compose).into_iter().collect(),
            Event::ForgetHistory => {
                self.history = History::default();
                vec![Effect::KeepHistory]
            }
            Event::Filter(text) => {
                self.filter.set(&text, &self.exchanges);
                vec![Effect::Draw]
            }
            Event::Select(exchange) => {
                self.selected = exchange.filter(|&at| at < self.exchanges.len());
                vec![Effect::Draw]
            }
            Event::Clear => {
                self.exchanges.clear();
                self.round_trips.clear();
                self.filter.look_again(&self.exchanges);
                self.selected = None;
                vec![Effect::Draw]
            }
            Event::Set(settings) => self.set(settings),
        }
    }

    fn stop(&mut self) -> Vec<Effect> {
        let mut effects = self.link.stop();
        effects.extend(self.lose());
        effects
    }

    /// What still waited has no answer to come: replies are paired by their order, on one connection. What was
    /// not sent is not going to be.
    fn lose(&mut self) -> Vec<Effect> {
        self.exchanges.lose();
        self.hold_back().into_iter().chain([Effect::Draw]).collect()
    }

    /// Ends what is being sent. What was to be sent once goes back into the box.
    fn hold_back(&mut self) -> Option<Effect> {
        let sending = self.sending.take()?;
        let queued = std::mem::take(&mut self.queued);
        let unsent = sending.unsent().iter().chain(&queued);
        let unsent: Vec<_> = unsent.map(|one| String::from_utf8_lossy(one)).collect();
        (!unsent.is_empty() && self.settings.mode == Mode::Text).then(|| Effect::Compose(unsent.join("\n")))
    }

    fn send(&mut self, text: &str, job: Option<Job>) -> Vec<Effect> {
        if !self.link.is_open() {
            return Vec::new();
        }
        let messages = match payloads(self.settings.mode, text) {
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

    /// Sends what is due.
    fn transmit(&mut self, at: f64) -> Vec<Effect> {
        let Self { sending, exchanges, filter, .. } = self;
        let Some(job) = sending else { return Vec::new() };
        let mut effects = vec![Effect::Draw];
        let (messages, wake_in) = job.due(at, exchanges.waiting());
        for message in messages {
            // Each line is a message of its own to the service, and has a reply of its own.
            for line in message.split(|byte| *byte == b'\n').take(count_lines(message)) {
                exchanges.sent(line, at);
                filter.look_at(exchanges.len() - 1, exchanges);
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

    fn received(&mut self, reply: &[u8], at: f64) -> Vec<Effect> {
        // The line feed ends the line and is not of it.
        let place = self.exchanges.received(reply.strip_suffix(b"\n").unwrap_or(reply), at);
        self.filter.look_at(place, &self.exchanges);
        if let Some(exchange) = self.exchanges.get(place)
            && let Some(round_trip) = exchange.round_trip()
        {
            self.round_trips.push(at, round_trip);
            let (stamp, _) = exchange.reply_parts();
            self.offset.take(stamp, self.origin + exchange.sent_at, self.origin + at);
        }
        let mut effects = vec![Effect::Draw];
        effects.extend(self.link.answered());
        // A reply may make room for another message in flight. And timers are slow while the page is hidden, where
        // replies are not: one that comes behind its time does as well.
        if self.resume_at.is_none_or(|due| at >= due) {
            effects.extend(self.transmit(at));
        }
        effects
    }

    fn set(&mut self, settings: Settings) -> Vec<Effect> {
        let other_stamps = settings.format != self.settings.format;
        self.settings = settings;
        let mut effects = vec![Effect::ShowSettings];
        if other_stamps {
            // What a connection's stamps look like is settled when it opens.
            self.offset.clear();
            if self.link.is_wanted() {
                effects.extend(self.stop());
                effects.extend(self.link.open());
            }
        }
        effects
    }
}

fn compose(text: &str) -> Effect {
    Effect::Compose(text.to_owned())
}

#[cfg(test)]
mod tests;
