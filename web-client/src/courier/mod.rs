//! Carries messages to the service, away from the page: in a worker, where no frame of the page delays a reply.
//!
//! The page gives [`Order`]s. The [`Courier`] decides which message goes out when, and collects what happened
//! for the page. Between the two, everything is bytes. Times are passed in, in milliseconds of the page's clock.

mod batches;
mod bytes;
mod delivery;
mod order;
mod report;

pub use order::Order;
pub use report::reports;

use batches::Batches;
use delivery::Delivery;

use crate::event::Event;
use std::borrow::Cow;

use crate::send::{Job, Messages};
use wirestamp_protocol::count_lines;

/// How many bytes may wait in the browser to be sent. More would only take memory.
const MOST_BUFFERED: u32 = 256 * 1024;

/// How many milliseconds to wait for those bytes to leave.
const LEAVES_IN: f64 = 1.0;

/// The state of one connection, seen from where its socket is.
#[derive(Debug, Default)]
pub struct Courier {
    generation: u32,
    delivery: Option<Delivery>,
    /// How many lines await their reply.
    waiting: usize,
    batches: Batches,
}

impl Courier {
    /// A connection with this number is being opened.
    pub fn opens(&mut self, generation: u32) {
        *self = Self { generation, batches: std::mem::take(&mut self.batches), ..Self::default() };
    }

    /// It opened.
    pub fn opened(&mut self, at: f64) {
        self.batches.push(&Event::Opened { generation: self.generation, at });
    }

    /// A reply arrived.
    pub fn received(&mut self, reply: Vec<u8>, at: f64) {
        self.waiting = self.waiting.saturating_sub(1);
        self.batches.push(&Event::Received { generation: self.generation, reply, at });
    }

    /// The connection ended.
    pub fn closed(&mut self, code: u16, reason: String, at: f64) {
        self.delivery = None;
        self.batches.push(&Event::Closed { generation: self.generation, code, reason, at });
    }

    /// Starts to send these messages. `None` sends each once, a job sends them in turn, again and again.
    pub fn deliver(&mut self, messages: Messages, job: Option<Job>) {
        self.delivery = Some(Delivery::new(messages, job));
    }

    /// Stops sending, and reports it after everything that was sent.
    pub fn stop(&mut self) {
        if self.delivery.take().is_some() {
            self.batches.push(&Event::Delivered { generation: self.generation });
        }
    }

    /// The page has handled the last batch.
    pub fn acknowledged(&mut self) {
        self.batches.acknowledged();
    }

    /// Asks which messages are due, while so many bytes wait in the browser. Call this after anything happened,
    /// then [`Courier::next_due`] until there are no more.
    pub fn look(&mut self, now: f64, buffered: u32) {
        let Some(delivery) = &mut self.delivery else { return };
        // A page that is slower than the service gets time to catch up: its acknowledgement goes on.
        if self.batches.is_full() {
            delivery.pause();
        } else if buffered > MOST_BUFFERED {
            delivery.wait_until(now + LEAVES_IN);
        } else {
            delivery.look(now, self.waiting);
        }
        if delivery.is_done() {
            self.stop();
        }
    }

    /// The next message that is due. The caller sends it and calls [`Courier::sent`].
    pub fn next_due(&mut self) -> Option<Cow<'_, [u8]>> {
        let message = self.delivery.as_mut()?.next()?;
        // To the service each line is a message, with its own reply.
        self.waiting += count_lines(&message);
        Some(message)
    }

    /// The message went out, right after this time.
    pub fn sent(&mut self, at: f64) {
        self.batches.push(&Event::Sent { generation: self.generation, at });
        if self.delivery.as_ref().is_some_and(Delivery::is_done) {
            self.stop();
        }
    }

    /// The reports to give to the page now.
    pub fn batch(&mut self, now: f64) -> Option<Vec<u8>> {
        self.batches.take(now, self.delivery.is_some())
    }

    /// In how many milliseconds to look again; `None` if something else has to happen first.
    pub fn wake_in(&self, now: f64) -> Option<f64> {
        let send_at = self.delivery.as_ref().and_then(Delivery::wake_at);
        let post_at = self.batches.due_at(self.delivery.is_some());
        [send_at, post_at].into_iter().flatten().map(|at| (at - now).max(0.0)).reduce(f64::min)
    }
}

#[cfg(test)]
mod tests;
