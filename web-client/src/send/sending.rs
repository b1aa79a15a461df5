//! Messages being sent, once or repeatedly, at some pace.

use super::numbered::{is_numbered, numbered};
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
    /// Whether there is a number to be replaced in them.
    numbered: bool,
}

impl Sending {
    /// Sends each message once, as fast as possible.
    pub fn once(messages: Vec<Vec<u8>>) -> Self {
        let count = u32::try_from(messages.len()).unwrap_or(u32::MAX);
        let pace = Pace::new(Job::Burst { count, in_flight: None });
        Self { messages, sent: 0, pace, once: true, numbered: false }
    }

    /// Sends the messages in turn, again and again, as the job says. There must be at least one. If they are numbered,
    /// `{n}` in them is replaced by how many there have been.
    pub fn again(messages: Vec<Vec<u8>>, job: Job, are_numbered: bool) -> Self {
        let numbered = are_numbered && messages.iter().any(|message| is_numbered(message));
        Self { messages, sent: 0, pace: Pace::new(job), once: false, numbered }
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

    /// Whether they are sent again and again.
    pub fn repeats(&self) -> bool {
        !self.once
    }

    /// Whether there is time to stop it. What can be sent at once is gone before anyone could.
    pub fn takes_time(&self) -> bool {
        self.repeats() || self.sent > 0
    }

    /// Whether all have been sent.
    pub fn is_done(&self) -> bool {
        self.pace.is_done()
    }

    /// The messages due at `now`, and in how many milliseconds to ask again.
    pub fn due(&mut self, now: f64, waiting: usize) -> (Vec<Vec<u8>>, Option<f64>) {
        let due = self.pace.due(now, waiting);
        let first = self.sent;
        self.sent += due.send as usize;
        ((first..self.sent).map(|n| self.message(n)).collect(), due.wake_in)
    }

    fn message(&self, n: usize) -> Vec<u8> {
        let message = &self.messages[n % self.messages.len()];
        match self.numbered {
            true => numbered(message, u32::try_from(n + 1).unwrap_or(u32::MAX)),
            false => message.clone(),
        }
    }

    /// The messages that should have been sent once and weren't.
    pub fn unsent(&self) -> &[Vec<u8>] {
        if self.once { &self.messages[self.sent.min(self.messages.len())..] } else { &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(messages: &[&[u8]], are_numbered: bool) -> Sending {
        let messages = messages.iter().map(|message| message.to_vec()).collect();
        Sending::again(messages, Job::Every { ms: 100.0, count: None }, are_numbered)
    }

    #[test]
    fn progress_is_told_with_the_total_where_there_is_one() {
        let job = Job::Burst { count: 10, in_flight: Some(4) };
        let mut burst = Sending::again(vec![b"x".to_vec()], job, false);
        burst.due(0.0, 0);
        assert_eq!(burst.describe(), "4 of 10 sent");
        let mut every = every(&[b"x"], false);
        every.due(0.0, 0);
        assert_eq!(every.describe(), "1 sent");
    }

    #[test]
    fn the_messages_of_a_job_are_numbered_in_turn() {
        let mut sending = every(&[b"a{n}", b"b", b"{{n}}"], true);
        let sent = (0..4).flat_map(|n| sending.due(f64::from(n) * 100.0, 0).0);
        assert_eq!(sent.collect::<Vec<_>>(), [&b"a1"[..], b"b", b"{n}", b"a4"]);
    }

    #[test]
    fn without_numbers_the_braces_are_bytes_like_any_other() {
        assert_eq!(every(&[b"{n}{{n}}"], false).due(0.0, 0).0, [b"{n}{{n}}"]);
        assert_eq!(Sending::once(vec![b"{n}".to_vec()]).due(0.0, 0).0, [b"{n}"]);
    }

    #[test]
    fn what_goes_out_at_once_takes_no_time() {
        let mut few = Sending::once(vec![b"x".to_vec(); 3]);
        assert!(!few.takes_time());
        few.due(0.0, 0);
        assert!(few.is_done());
        let mut many = Sending::once(vec![b"x".to_vec(); 1000]);
        many.due(0.0, 0);
        assert!(many.takes_time() && !many.is_done());
        assert!(every(&[b"x"], false).takes_time());
    }
}
