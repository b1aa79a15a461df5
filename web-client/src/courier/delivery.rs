//! Messages on their way out, at some pace.

use std::borrow::Cow;

use crate::send::{Job, Messages, Pace};

/// How many milliseconds to wait at least before looking again, so that replies are handled in between.
const SHORTEST: f64 = 1.0;

/// Messages on their way out.
#[derive(Debug)]
pub(super) struct Delivery {
    messages: Messages,
    /// How many went out.
    sent: usize,
    /// How many more are due now.
    due: u32,
    pace: Pace,
    wake_at: Option<f64>,
}

impl Delivery {
    /// Sends each message once, as fast as possible, or all in turn as the job says.
    pub(super) fn new(messages: Messages, job: Option<Job>) -> Self {
        let count = u32::try_from(messages.list().len()).unwrap_or(u32::MAX);
        let job = job.unwrap_or(Job::Burst { count, in_flight: None });
        Self { messages, sent: 0, due: 0, pace: Pace::new(job), wake_at: None }
    }

    /// Asks the pace, unless that is to be asked later. Replies stand in for a timer that is late.
    pub(super) fn look(&mut self, now: f64, waiting: usize) {
        if self.wake_at.is_none_or(|at| at <= now) {
            let due = self.pace.due(now, waiting);
            self.due = due.send;
            self.wake_at = due.wake_in.map(|ms| now + ms.max(SHORTEST));
        }
    }

    /// Waits for another call of [`Delivery::look`].
    pub(super) fn pause(&mut self) {
        self.wake_at = None;
    }

    pub(super) fn wait_until(&mut self, at: f64) {
        self.wake_at = Some(at);
    }

    pub(super) fn wake_at(&self) -> Option<f64> {
        self.wake_at
    }

    /// The next message that is due.
    pub(super) fn next(&mut self) -> Option<Cow<'_, [u8]>> {
        self.due = self.due.checked_sub(1)?;
        self.sent += 1;
        self.messages.get(self.sent - 1)
    }

    pub(super) fn is_done(&self) -> bool {
        self.pace.is_done() && self.due == 0
    }
}
