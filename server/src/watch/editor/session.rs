//! What is known of one session: enough to tell its events.

use std::collections::VecDeque;

use data_encoding::BASE64;
use serde::Serialize;
use wirestamp_protocol::event::{
    About, By, Close, DropReason, Dropped, End, Event, EventId, Findings, How, Message, Open, Payload,
    Source, Timestamp,
};
use wirestamp_protocol::verdict::{Examination, MessageFacts};
use wirestamp_protocol::{Counts, Cut, Stamper, split_stamp};

use super::Rules;
use super::assemble::{Allowance, Assembler, Whole};
use crate::journal::feed::{Answered, Arrived, Entrance, Missed};
use crate::peer::Transport;
use crate::watch::ring::Ring;

/// The most messages that wait until their replies have been written. Of a read that has more, the first ones are told without
/// that time. They take about 700 bytes each, and a read of 16 KiB can have 16,384.
const WAITING_MAX: usize = 1024;

/// A session, or the datagrams of one UDP client.
pub(super) struct Session {
    about: About,
    label: Option<String>,
    format: Option<String>,
    stamper: Option<Stamper>,
    assembler: Assembler,
    /// The messages that haven't been told yet, in order: their replies haven't been written.
    waiting: VecDeque<Message>,
    /// The arrival of the last read.
    last_read: Option<Arrived>,
    /// The end of the last message.
    last_message: Option<Timestamp>,
    ended_by_eof: bool,
    is_held_back: bool,
    totals: Totals,
    examination: Examination,
}

/// What has gone through a session.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Totals {
    pub(super) reads: u64,
    pub(super) messages: u64,
    pub(super) bytes_in: u64,
    pub(super) bytes_out: u64,
}

/// How a session has ended.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Ended {
    pub(super) by: By,
    pub(super) how: How,
    pub(super) at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

/// A session in `/api/sessions`.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    session: u64,
    transport: Transport,
    peer: String,
    listener: String,
    /// When it was opened.
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<String>,
    #[serde(flatten)]
    totals: Totals,
    /// When its last message ended.
    last_at: Option<Timestamp>,
    /// Null while it's open.
    ended: Option<Ended>,
    #[serde(flatten)]
    findings: Findings,
}

impl Session {
    pub(super) fn new(
        session: u64,
        transport: Transport,
        peer: String,
        entrance: &Entrance,
        at: Timestamp,
        totals: Totals,
        rules: &Rules,
    ) -> Self {
        let id = EventId::default();
        Self {
            about: About { id, session, transport, peer, listener: entrance.listener.clone(), at },
            label: entrance.label.clone(),
            format: entrance.format.as_ref().map(ToString::to_string),
            stamper: entrance.format.clone().map(Stamper::new),
            assembler: Assembler::default(),
            waiting: VecDeque::new(),
            last_read: None,
            last_message: None,
            ended_by_eof: false,
            is_held_back: false,
            totals,
            examination: Examination::new(transport, rules.gap, at),
        }
    }

    /// What its events begin with.
    fn about(&self, at: Timestamp) -> About {
        About { at, ..self.about.clone() }
    }

    /// Tells that it was opened.
    pub(super) fn tell_opened(&self, ring: &mut Ring) {
        let (format, label) = (self.format.clone(), self.label.clone());
        ring.publish(Event::Open(Open { about: self.about.clone(), format, label }));
    }

