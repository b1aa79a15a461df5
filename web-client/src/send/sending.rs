//! Messages being sent, once or repeatedly. They go out elsewhere; this follows the reports.

use std::borrow::Cow;

use super::messages::Messages;
use super::pace::Job;

/// Messages being sent.
#[derive(Debug)]
pub struct Sending {
    messages: Messages,
    /// How many have been sent.
    sent: usize,
    /// How to repeat them; `None` sends each once.
    job: Option<Job>,
}

impl Sending {
    /// Sends each message once, as fast as possible.
    pub fn once(messages: Vec<Vec<u8>>) -> Self {
        Self { messages: Messages::new(messages, false), sent: 0, job: None }
    }

    /// Sends the messages in turn, again and again, as the job says. There must be at least one.
    pub fn again(messages: Messages, job: Job) -> Self {
        Self { messages, sent: 0, job: Some(job) }
    }

    /// How many have been sent, and the total if known.
    pub fn progress(&self) -> (u32, Option<u32>) {
        let total = match self.job {
            Some(job) => job.total(),
            None => Some(self.messages.list().len() as u32),
        };
        (self.sent as u32, total)
    }

    /// `5 of 10 sent`.
    pub fn describe(&self) -> String {
        let (sent, all) = self.progress();
        let of = all.map(|all| [" of ", &all.to_string()].concat()).unwrap_or_default();
        [&sent.to_string(), of.as_str(), " sent"].concat()
    }

    /// Whether several messages are sent without waiting for the reply to each.
    pub fn overlaps(&self) -> bool {
        match self.job {
            Some(job) => job.overlaps(),
            None => self.messages.list().len() > 1,
        }
    }

    /// Whether they are sent again and again.
    pub fn repeats(&self) -> bool {
        self.job.is_some()
    }

    /// Whether there is time to stop it. What can be sent at once is gone before anyone could.
    pub fn takes_time(&self) -> bool {
        self.repeats() || self.sent > 0
    }

    /// Whether all have been sent.
    pub fn is_done(&self) -> bool {
        matches!(self.progress(), (sent, Some(total)) if sent >= total)
    }

    /// The messages, and how often to send them; `None` sends each once.
    pub fn order(&self) -> (&Messages, Option<Job>) {
        (&self.messages, self.job)
    }

    /// The next message was sent: this one.
    pub fn sent(&mut self) -> Option<Cow<'_, [u8]>> {
        self.sent += 1;
        self.messages.get(self.sent - 1)
    }

    /// The messages that should have been sent once and weren't.
    pub fn unsent(&self) -> &[Vec<u8>] {
        let rest = if self.job.is_none() { self.messages.list().get(self.sent..) } else { None };
        rest.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Messages {
        Messages::new(vec![b"x".to_vec()], false)
    }

    #[test]
    fn progress_is_told_with_the_total_where_there_is_one() {
        let job = Job::Burst { count: 10, in_flight: Some(4) };
        let mut burst = Sending::again(one(), job);
        (0..4).for_each(|_| assert_eq!(burst.sent().unwrap(), &b"x"[..]));
        assert_eq!((burst.describe().as_str(), burst.is_done()), ("4 of 10 sent", false));
        let mut every = Sending::again(one(), Job::Every { ms: 100.0, count: None });
        every.sent();
        assert_eq!((every.describe().as_str(), every.is_done()), ("1 sent", false));
    }

    #[test]
    fn what_was_to_be_sent_once_and_was_not_is_left_over() {
        let messages = vec![b"a".to_vec(), b"b".to_vec()];
        let mut once = Sending::once(messages.clone());
        once.sent();
        assert_eq!((once.unsent(), once.is_done()), (&messages[1..], false));
        once.sent();
        assert!(once.unsent().is_empty() && once.is_done());
        let again = Sending::again(one(), Job::Burst { count: 9, in_flight: None });
        assert!(again.unsent().is_empty());
    }

    #[test]
    fn what_goes_out_at_once_takes_no_time() {
        let few = Sending::once(vec![b"x".to_vec(); 3]);
        assert!(!few.takes_time());
        let mut many = Sending::once(vec![b"x".to_vec(); 1000]);
        many.sent();
        assert!(many.takes_time() && !many.is_done());
        assert!(Sending::again(one(), Job::Every { ms: 100.0, count: None }).takes_time());
    }
}
