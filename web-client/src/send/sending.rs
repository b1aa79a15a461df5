//! Messages being sent, once or repeatedly, at some pace.

use super::pace::{Job, Pace};

/// Messages being sent.
#[derive(Debug)]
pub struct Sending {
    messages: Vec<Vec<u8>>,
    /// How many have been sent.
    sent: usize,
    pace: Pace,
    /// Whether each is sent only once.
    once: bool,
}

impl Sending {
    /// Sends each message once, as fast as possible.
    pub fn once(messages: Vec<Vec<u8>>) -> Self {
        let count = u32::try_from(messages.len()).unwrap_or(u32::MAX);
        let pace = Pace::new(Job::Burst { count, in_flight: None });
        Self { messages, sent: 0, pace, once: true }
    }

    /// Sends the messages in turn, again and again, as the job says. There must be at least one.
    pub fn again(messages: Vec<Vec<u8>>, job: Job) -> Self {
        Self { messages, sent: 0, pace: Pace::new(job), once: false }
    }

    /// How many have been sent, and the total if known.
    pub fn progress(&self) -> (u32, Option<u32>) {
        self.pace.progress()
    }

    /// `5 of 10 sent`.
    pub fn describe(&self) -> String {
        let (sent, all) = self.progress();
        let of = all.map(|all| [" of ", &all.to_string()].concat()).unwrap_or_default();
        [&sent.to_string(), of.as_str(), " sent"].concat()
    }

    /// Whether several messages are sent without waiting for the reply to each.
    pub fn overlaps(&self) -> bool {
        self.pace.overlaps()
    }

    /// Whether all have been sent.
    pub fn is_done(&self) -> bool {
        self.pace.is_done()
    }

    /// The messages due at `now`, and in how many milliseconds to ask again.
    pub fn due(&mut self, now: f64, waiting: usize) -> (Vec<&[u8]>, Option<f64>) {
        let due = self.pace.due(now, waiting);
        let first = self.sent;
        self.sent += due.send as usize;
        let messages = (first..self.sent).map(|n| self.messages[n % self.messages.len()].as_slice());
        (messages.collect(), due.wake_in)
    }

    /// The messages that should have been sent once and weren't.
    pub fn unsent(&self) -> &[Vec<u8>] {
        if self.once { &self.messages[self.sent.min(self.messages.len())..] } else { &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_with_the_total_where_there_is_one() {
        let mut burst = Sending::again(vec![b"x".to_vec()], Job::Burst { count: 10, in_flight: Some(4) });
        burst.due(0.0, 0);
        assert_eq!(burst.describe(), "4 of 10 sent");
        let mut every = Sending::again(vec![b"x".to_vec()], Job::Every { ms: 100.0, count: None });
        every.due(0.0, 0);
        assert_eq!(every.describe(), "1 sent");
    }
}