    /// Takes a read of a stream.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        arrival: Arrived,
        rules: &Rules,
        allowance: &mut Allowance,
        ring: &mut Ring,
    ) {
        self.took(bytes, arrival);
        for whole in self.assembler.read(bytes, arrival.at, rules.max_message, allowance) {
            if self.waiting.len() == WAITING_MAX
                && let Some(message) = self.waiting.pop_front()
            {
                ring.publish(Event::Message(Box::new(message)));
            }
            self.message(whole, arrival, None, rules);
        }
    }

    /// Takes a datagram.
    pub(super) fn datagram(
        &mut self,
        bytes: &[u8],
        arrival: Arrived,
        unanswered: Option<DropReason>,
        rules: &Rules,
    ) {
        self.took(bytes, arrival);
        self.message(Whole::datagram(bytes, arrival.at), arrival, unanswered, rules);
    }

    /// Ends the message that has begun.
    pub(super) fn cut(&mut self, cut: Cut, rules: &Rules, allowance: &mut Allowance) {
        if let Some(whole) = self.assembler.finish(End::from(cut), allowance)
            && let Some(arrival) = self.last_read
        {
            self.message(whole, arrival, None, rules);
        }
    }

    fn took(&mut self, bytes: &[u8], arrival: Arrived) {
        self.examination.read(arrival.at, bytes);
        self.last_read = Some(arrival);
        self.totals.reads += 1;
        self.totals.bytes_in += bytes.len() as u64;
    }

    fn message(&mut self, whole: Whole, arrival: Arrived, unanswered: Option<DropReason>, rules: &Rules) {
        let Arrived { at, waited } = arrival;
        let Whole { bytes, payload, terminator, end, reads, reads_omitted, shared } = whole;
        self.examination.message(&MessageFacts {
            len: bytes,
            terminator,
            end,
            shared,
            reads: &reads,
            reads_omitted,
            at,
        });
        self.totals.messages += 1;
        self.ended_by_eof = end == End::Eof;
        let stamp = self.stamper.as_mut().filter(|_| unanswered.is_none()).map(|stamper| {
            let prefix = stamper.prefix(rules.zone.at(at.0));
            let (stamp, _) = split_stamp(prefix).unwrap_or_default();
            String::from_utf8_lossy(stamp).into_owned()
        });
        let message = Message {
            about: self.about(at),
            seq: self.totals.messages,
            bytes,
            payload: payload_of(payload, bytes),
            first_at: reads.first().map_or(at, |read| read.at),
            reads,
            reads_omitted,
            source: if waited.is_some() { Source::Kernel } else { Source::Read },
            terminator,
            end,
            shared,
            wait_ns: waited.map(nanos),
            service_ns: None,
            delta_ns: self.last_message.map(|before| nanos(at - before)),
            stamp,
            unanswered,
            news: None,
        };
        self.last_message = Some(at);
        self.waiting.push_back(message);
    }

    /// The replies to some of its messages could not be sent: to the last ones so far.
    pub(super) fn replies_lost(&mut self, count: usize) {
        let answered = self.waiting.iter_mut().rev().filter(|message| message.unanswered.is_none());
        for message in answered.take(count) {
            message.stamp = None;
            message.unanswered = Some(DropReason::Lost);
        }
    }

    /// Its replies wait for the client: tells its messages without the time of their replies.
    pub(super) fn held_back(&mut self, ring: &mut Ring) {
        self.is_held_back = true;
        self.examination.held_back(self.last_heard());
        self.tell_messages(None, ring);
    }

    /// If its replies still wait for the client, that's noted.
    pub(super) fn tick(&mut self, now: Timestamp) {
        if self.is_held_back {
            self.examination.held_back(now);
        }
    }

    /// The replies so far have been written.
    pub(super) fn answered(&mut self, answered: Answered, ring: &mut Ring, allowance: &mut Allowance) {
        let Answered { at, messages, bytes_out, missed } = answered;
        self.totals.bytes_out = bytes_out;
        self.is_held_back = false;
        let lost = messages.saturating_sub(self.totals.messages);
        if lost > 0 || !missed.is_none() {
            self.missed(missed, lost, ring, allowance);
        }
        self.tell_messages(at, ring);
    }

    /// Replies to datagrams have been sent.
    pub(super) fn datagrams_answered(&mut self, at: Timestamp, ring: &mut Ring) {
        let replies = self
            .waiting
            .iter()
            .filter_map(|message| Some(message.stamp.as_ref()?.len() as u64 + message.bytes));
        // A stamp has two brackets and a space around it.
        self.totals.bytes_out += replies.map(|reply| reply + 3).sum::<u64>();
        self.tell_messages(Some(at), ring);
    }

    /// Takes what went through by its end.
    pub(super) fn settle(
        &mut self,
        counts: Counts,
        missed: Missed,
        ring: &mut Ring,
        allowance: &mut Allowance,
    ) {
        let (at, messages, bytes_out) = (None, counts.messages(), counts.bytes_out);
        self.answered(Answered { at, messages, bytes_out, missed }, ring, allowance);
        // A message that a reset cut off never ends.
        self.assembler.lose(allowance);
        (self.totals.reads, self.totals.bytes_in) = (counts.reads, counts.bytes_in);
    }

    /// Tells that reads, and so perhaps messages, are missing before those that wait.
    fn missed(&mut self, missed: Missed, messages: u64, ring: &mut Ring, allowance: &mut Allowance) {
        if !missed.is_none() {
            self.examination.missed();
            self.assembler.lose(allowance);
        }
        self.totals.messages += messages;
        self.totals.reads += u64::from(missed.reads);
        self.totals.bytes_in += missed.bytes;
        for message in &mut self.waiting {
            message.seq += messages;
        }
        let at = self.last_read.map_or(self.about.at, |read| read.at);
        ring.publish(Event::Dropped(Dropped {
            id: EventId::default(),
            at,
            session: Some(self.about.session),
            reads: missed.reads.into(),
            messages,
            bytes: missed.bytes,
            events: 0,
        }));
    }

    fn tell_messages(&mut self, replied: Option<Timestamp>, ring: &mut Ring) {
        if let Some(at) = replied {
            self.examination.replied(at);
        }
        // Its memory is given back: a read of line feeds is thousands of messages.
        let waiting = std::mem::take(&mut self.waiting);
        let last = waiting.len();
        for (number, mut message) in waiting.into_iter().enumerate() {
            if message.stamp.is_some() {
                message.service_ns = replied.map(|replied| nanos(replied - message.about.at));
            }
            if number + 1 == last {
                message.news = self.examination.take_news();
            }
            ring.publish(Event::Message(Box::new(message)));
        }
    }

    /// Tells that it has ended. `count` is how many like it this stands for.
    pub(super) fn tell_closed(mut self, mut ended: Ended, count: u64, ring: &mut Ring) -> Summary {
        self.tell_messages(None, ring);
        if ended.how == How::Fin && self.ended_by_eof {
            ended.how = How::HalfClose;
        }
        let Ended { by, how, at, code, reason } = &ended;
        self.examination.ended(*by, *how, *code, reason.as_deref(), *at);
        let Totals { reads, messages, bytes_in, bytes_out } = self.totals;
        ring.publish(Event::Close(Close {
            about: self.about(ended.at),
            by: ended.by,
            how: ended.how,
            code: ended.code,
            reason: ended.reason.clone(),
            reads,
            messages,
            bytes_in,
            bytes_out,
            lasted_ns: nanos(ended.at - self.about.at),
            count,
            findings: self.examination.findings(),
        }));
        self.summary(Some(ended))
    }

    /// The address or path that it came to.
    pub(super) fn listener(&self) -> &str {
        &self.about.listener
    }

    /// When it was last heard of.
    pub(super) fn last_heard(&self) -> Timestamp {
        self.last_read.map_or(self.about.at, |read| read.at)
    }

    /// It, as it's shown in the list of sessions.
    pub(super) fn summary(&self, ended: Option<Ended>) -> Summary {
        let About { session, transport, peer, listener, at, .. } = self.about.clone();
        Summary {
            session,
            transport,
            peer,
            listener,
            at,
            label: self.label.clone(),
            format: self.format.clone(),
            totals: self.totals,
            last_at: self.last_message,
            ended,
            findings: self.examination.findings(),
        }
    }
}

impl Summary {
    /// The session's number.
    pub(super) fn number(&self) -> u64 {
        self.session
    }
}

impl Whole {
    fn datagram(bytes: &[u8], at: Timestamp) -> Self {
        use wirestamp_protocol::event::{PAYLOAD_MAX, Read, Terminator};
        let length = bytes.len() as u64;
        Self {
            bytes: length,
            payload: bytes[..bytes.len().min(PAYLOAD_MAX)].to_vec(),
            terminator: Terminator::of(bytes),
            end: End::Datagram,
            reads: vec![Read { at, bytes: length }],
            reads_omitted: 0,
            shared: 1,
        }
    }
}

/// The payload of a message of `bytes` bytes, of which this is the start. A character that the cut has halved is left out.
pub(super) fn payload_of(start: Vec<u8>, bytes: u64) -> Payload {
    let is_cut = (start.len() as u64) < bytes;
    match String::from_utf8(start) {
        Ok(text) => Payload::Text(text),
        Err(error) => {
            let (valid, is_halved) =
                (error.utf8_error().valid_up_to(), error.utf8_error().error_len().is_none());
            let mut start = error.into_bytes();
            if is_cut && is_halved {
                start.truncate(valid);
            }
            match String::from_utf8(start) {
                Ok(text) => Payload::Text(text),
                Err(error) => Payload::Base64(BASE64.encode(error.as_bytes())),
            }
        }
    }
}

/// A time in nanoseconds. 2^64 of them are 584 years.
fn nanos(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
